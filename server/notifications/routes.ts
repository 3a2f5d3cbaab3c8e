import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { anybody, signedIn } from '../web/http/access.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { onOrOff, readForm, rowNumber } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { HttpError, notFound } from '../web/http/http-error.ts'
import { queryNumber } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { type PageContext, pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { EmailKind } from './email-preferences.ts'
import type { Notice } from './notices.ts'
import { type NoticeLine, noticeLine } from './presenter.ts'

const noticesPage = view<{ notices: NoticeLine[]; newest: number; older: string | null; first: boolean }>(
  'notifications/notices',
)
const leavePage = view<{ done: boolean; kind: EmailKind; address: string }>('notifications/unsubscribe')

const PER_PAGE = 30

const readAllForm = z.object({ up_to: rowNumber })
const lettersForm = z.object({ answers: onOrOff.optional(), announcements: onOrOff.optional() })

/** Routes for notices and email preferences. */
export function noticeRoutes(router: Router, { calendarNotifications, notices, emailPreferences }: Services): void {
  router.get('/notices', signedIn, (req, res) => {
    const before = queryNumber(req, 'before')
    const page = notices.list(currentPerson(req).id, before, PER_PAGE)
    noticesPage(res, {
      title: pageContext(res).t('notices.title'),
      area: 'read',
      notices: page.notices.map((notice) => ({
        ...noticeLine(pageContext(res).t, notice),
        ...saidBy(pageContext(res), notice),
      })),
      newest: page.notices[0]?.id ?? 0,
      older: page.next === null ? null : `/notices?before=${page.next}`,
      first: before === null,
    })
  })

  router.post('/notices/read', signedIn, (req, res) => {
    const form = readForm(readAllForm, req.body)
    if (!form.ok) throw new HttpError(422)
    notices.readAll(currentPerson(req).id, form.data.up_to)
    res.redirect(303, '/notices')
  })

  router.post('/me/letters', signedIn, (req, res) => {
    const form = readForm(lettersForm, req.body)
    if (!form.ok) throw new HttpError(422)
    for (const kind of ['answers', 'announcements'] as const) {
      const wants = form.data[kind]
      if (wants === undefined) continue
      emailPreferences.set(currentPerson(req).id, wants, kind)
      const about = kind === 'answers' ? 'letters' : kind
      addFlash(req, { kind: 'said', key: `notices.said.${about}_${wants ? 'on' : 'off'}` })
    }
    res.redirect(303, '/me#letters')
  })

  // GET changes nothing: mail programs open every link of an email
  router.get('/unsubscribe/:token', anybody, noStore, (req, res) => {
    const { person_id, kind } = whoLeaves(req)
    showLeaving(req, res, kind, !emailPreferences.wants(person_id, kind))
  })

  // one-click unsubscribe of the mail program, or the button of the page; no redirect, as RFC 8058 requires
  router.post('/unsubscribe/:token', anybody, noStore, (req, res) => {
    const { person_id, kind } = whoLeaves(req)
    emailPreferences.set(person_id, false, kind)
    showLeaving(req, res, kind, true)
  })

  /** Dates and numbers of things are said by those who know calendars. */
  function saidBy(frame: PageContext, { kind, detail }: Notice): { said?: string } {
    const { changes } = detail
    if (kind !== 'calendar' || typeof changes !== 'string') return {}
    return { said: calendarNotifications.describeChanges(frame, changes) }
  }

  function whoLeaves(req: Request): { person_id: number; kind: EmailKind } {
    return emailPreferences.readToken(String(req.params['token'])) ?? notFound()
  }
}

function showLeaving(req: Request, res: Response, kind: EmailKind, done: boolean): void {
  const title = pageContext(res).t(done ? 'notices.leave.done' : `notices.leave.${kind}.title`)
  leavePage(res, { title, area: 'front', alone: true, done, kind, address: req.path })
}
