import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { EditConflict } from '../db/edit-conflict-error.ts'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import {
  checkbox,
  emptyForm,
  type Form,
  idempotencyKey,
  readForm,
  refusedForm,
  versionField,
} from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { queryText } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { datesFor } from '../web/text/dates.ts'
import { TIME_ZONES } from '../web/text/time-zone.ts'
import { timeZoneField } from './cohort-form.ts'
import type { TimeZonePreview } from './time-zone.ts'

/** An instant in the time zone that the cohort has until then, and in the new one. */
interface ShownMoment {
  here: string
  there: string
}

/** What moves, in words. */
interface ShownPreview extends Pick<TimeZonePreview, 'started'> {
  zone: string
  moves: { name: string; day: string | null; before: ShownMoment; after: ShownMoment; opens_now: boolean }[]
}

const timeZonePage = view<{
  cohort: Cohort
  zones: string[]
  version: number
  form: Form
  moving: ShownPreview | null
}>('calendar/time-zone')

const previewForm = z.object({ time_zone: timeZoneField })
const changeForm = previewForm.extend({ version: versionField, tell: checkbox, once: idempotencyKey })

/** Another time zone for a cohort: first what would move, then the change. */
export function timeZonePages(router: Router, services: Services): void {
  const { calendar, clock, cohortTimeZone, idempotency, may } = services

  router.get('/admin/cohorts/:cohort/time-zone', may.organising, noStore, (req, res) => {
    const asked = queryText(req, 'time_zone')
    const { time_zone } = currentEnrolment(req).cohort
    if (asked === null) return show(req, res, emptyForm({ time_zone }))
    const form = readForm(previewForm, { time_zone: asked })
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form), 422)
    show(req, res, emptyForm(form.data))
  })

  router.post('/admin/cohorts/:cohort/time-zone', may.organising, noStore, (req, res) => {
    const { t } = pageContext(res)
    const form = readForm(changeForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form), 422)
    const { cohort, person_id: by } = currentEnrolment(req)
    const { time_zone, version: seen, tell, once } = form.data
    try {
      const location = idempotency.run(by, once, () => {
        if (time_zone !== cohort.time_zone) cohortTimeZone.change(cohort, time_zone, { seen, by, tell })
        return `/admin/cohorts/${cohort.slug}/calendar`
      })
      addFlash(req, { kind: 'said', key: 'cohorts.said.zone', values: { zone: time_zone } })
      res.redirect(303, location)
    } catch (error) {
      if (!(error instanceof EditConflict)) throw error
      const problems = { time_zone: t('cohorts.calendar.refused.clash') }
      show(req, res, { values: { time_zone, tell: tell ? '1' : '0' }, problems }, 409)
    }
  })

  function show(req: Request, res: Response, form: Form, status = 200): void {
    const { cohort } = currentEnrolment(req)
    const wanted = form.values['time_zone'] ?? cohort.time_zone
    const fits = status !== 422 && wanted !== cohort.time_zone
    timeZonePage(res, {
      title: pageContext(res).t('cohorts.zone.title'),
      area: 'admin',
      status,
      cohort,
      zones: TIME_ZONES,
      version: calendar.version(cohort.id),
      form,
      moving: fits ? shown(res, cohort, wanted) : null,
    })
  }

  function shown(res: Response, cohort: Cohort, zone: string): ShownPreview {
    const { t, locale } = pageContext(res)
    const { started, moves, closing, end } = cohortTimeZone.preview(cohort, zone)
    const { day, moment } = datesFor(locale, cohort.time_zone, clock.now(), t)
    const there = datesFor(locale, zone, clock.now(), t)
    const shownMoment = (instant: string) => ({ here: moment(instant), there: there.moment(instant) })
    const ends = [...(closing ? [{ what: 'closing', ...closing }] : []), { what: 'end', ...end }]
    return {
      zone,
      started,
      moves: [
        ...moves.map(({ kind, number, opens_on, before, after, opens_now }) => ({
          name: t(`cohorts.calendar.name.${kind}`, { number }),
          day: day(opens_on),
          before: shownMoment(before),
          after: shownMoment(after),
          opens_now,
        })),
        ...ends.map(({ what, before, after }) => ({
          name: t(`cohorts.zone.${what}`),
          day: null,
          before: shownMoment(before),
          after: shownMoment(after),
          opens_now: false,
        })),
      ],
    }
  }
}
