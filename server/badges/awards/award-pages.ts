import type { Router } from 'express'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import { anybody, signedIn } from '../../web/http/access.ts'
import { currentEnrolment, currentPerson } from '../../web/http/current-user.ts'
import { onOrOff, readForm } from '../../web/http/forms.ts'
import { allowCrossOrigin } from '../../web/http/headers.ts'
import { HttpError, notFound } from '../../web/http/http-error.ts'
import { sendBody } from '../../web/http/send-body.ts'
import { addFlash } from '../../web/render/flash.ts'
import { type PageContext, pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import { badgePictureAddress } from '../authoring/pictures.ts'
import { titlesIn } from '../badge-page.ts'
import { drawFile } from '../drawing/badge-file.ts'
import { drawCard } from '../drawing/social-card.ts'
import { awardOf, viewerOf } from '../policy.ts'
import { ruleSentence } from '../rules/rule-sentence.ts'
import type { AwardDetails } from './award-details.ts'

const shareForm = z.object({ shared: onOrOff, evidence_shared: onOrOff.optional() })
const allForm = z.object({ shared: onOrOff })
const CARD_WIDTH = 1200
/** How a verifier or a wallet asks for the credential of the page's award. */
const CREDENTIAL_TYPES = ['application/vc', 'application/ld+json', 'application/json']

interface AwardView extends AwardDetails {
  drawing_html: string
  rule: string
  day: string
  mine: boolean
  /** What the learner may add to the page of others; null where there is nothing. */
  has_evidence: boolean
  url: string
  profile_url: string
}

const awardPage = view<{ award: AwardView }>('badges/award')

/** The page of one award: for everybody where its holder shows it, else for its holder alone. */
export function awardPages(router: Router, services: Services): void {
  const { awardDetails, config, courses, credentials, images, may, settings, sharing } = services

  router.get('/awards/:award', anybody, async (req, res) => {
    const award = awardOf(req, awardDetails)
    res.vary('Accept')
    const type = req.accepts(['html', ...CREDENTIAL_TYPES])
    if (type !== false && type !== 'html') {
      const json = await credentials.json(award)
      allowCrossOrigin(res)
      res.setHeader('Cache-Control', 'no-store')
      res.setHeader('Content-Type', `${type}; charset=utf-8`)
      sendBody(res, JSON.stringify(json))
      return
    }
    const shown = show(award, pageContext(res), viewerOf(req))
    const { t } = pageContext(res)
    const who = t('badges.award.who', { name: award.person.name, title: award.badge.title })
    const preview = { url: shown.url, description: award.badge.meaning, image: `${shown.url}/card.png` }
    res.setHeader('Cache-Control', 'private, no-cache')
    awardPage(res, {
      title: who,
      description: award.badge.meaning,
      area: 'badges',
      here: 'badges',
      alone: !req.user,
      ...(award.shared && award.revoked_at === null ? { preview } : {}),
      alternate: { href: `/awards/${award.id}/credential.json`, type: 'application/ld+json' },
      award: shown,
    })
  })

  router.get('/awards/:award/card.png', anybody, async (req, res) => {
    const award = awardOf(req, awardDetails)
    const svg = drawCard(award, settings.siteName())
    const png = await images.svgToPng({ svg, width: CARD_WIDTH })
    res.setHeader('Content-Type', 'image/png')
    res.setHeader('Cache-Control', award.shared ? 'public, max-age=3600' : 'private, no-store')
    if (award.shared) allowCrossOrigin(res)
    sendBody(res, png)
  })

  router.post('/awards/:award/share', signedIn, (req, res) => {
    const award = awardOf(req, awardDetails)
    const form = readForm(shareForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const { shared, evidence_shared = false } = form.data
    const person_id = currentPerson(req).id
    if (award.revoked_at !== null) throw new HttpError(409, 'award_taken_back')
    if (!sharing.choose({ award_id: award.id, person_id, shared, evidence_shared })) notFound()
    addFlash(req, { kind: 'said', key: shared ? 'badges.award.said.shared' : 'badges.award.said.hidden' })
    res.redirect(303, `/awards/${award.id}`)
  })

  router.post('/cohorts/:cohort/badges/share', may.enrolled, (req, res) => {
    const form = readForm(allForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const { person_id, cohort } = currentEnrolment(req)
    sharing.chooseAll(person_id, cohort.id, form.data.shared)
    addFlash(req, {
      kind: 'said',
      key: form.data.shared ? 'badges.award.said.all_shared' : 'badges.award.said.all_hidden',
    })
    res.redirect(303, `/cohorts/${cohort.slug}/badges`)
  })

  function show(award: AwardDetails, frame: PageContext, viewer: number | null): AwardView {
    const { course, badge } = award
    const url = `${config.base_url}/awards/${award.id}`
    const day = frame.dates.dateOf(award.awarded_at, award.cohort.time_zone)
    return {
      ...award,
      drawing_html: drawFile(award, badge.picture && badgePictureAddress(badge.picture)),
      rule: ruleSentence(frame, badge.rule, titlesIn(courses.content(course.id, course.revision))),
      day: frame.dates.full(day),
      mine: award.person.id === viewer,
      has_evidence: award.evidence !== null || award.reflection !== null,
      url,
      profile_url: profileUrl(award, Temporal.PlainDate.from(day), url, settings.siteName()),
    }
  }
}

/** The form of a professional network, filled in: nothing is sent before the person sends it there. */
function profileUrl({ badge, id }: AwardDetails, day: Temporal.PlainDate, url: string, site_name: string): string {
  const address = new URL('https://www.linkedin.com/profile/add')
  const facts = {
    startTask: 'CERTIFICATION_NAME',
    name: badge.title,
    organizationName: site_name,
    issueYear: String(day.year),
    issueMonth: String(day.month),
    certUrl: url,
    certId: id,
  }
  for (const [key, value] of Object.entries(facts)) address.searchParams.set(key, value)
  return address.href
}
