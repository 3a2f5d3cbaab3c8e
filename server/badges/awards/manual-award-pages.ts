import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { pageOf } from '../../db/page.ts'
import type { Enrolment } from '../../enrolments/enrolments.ts'
import type { Services } from '../../services.ts'
import { inZone, type ListValue } from '../../web/files/list-file.ts'
import { currentEnrolment } from '../../web/http/current-user.ts'
import {
  emptyForm,
  type Form,
  idempotencyKey,
  line,
  readForm,
  refusedForm,
  rowNumber,
  text,
} from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError, notFound } from '../../web/http/http-error.ts'
import { queryText } from '../../web/http/params.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import { AwardedBefore } from './manual-awards.ts'
import type { GivenAward } from './revocation.ts'

const PER_PAGE = 50
const COLUMNS = ['badge', 'name', 'handle', 'day', 'given_by', 'evidence', 'revoked', 'why'] as const
/** So many lines of a file are read at once. */
const PORTION = 500

const listPage = view<{
  enrolment: Enrolment
  awards: GivenAward[]
  badges: { slug: string; title: string }[]
  badge: string | null
  /** Whether the cohort has a badge that is awarded by hand. */
  gives: boolean
  older: string | null
}>('badges/awarded')
const revokePage = view<{ enrolment: Enrolment; award: GivenAward; form: Form }>('badges/revoke')
const givePage = view<{
  enrolment: Enrolment
  form: Form
  badges: { id: number; title: string }[]
  /** The award of who has it, or had it. */
  before: { award_id: string; revoked: boolean } | null
}>('badges/award-manually')

const revokeForm = z.object({ why: line({ max: 500 }), tell: z.literal('1').optional() })
const giveForm = z.object({
  badge: rowNumber,
  who: line({ max: 200 }),
  evidence: text({ max: 1000 }),
  once: idempotencyKey,
})

/** The awards of a cohort for its staff: the list, awarding by hand, revoking. */
export function manualAwardPages(
  router: Router,
  { idempotency, manualAwards, may, revocation, sendList }: Services,
): void {
  const baseOf = ({ cohort }: Enrolment) => `/admin/cohorts/${cohort.slug}/awards`

  router.get('/admin/cohorts/:cohort/awards', may.guiding, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const { cohort, person_id: viewer } = enrolment
    const badge = queryText(req, 'badge')
    const found = revocation.page({ cohort_id: cohort.id, viewer, badge, limit: PER_PAGE + 1, after: cursorIn(req) })
    const { items, next } = pageOf(found, PER_PAGE)
    const asked = { ...(badge === null ? {} : { badge }), after: next ? `${next.awarded_at} ${next.id}` : '' }
    listPage(res, {
      title: pageContext(res).t('badges.given.title'),
      area: 'admin',
      enrolment,
      awards: items,
      badges: revocation.badges(cohort.id, viewer),
      badge,
      gives: manualAwards.badges(cohort.id).length > 0,
      older: next ? `${baseOf(enrolment)}?${new URLSearchParams(asked)}` : null,
    })
  })

  router.get('/admin/cohorts/:cohort/awards.csv', may.organising, noStore, async (req, res) => {
    const { cohort, person_id: viewer } = currentEnrolment(req)
    const frame = pageContext(res)
    const { t, dates } = frame
    function* rows(): Generator<ListValue[]> {
      for (let after: GivenAward | null = null; ; ) {
        const found: GivenAward[] = revocation.page({
          cohort_id: cohort.id,
          viewer,
          badge: null,
          limit: PORTION,
          after,
        })
        for (const row of found) {
          const gone = row.revoked_at && dates.dateOf(row.revoked_at)
          const given = [
            row.title,
            row.name,
            row.handle,
            dates.dateOf(row.awarded_at, row.time_zone),
            row.given_by,
            row.evidence,
          ]
          yield [...given, gone, row.revoked_why]
        }
        if (found.length < PORTION) return
        after = found.at(-1) ?? null
      }
    }
    const title = t('badges.given.title')
    await sendList(res, {
      name: { words: [cohort.title, 'badges'], otherwise: 'badges', plain: `${cohort.slug}-badges` },
      title,
      columns: COLUMNS.map((key) => {
        const heading = t(`badges.given.file.${key}`)
        return key === 'day' || key === 'revoked' ? { heading: inZone(frame, heading), holds: 'date' } : { heading }
      }),
      rows: rows(),
    })
  })

  router.get('/admin/cohorts/:cohort/awards/:award/revoke', may.organising, noStore, (req, res) => {
    showRevoking(res, currentEnrolment(req), awardOf(req), emptyForm({ tell: '1' }))
  })

  router.post('/admin/cohorts/:cohort/awards/:award/revoke', may.organising, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const award = awardOf(req)
    const form = readForm(revokeForm, req.body)
    if (!form.ok) return showRevoking(res, enrolment, award, refusedForm(pageContext(res).t, form), 422)
    const { why, tell } = form.data
    const by = enrolment.person_id
    const done = revocation.revoke(enrolment.cohort.id, award, { by, why, tell: tell === '1' })
    addFlash(req, {
      kind: 'said',
      key: `badges.given.said.${done ? 'revoked' : 'was_revoked'}`,
      values: valuesOf(award),
    })
    res.redirect(303, baseOf(enrolment))
  })

  router.post('/admin/cohorts/:cohort/awards/:award/restore', may.organising, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const award = awardOf(req)
    revocation.restore(enrolment.cohort.id, award, enrolment.person_id)
    addFlash(req, { kind: 'said', key: 'badges.given.said.restored', values: valuesOf(award) })
    res.redirect(303, baseOf(enrolment))
  })

  router.get('/admin/cohorts/:cohort/give-badge', may.guiding, noStore, (req, res) => {
    showGiving(res, currentEnrolment(req), emptyForm({ who: queryText(req, 'to') ?? '' }))
  })

  router.post('/admin/cohorts/:cohort/give-badge', may.guiding, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const { cohort, person_id: by } = enrolment
    const { t } = pageContext(res)
    const form = readForm(giveForm, req.body)
    if (!form.ok) return showGiving(res, enrolment, refusedForm(t, form), { status: 422 })
    const { badge: badge_id, who, evidence, once: token } = form.data
    const refuse = (field: string, key: string, before: AwardedBefore | null = null) => {
      const values = { badge: String(badge_id), who, evidence }
      const problems = { [field]: { key, values: { who } } }
      showGiving(res, enrolment, refusedForm(t, { values, problems }), { status: before ? 409 : 422, before })
    }
    const badge = manualAwards.badges(cohort.id).find(({ id }) => id === badge_id)
    if (!badge) return refuse('badge', 'problems.choice')
    const [person, other] = manualAwards.learnersNamed(cohort.id, who)
    if (!person) return refuse('who', 'badges.give.nobody')
    if (other) return refuse('who', 'badges.give.several')
    try {
      const location = idempotency.run(by, token, () => {
        manualAwards.give({ badge_id, person_id: person.id, cohort_id: cohort.id, by, evidence })
        addFlash(req, { kind: 'said', key: 'badges.give.said', values: { name: person.name, title: badge.title } })
        return baseOf(enrolment)
      })
      res.redirect(303, location)
    } catch (error) {
      if (!(error instanceof AwardedBefore)) throw error
      refuse('who', error.revoked ? 'badges.give.was_revoked' : 'badges.give.has_it', error)
    }
  })

  function awardOf(req: Request): GivenAward {
    const { cohort, person_id } = currentEnrolment(req)
    return revocation.find(cohort.id, person_id, String(req.params['award'])) ?? notFound()
  }

  function showRevoking(res: Response, enrolment: Enrolment, award: GivenAward, form: Form, status = 200): void {
    if (award.revoked_at !== null) throw new HttpError(409, 'award_taken_back')
    const title = pageContext(res).t('badges.revoke.title', valuesOf(award))
    revokePage(res, { title, area: 'admin', status, enrolment, award, form })
  }

  function showGiving(
    res: Response,
    enrolment: Enrolment,
    form: Form,
    { status = 200, before = null }: { status?: number; before?: AwardedBefore | null } = {},
  ): void {
    const badges = manualAwards.badges(enrolment.cohort.id)
    const title = pageContext(res).t('badges.give.title')
    givePage(res, { title, area: 'admin', status, enrolment, form, badges, before })
  }
}

const valuesOf = ({ title, name }: GivenAward) => ({ title, name })

/** The cursor in the address; null, for the first page, where it cannot be read. */
function cursorIn(req: Request): { awarded_at: string; id: string } | null {
  const [, awarded_at, id] = /^(\S{10,40}) ([\w-]{1,40})$/.exec(queryText(req, 'after') ?? '') ?? []
  return awarded_at === undefined || id === undefined ? null : { awarded_at, id }
}
