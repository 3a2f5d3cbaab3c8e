import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import {
  checkbox,
  emptyForm,
  type Form,
  idempotencyKey,
  line,
  markdownText,
  onOrOff,
  readForm,
  refusedForm,
} from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { idParam, queryNumber } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { AnnouncementEmailTotals } from './announcement-emails.ts'
import type { Announcement } from './announcements.ts'

interface AnnouncementList {
  cohort: Cohort
  announcements: Announcement[]
  next: number | null
}

const listPage = view<AnnouncementList & { organises: boolean }>('announcements/announcements')
const adminPage = view<
  Omit<AnnouncementList, 'announcements'> & {
    announcements: (Announcement & { emails: AnnouncementEmailTotals | null })[]
    form: Form
    mail: boolean
    people: number
  }
>('announcements/announcements-admin')
const editPage = view<{ cohort: Cohort; announcement: Announcement; form: Form }>('announcements/announcement')
const removePage = view<{ cohort: Cohort; announcement: Announcement }>('announcements/remove')

const textForm = z.object({
  title: line({ max: 200 }),
  body: markdownText({ max: 20_000 }),
  pinned: checkbox,
})
const writeForm = textForm.extend({ by_letter: checkbox, once: idempotencyKey })
const pinForm = z.object({ pinned: onOrOff })

/** What organisers tell their cohort: where everybody reads it, and where they write it. */
export function announcementRoutes(router: Router, services: Services): void {
  const { announcementEmails, announcements, cohorts, mail, markdown, may, idempotency } = services

  router.get('/cohorts/:cohort/announcements', may.enrolled, (req, res) => {
    const { cohort, role } = currentEnrolment(req)
    const list = announcements.page(cohort.id, queryNumber(req, 'before'))
    const title = pageContext(res).t('cohorts.announcements.title')
    listPage(res, { title, area: 'read', here: 'map', cohort, ...list, organises: role === 'organiser' })
  })

  router.post('/cohorts/:cohort/announcements/:id/seen', may.enrolled, (req, res) => {
    const { cohort, person_id } = currentEnrolment(req)
    announcements.dismiss(cohort.id, idParam(req.params['id']), person_id)
    res.redirect(303, `/cohorts/${cohort.slug}`)
  })

  router.get('/admin/cohorts/:cohort/announcements', may.organising, noStore, (req, res) =>
    showAdmin(req, res, emptyForm({ pinned: '1' })),
  )

  router.post('/admin/cohorts/:cohort/announcements', may.organising, noStore, async (req, res) => {
    const form = readForm(writeForm, req.body)
    if (!form.ok) return showAdmin(req, res, refusedForm(pageContext(res).t, form))
    const { cohort, person_id: by } = currentEnrolment(req)
    const { once: word, ...facts } = form.data
    await markdown.prepare([facts.body])
    const location = idempotency.run(by, word, () => {
      announcements.write({ cohort_id: cohort.id, by, ...facts })
      return `/admin/cohorts/${cohort.slug}/announcements`
    })
    addFlash(req, { kind: 'said', key: 'cohorts.said.announced' })
    res.redirect(303, location)
  })

  router.get('/admin/cohorts/:cohort/announcements/:id', may.organising, noStore, (req, res) => {
    const { title, body, pinned } = announcementIn(req)
    showEditing(req, res, emptyForm({ title, body, pinned: String(pinned) }))
  })

  router.post('/admin/cohorts/:cohort/announcements/:id', may.organising, noStore, async (req, res) => {
    const { id } = announcementIn(req)
    const form = readForm(textForm, req.body)
    if (!form.ok) return showEditing(req, res, refusedForm(pageContext(res).t, form))
    const { cohort, person_id } = currentEnrolment(req)
    await markdown.prepare([form.data.body])
    announcements.edit(cohort.id, id, form.data, person_id)
    addFlash(req, { kind: 'said', key: 'cohorts.said.announcement_kept' })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/announcements`)
  })

  router.post('/admin/cohorts/:cohort/announcements/:id/pin', may.organising, noStore, (req, res) => {
    const { id } = announcementIn(req)
    const form = readForm(pinForm, req.body)
    if (!form.ok) notFound()
    const { cohort, person_id } = currentEnrolment(req)
    announcements.setPinned(cohort.id, id, form.data.pinned, person_id)
    addFlash(req, { kind: 'said', key: `cohorts.said.${form.data.pinned ? 'pinned' : 'unpinned'}` })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/announcements`)
  })

  router.get('/admin/cohorts/:cohort/announcements/:id/remove', may.organising, noStore, (req, res) => {
    const { cohort } = currentEnrolment(req)
    const title = pageContext(res).t('cohorts.announcements.remove_title')
    removePage(res, { title, area: 'admin', cohort, announcement: announcementIn(req) })
  })

  router.post('/admin/cohorts/:cohort/announcements/:id/remove', may.organising, noStore, (req, res) => {
    const { cohort, person_id } = currentEnrolment(req)
    announcements.remove(cohort.id, idParam(req.params['id']), person_id)
    addFlash(req, { kind: 'said', key: 'cohorts.said.announcement_gone' })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/announcements`)
  })

  router.post('/admin/cohorts/:cohort/announcements/:id/again', may.organising, noStore, async (req, res) => {
    const { id } = announcementIn(req)
    await announcementEmails.retry(id)
    addFlash(req, { kind: 'said', key: 'cohorts.said.announcement_again' })
    res.redirect(303, `/admin/cohorts/${currentEnrolment(req).cohort.slug}/announcements`)
  })

  function announcementIn(req: Request): Announcement {
    return announcements.find(currentEnrolment(req).cohort.id, idParam(req.params['id'])) ?? notFound()
  }

  function showAdmin(req: Request, res: Response, form: Form): void {
    const { cohort } = currentEnrolment(req)
    const { learners, guides, organisers } = cohorts.counts(cohort.id)
    const list = announcements.page(cohort.id, queryNumber(req, 'before'))
    adminPage(res, {
      title: pageContext(res).t('cohorts.announcements.title'),
      area: 'admin',
      status: statusOf(form),
      cohort,
      form,
      mail: mail.isSetUp(),
      people: learners + guides + organisers,
      announcements: list.announcements.map((one) => ({
        ...one,
        emails: one.by_letter === 1 ? announcementEmails.totals(one.id) : null,
      })),
      next: list.next,
    })
  }

  function showEditing(req: Request, res: Response, form: Form): void {
    const { cohort } = currentEnrolment(req)
    const title = pageContext(res).t('cohorts.announcements.edit_title')
    editPage(res, { title, area: 'admin', status: statusOf(form), cohort, announcement: announcementIn(req), form })
  }
}

function statusOf(form: Form): number {
  return Object.keys(form.problems).length > 0 ? 422 : 200
}
