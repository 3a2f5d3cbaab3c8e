import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Cohort } from '../enrolments/enrolments.ts'
import { isClosed } from '../enrolments/policy.ts'
import { admin } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { inZone, type ListFile, type ListValue } from '../web/files/list-file.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { emptyForm, type Form, readForm, refusedForm, text } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { idParam, queryNumber } from '../web/http/params.ts'
import { readUploads } from '../web/http/uploads.ts'
import { addFlash } from '../web/render/flash.ts'
import { type PageContext, pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { Import } from './imports.ts'
import { type PeopleImportPreview, previewOf } from './preview.ts'
import { MOST_ROWS, type ParsedList } from './read-list.ts'
import { LARGEST_FILE, type ReceivedFile, receiveFile } from './receive-list.ts'
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
const MEGABYTE = 1_000_000
const READ_LIST = new URL('./read-task.ts', import.meta.url)
const READ_WITHIN = { ms: 20_000 }

/** Bringing people in from a list: into a cohort, by its organisers, or into the site, by admins. */
export function peopleImportRoutes(router: Router, services: Services): void {
  const { clock, config, peopleImports, mail, may, sendList, workers } = services

  router.get('/admin/cohorts/:cohort/import', may.organising, noStore, start)
  router.post('/admin/cohorts/:cohort/import', may.organising, noStore, upload)
  router.get('/admin/cohorts/:cohort/import/:id', may.organising, noStore, showPreview)
  router.post('/admin/cohorts/:cohort/import/:id', may.organising, noStore, runImport)
  router.post('/admin/cohorts/:cohort/import/:id/links', may.organising, noStore, sendLinks)
  router.get('/admin/people/import', admin, noStore, start)
  router.post('/admin/people/import', admin, noStore, upload)
  router.get('/admin/people/import/:id', admin, noStore, showPreview)
  router.post('/admin/people/import/:id', admin, noStore, runImport)
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
    const refuse = (key: string, values = {}, field = 'list') =>
      showStart(req, res, { values: form.data, problems: { [field]: t(`importing.refused.${key}`, values) } })
    const [file] = taken.filter(({ bytes }) => bytes === null || bytes.length > 0)
    const field = file ? 'file' : 'list'
    if (file && file.bytes === null) return refuse('too_large', { megabytes: LARGEST_FILE / MEGABYTE }, field)
    const source = file?.bytes ?? form.data.list
    const list = await workers.run<Uint8Array | string, ParsedList | null>(READ_LIST, source, READ_WITHIN)
    if (list === null) return refuse('no_text', {}, field)
    if (!list.ok) return refuse(list.problem, list.values, field)
    const place = targetOf(req)
    const { rows, ignored } = list
    const id = await peopleImports.save({
      by: currentPerson(req).id,
      cohort_id: place.cohort?.id ?? null,
      rows,
      ignored,
    })
    res.redirect(303, `${place.at}/${id}`)
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
