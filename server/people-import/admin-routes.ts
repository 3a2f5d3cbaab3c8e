import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Cohort } from '../enrolments/enrolments.ts'
import { isClosed } from '../enrolments/policy.ts'
import { admin } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { inZone, type ListFile, type ListValue } from '../web/files/list-file.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { checkbox, emptyForm, type Form, type FormBody, readForm, refusedForm, text } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { idParam, queryNumber } from '../web/http/params.ts'
import { readUploads } from '../web/http/uploads.ts'
import { addFlash } from '../web/render/flash.ts'
import { type PageContext, pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { Import } from './imports.ts'
import { type PeopleImportPreview, previewOf } from './preview.ts'
import { ENCODINGS } from './read/decode-list.ts'
import { FIELDS } from './read/headings.ts'
import { MOST_ROWS } from './read/parse-table.ts'
import type { ListChoices, ListReading, ParsedList } from './read/read-list.ts'
import type { ReadListInput } from './read/read-task.ts'
import { LARGEST_FILE, type ReceivedFile, receiveFile } from './read/receive-list.ts'
import { MOST_PODS } from './run-import.ts'

interface ImportTarget {
  /** Where it comes in; null for the site alone. */
  cohort: Cohort | null
  /** Address of the page with the form. */
  at: string
}

const startPage = view<ImportTarget & { form: Form; most: number; megabytes: number }>('people-import/start')
const previewPage = view<ImportTarget & PeopleImportPreview>('people-import/preview')

const listForm = z.object({ list: text({ min: 0, max: 400_000 }).optional().default('') })
const choicesForm = z.object({
  encoding: z.enum(ENCODINGS as [string, ...string[]]).optional(),
  sheet: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .optional(),
  headings: checkbox,
})
const MEGABYTE = 1_000_000
const READ_LIST = new URL('./read/read-task.ts', import.meta.url)
const READ_WITHIN = { ms: 20_000 }

/** Bringing people in from a list: into a cohort, by its organisers, or into the site, by admins. */
export function peopleImportRoutes(router: Router, services: Services): void {
  const { clock, config, peopleImports, mail, may, sendList, workers } = services

  router.get('/admin/cohorts/:cohort/import', may.organising, noStore, start)
  router.post('/admin/cohorts/:cohort/import', may.organising, noStore, upload)
  router.get('/admin/cohorts/:cohort/import/:id', may.organising, noStore, showPreview)
  router.post('/admin/cohorts/:cohort/import/:id', may.organising, noStore, runImport)
  router.post('/admin/cohorts/:cohort/import/:id/columns', may.organising, noStore, choose)
  router.post('/admin/cohorts/:cohort/import/:id/links', may.organising, noStore, sendLinks)
  router.get('/admin/people/import', admin, noStore, start)
  router.post('/admin/people/import', admin, noStore, upload)
  router.get('/admin/people/import/:id', admin, noStore, showPreview)
  router.post('/admin/people/import/:id', admin, noStore, runImport)
  router.post('/admin/people/import/:id/columns', admin, noStore, choose)
  router.post('/admin/people/import/:id/links', admin, noStore, sendLinks)

  function start(req: Request, res: Response): void {
    showStart(req, res, emptyForm())
  }

  function showPreview(req: Request, res: Response): void {
    const place = targetOf(req)
    const list = listIn(req, place)
    const preview = previewOf(peopleImports, pageContext(res), list, queryNumber(req, 'after'), mail.isSetUp())
    previewPage(res, { area: 'admin', ...place, ...preview })
  }

  function runImport(req: Request, res: Response): void {
    const place = targetOf(req)
    const list = listIn(req, place)
    const address = `${place.at}/${list.id}`
    if (place.cohort && isClosed(place.cohort, clock.now())) forbidden('cohort_closed')
    if (peopleImports.newPods(list.id, list.cohort_id).length > MOST_PODS) return res.redirect(303, address)
    const done = peopleImports.run(list.id, { by: currentPerson(req).id, cohort_id: list.cohort_id })
    if (done) addFlash(req, { kind: 'said', key: 'importing.said.done' })
    res.redirect(303, address)
  }

  async function sendLinks(req: Request, res: Response): Promise<void> {
    const place = targetOf(req)
    const list = listIn(req, place)
    if (list.done_at === null) notFound()
    await sendList(res, linkList(pageContext(res), place, list))
  }

  async function upload(req: Request, res: Response): Promise<void> {
    const { t } = pageContext(res)
    const { taken } = await readUploads<ReceivedFile>(req, res, 'file', { take: receiveFile, drop: async () => {} })
    const form = readForm(listForm, req.body)
    if (!form.ok) return showStart(req, res, refusedForm(t, form))
    const [file] = taken.filter(({ bytes }) => bytes === null || bytes.length > 0)
    const refuse = (key: string, values = {}) => {
      const problems = { [file ? 'file' : 'list']: t(`importing.refused.${key}`, values) }
      showStart(req, res, { values: form.data, problems })
    }
    if (file && file.bytes === null) return refuse('too_large', { megabytes: LARGEST_FILE / MEGABYTE })
    const source = file?.bytes ?? Buffer.from(form.data.list)
    const list = await readAndSave(req, source, file ? {} : { encoding: 'utf-8' })
    if (!list.ok) return refuse(list.problem, list.values)
    res.redirect(303, list.address)
  }

  /** Reads the list anew, by the columns, the encoding and the sheet that were chosen. */
  async function choose(req: Request, res: Response): Promise<void> {
    const { t } = pageContext(res)
    const place = targetOf(req)
    const { id, reading, done_at } = listIn(req, place)
    const source = peopleImports.sourceOf(id)
    if (done_at !== null || source === null || reading === null) return res.redirect(303, `${place.at}/${id}`)
    const form = readForm(choicesForm, req.body)
    const chosen = form.ok ? form.data : {}
    const choices = choicesOf(reading, chosen, Object(req.body))
    const list = await readAndSave(req, source, choices)
    if (list.ok) return res.redirect(303, `${list.address}#people`)
    showStart(req, res, emptyForm(), t(`importing.refused.${list.problem}`, list.values))
  }

  async function readAndSave(
    req: Request,
    source: Buffer,
    choices: ListChoices,
  ): Promise<{ ok: true; address: string } | Extract<ParsedList, { ok: false }>> {
    if (source.length === 0) return { ok: false, problem: 'empty', values: {} }
    const list = await workers.run<ReadListInput, ParsedList>(READ_LIST, { source, choices }, READ_WITHIN)
    if (!list.ok) return list
    const { at, cohort } = targetOf(req)
    const whose = { by: currentPerson(req).id, cohort_id: cohort?.id ?? null }
    const id = await peopleImports.save({ ...whose, source, rows: list.rows, reading: list.reading })
    return { ok: true, address: `${at}/${id}` }
  }

  function listIn(req: Request, { cohort }: ImportTarget): Import {
    return peopleImports.find(idParam(req.params['id']), currentPerson(req).id, cohort?.id ?? null) ?? notFound()
  }

  function linkList(frame: PageContext, { cohort }: ImportTarget, list: Import): ListFile {
    const { t, dates } = frame

    function* rows(): Generator<ListValue[]> {
      for (const { name, email, token, expires_at } of peopleImports.links(list.id))
        yield [name, email, `${config.base_url}/invite/${token}`, dates.timestamp(expires_at)]
    }

    const words = cohort ? [cohort.title, 'invitations'] : []
    return {
      name: { words, otherwise: 'invitations', plain: `${cohort?.slug ?? 'people'}-invitations` },
      title: t('cohorts.inviting.title'),
      columns: [
        ...['name', 'email', 'link'].map((key) => ({ heading: t(`cohorts.inviting.file.${key}`) })),
        { heading: inZone(frame, t('cohorts.inviting.file.until')), holds: 'moment' },
      ],
      rows: rows(),
    }
  }

  function showStart(req: Request, res: Response, typed: Form, problem?: string): void {
    const title = pageContext(res).t('importing.title')
    const form = problem === undefined ? typed : { values: typed.values, problems: { list: problem } }
    const status = Object.keys(form.problems).length > 0 ? 422 : 200
    const limits = { most: MOST_ROWS, megabytes: LARGEST_FILE / MEGABYTE }
    startPage(res, { title, area: 'admin', status, ...targetOf(req), form, ...limits })
  }
}

function targetOf(req: Request): ImportTarget {
  const cohort = req.enrolment?.cohort ?? null
  return { cohort, at: cohort ? `/admin/cohorts/${cohort.slug}/import` : '/admin/people/import' }
}

/** Columns of another sheet, of another encoding or under other headings are guessed anew. */
function choicesOf(
  reading: ListReading,
  { encoding, sheet, headings = reading.headings }: Omit<ListChoices, 'fields'>,
  body: FormBody,
): ListChoices {
  const same_table =
    headings === reading.headings &&
    (sheet ?? reading.sheet) === reading.sheet &&
    (encoding ?? reading.encoding) === reading.encoding
  const chosen = reading.columns.map((_, at) => FIELDS.find((field) => field === body[`column_${at}`]) ?? null)
  return {
    headings,
    ...(encoding === undefined ? {} : { encoding }),
    ...(sheet === undefined ? {} : { sheet }),
    ...(same_table ? { fields: chosen } : {}),
  }
}
