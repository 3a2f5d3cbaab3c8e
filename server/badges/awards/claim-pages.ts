import type { Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../../enrolments/enrolments.ts'
import type { Services } from '../../services.ts'
import { currentEnrolment } from '../../web/http/current-user.ts'
import { emptyForm, type Form, readForm, refusedForm, text } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { forbidden, HttpError, notFound } from '../../web/http/http-error.ts'
import { idParam } from '../../web/http/params.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { Claim, WaitingClaim } from './claims.ts'
import { AwardedBefore } from './manual-awards.ts'

const MOST = 100

const askPage = view<{
  badge: { slug: string; title: string }
  ask: string
  claim: Claim | null
  form: Form
  base: string
}>('badges/claim')
const claimsPage = view<{
  enrolment: Enrolment
  claims: WaitingClaim[]
  /** The one whose form was sent, with what was typed. */
  refused: { id: number; form: Form } | null
}>('badges/claims')

const claimForm = z.object({ evidence: text({ max: 4000 }) })
const moreForm = z.object({ note: text({ max: 1000 }), evidence: text({ max: 4000 }) })

/** Claiming a badge, and deciding about claims. */
export function claimPages(router: Router, { badges, claims, may }: Services): void {
  /** The badge of the address, where a learner of the cohort may claim it. Throws 404 for others and for treasures. */
  function asked(enrolment: Enrolment, slug: unknown) {
    if (enrolment.role !== 'learner') forbidden()
    const facing = badges.find(String(slug), enrolment.person_id) ?? notFound()
    const badge = badges.badge(facing.id)
    if (facing.course_id !== enrolment.cohort.course_id || badge?.rule.kind !== 'judged') notFound()
    return { ...badge, ask: badge.rule.ask }
  }

  router.get('/cohorts/:cohort/badges/:badge/ask', may.enrolled, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const badge = asked(enrolment, req.params['badge'])
    const claim = claims.openClaim(badge.id, enrolment.person_id, enrolment.cohort.id)
    showAsking(res, enrolment, badge, claim, emptyForm({ evidence: claim?.evidence ?? '' }))
  })

  router.post('/cohorts/:cohort/badges/:badge/ask', may.enrolled, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const { person_id, cohort } = enrolment
    const badge = asked(enrolment, req.params['badge'])
    const form = readForm(claimForm, req.body)
    if (!form.ok) {
      const claim = claims.openClaim(badge.id, person_id, cohort.id)
      return showAsking(res, enrolment, badge, claim, refusedForm(pageContext(res).t, form), 422)
    }
    const { evidence } = form.data
    if (!claims.submit({ badge_id: badge.id, person_id, cohort_id: cohort.id, evidence }))
      throw new HttpError(409, 'badge_not_asked')
    addFlash(req, { kind: 'said', key: 'badges.ask.said' })
    res.redirect(303, `/badges/${badge.slug}`)
  })

  router.get('/admin/cohorts/:cohort/claims', may.guiding, noStore, (req, res) =>
    showClaims(res, currentEnrolment(req), null),
  )

  router.post('/admin/cohorts/:cohort/claims/:claim/accept', may.guiding, noStore, (req, res) => {
    const { cohort, person_id: by } = currentEnrolment(req)
    addFlash(req, { kind: 'said', key: `badges.claims.said.${accepted(idParam(req.params['claim']), cohort.id, by)}` })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/claims`)
  })

  router.post('/admin/cohorts/:cohort/claims/:claim/more', may.guiding, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const id = idParam(req.params['claim'])
    const form = readForm(moreForm, req.body)
    if (!form.ok) return showClaims(res, enrolment, { id, form: refusedForm(pageContext(res).t, form) }, 422)
    const { cohort, person_id: by } = enrolment
    const done = claims.askMore(id, cohort.id, { by, ...form.data })
    // the learner may have changed the evidence while the guide was writing
    const still = claims.waiting(cohort.id, MOST).some((claim) => claim.id === id)
    if (!done && still) {
      const values = form.data
      const problems = { note: { key: 'badges.claims.changed' } }
      return showClaims(res, enrolment, { id, form: refusedForm(pageContext(res).t, { values, problems }) }, 409)
    }
    addFlash(req, { kind: 'said', key: `badges.claims.said.${done ? 'asked' : 'gone'}` })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/claims`)
  })

  function accepted(id: number, cohort_id: number, by: number): 'accepted' | 'gone' | 'was_revoked' {
    try {
      return claims.accept(id, cohort_id, by) ? 'accepted' : 'gone'
    } catch (error) {
      if (error instanceof AwardedBefore) return 'was_revoked'
      throw error
    }
  }

  function showAsking(
    res: Response,
    { cohort }: Enrolment,
    badge: { slug: string; title: string; ask: string },
    claim: Claim | null,
    form: Form,
    status = 200,
  ): void {
    const title = pageContext(res).t('badges.ask.title', { title: badge.title })
    const base = `/cohorts/${cohort.slug}/badges/${badge.slug}/ask`
    askPage(res, { title, area: 'write', status, badge, ask: badge.ask, claim, form, base })
  }

  function showClaims(
    res: Response,
    enrolment: Enrolment,
    refused: { id: number; form: Form } | null,
    status = 200,
  ): void {
    const title = pageContext(res).t('badges.claims.title')
    claimsPage(res, {
      title,
      area: 'admin',
      status,
      enrolment,
      claims: claims.waiting(enrolment.cohort.id, MOST),
      refused,
    })
  }
}
