import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Cohort } from '../enrolments/enrolments.ts'
import { isClosed } from '../enrolments/policy.ts'
import { admin } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { inZone, type ListFile, type ListValue } from '../web/files/list-file.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { checkbox, emptyForm, type Form, readForm, refusedForm, text } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { idParam, queryNumber } from '../web/http/params.ts'
import { readUploads } from '../web/http/uploads.ts'
import { addFlash } from '../web/render/flash.ts'
import { type PageContext, pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { TaskError } from '../workers/worker-pool.ts'
import type { Import, SavedList } from './imports.ts'
import { type PeopleImportPreview, previewOf } from './preview.ts'
import { ENCODINGS, FIELDS, MOST_COLUMNS, MOST_ROWS, refusal } from './read/choices.ts'
import type { ColumnChoice } from './read/guess-columns.ts'
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
const previewPage = view<ImportTarget & PeopleImportPreview & { problem: string | null; most_columns: number }>(
  'people-import/preview',
)

const listForm = z.object({ list: text({ min: 0, max: 400_000 }).optional().default('') })
/** A whole number that a form sends, or nothing. */
const number = z.coerce.number().int().min(0).max(100_000).optional()
const columnChoice = z.enum([...FIELDS, '']).optional()
const choicesForm = z.object({
  encoding: z.enum(ENCODINGS).optional(),
  sheet: number,
  heading: number,
  repairable: checkbox,
  repair: checkbox,
  ...Object.fromEntries(Array.from({ length: MOST_COLUMNS }, (_, at) => [`column_${at}`, columnChoice])),
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
    sendPreview(req, res, listIn(req, targetOf(req)), null)
  }

  function sendPreview(req: Request, res: Response, list: Import, problem: string | null): void {
    const preview = previewOf(peopleImports, pageContext(res), list, queryNumber(req, 'after'), mail.isSetUp())
    const status = problem === null ? 200 : 422
    const more = { problem, most_columns: MOST_COLUMNS }
    previewPage(res, { area: 'admin', status, ...targetOf(req), ...preview, ...more })
  }

  async function runImport(req: Request, res: Response): Promise<void> {
    const place = targetOf(req)
    const list = listIn(req, place)
    const address = `${place.at}/${list.id}`
    // what was chosen and not applied yet is looked at first
    const form = readForm(choicesForm, req.body)
    if (list.done_at === null && list.reading && (!form.ok || differs(list.reading, form.data)))
      return await choose(req, res)
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
    const list = await readAndSave(req, source, {})
    if (!list.ok) return refuse(list.problem, list.values)
    res.redirect(303, list.address)
  }

  /** Reads the list anew, by what was chosen. */
  async function choose(req: Request, res: Response): Promise<void> {
    const { t } = pageContext(res)
    const place = targetOf(req)
    const before = listIn(req, place)
    const source = peopleImports.sourceOf(before.id)
    if (before.done_at !== null || source === null || before.reading === null)
      return res.redirect(303, `${place.at}/${before.id}`)
    const form = readForm(choicesForm, req.body)
    const list = form.ok ? await readAndSave(req, source, choicesOf(before.reading, form.data)) : refusal('choices')
    if (!list.ok) return sendPreview(req, res, before, t(`importing.refused.${list.problem}`, list.values))
    addFlash(req, { kind: 'said', key: 'importing.said.read_again' })
    res.redirect(303, list.address)
  }

  async function readAndSave(
    req: Request,
    source: Buffer,
    choices: ListChoices,
  ): Promise<{ ok: true; address: string } | Extract<ParsedList, { ok: false }>> {
    if (source.length === 0) return refusal('empty')
    const list = await read(source, choices)
    if (!list.ok) return list
    const { at, cohort } = targetOf(req)
    const whose = { by: currentPerson(req).id, cohort_id: cohort?.id ?? null }
    const { rows, reading } = cohort ? list : withoutPods(list)
    const id = await peopleImports.save({ ...whose, source, rows, reading })
    return { ok: true, address: `${at}/${id}` }
  }

  /** Reads a list in a thread, which has its own memory and an end. */
  async function read(source: Buffer, choices: ListChoices): Promise<ParsedList> {
    try {
      return await workers.run<ReadListInput, ParsedList>(READ_LIST, { source, choices }, READ_WITHIN)
    } catch (error) {
      if (!(error instanceof TaskError) || error.reason === 'busy') throw error
      return refusal('too_large_inside')
    }
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

  function showStart(req: Request, res: Response, form: Form): void {
    const title = pageContext(res).t('importing.title')
    const status = Object.keys(form.problems).length > 0 ? 422 : 200
    const limits = { most: MOST_ROWS, megabytes: LARGEST_FILE / MEGABYTE }
    startPage(res, { title, area: 'admin', status, ...targetOf(req), form, ...limits })
  }
}

function targetOf(req: Request): ImportTarget {
  const cohort = req.enrolment?.cohort ?? null
  return { cohort, at: cohort ? `/admin/cohorts/${cohort.slug}/import` : '/admin/people/import' }
}

/** People of the site are in no pod. */
function withoutPods({ rows, reading }: Extract<ParsedList, { ok: true }>): Pick<SavedList, 'rows' | 'reading'> {
  const columns = reading.columns.map((column) => (column.field === 'pod' ? { ...column, field: '' as const } : column))
  return { rows: rows.map((row) => ({ ...row, pod: '' })), reading: { ...reading, columns } }
}

/** Whether a form says anything else than how the list was read. */
function differs(reading: ListReading, form: z.infer<typeof choicesForm>): boolean {
  const { encoding, sheet, heading, repairable, repair } = form
  const sent: Record<string, unknown> = form
  const pairs: [unknown, unknown][] = [
    [encoding, reading.encoding?.encoding],
    [sheet, reading.sheet],
    [heading, reading.heading],
    [repairable ? repair : undefined, reading.repair],
    ...reading.columns.map(({ field }, at): [unknown, unknown] => [sent[`column_${at}`], field]),
  ]
  return pairs.some(([one, read]) => one !== undefined && one !== read)
}

/** What was only guessed is guessed anew, since headings may read differently; on another sheet everything is. */
function choicesOf(before: ListReading, form: z.infer<typeof choicesForm>): ListChoices {
  const { encoding, sheet, heading, repairable, repair } = form
  if (sheet !== undefined && sheet !== before.sheet) return { sheet }
  const sent: Record<string, unknown> = form
  const columns = before.columns.map(({ field, chosen }, at) => {
    const choice = sent[`column_${at}`] as ColumnChoice | undefined
    return choice === undefined || (choice === field && !chosen) ? null : choice
  })
  return {
    encoding,
    sheet,
    heading,
    repair: repairable ? repair : undefined,
    columns,
  }
}
