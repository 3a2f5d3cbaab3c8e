import { localDate } from '../db/clock.ts'
import { DAY, TIME_ZONE } from './dates.ts'
import type { DemoCohort, DemoContext } from './story.ts'

const SHARED = [
  {
    title: 'Captions for what is said around you',
    body: 'The phone listens and writes along. At the desk it helped **two people** who hear badly, and me on a loud Friday.',
    link: null,
  },
  {
    title: 'A reading list as a link',
    body: 'One link for the whole list, made in the catalogue. I send it instead of ten titles in a message.',
    link: 'https://www.worldcat.org/lists',
  },
]

/**
 * Schedules the closing of a cohort that is over, and what its alumni share.
 */
export function planClosing(
  { timeline, services, actors }: DemoContext,
  demoCohort: DemoCohort,
  organiser: string,
): void {
  const { ends_at, joined, latest, slug } = demoCohort
  if (ends_at + 40 * DAY > latest) return
  const { alumni, closing } = services
  timeline.schedule(ends_at + 8 * DAY, () => {
    const { cohort, person_id: by } = actors.enrolmentOf(slug, organiser)
    const closes_on = localDate(services.clock.now(), TIME_ZONE)
    closing.close(cohort, { closes_on, early: false, tell: false, by })
  })
  const others = [...joined.keys()].filter((key) => key !== organiser)
  for (const [at, key] of others.slice(0, SHARED.length).entries()) {
    const shared = SHARED[at]
    if (!shared) continue
    timeline.schedule(ends_at + (12 + 7 * at) * DAY, () => {
      const enrolment = actors.enrolmentOf(slug, key)
      alumni.save(enrolment.cohort, enrolment.person_id, shared)
      if (enrolment.role === 'learner') alumni.offerToGuide(enrolment, true)
    })
  }
}
