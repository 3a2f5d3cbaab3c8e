import { instantText } from '../db/clock.ts'
import { DAY, HOUR } from './dates.ts'
import { seededRandom } from './seeded-random.ts'
import type { DemoCohort, DemoContext } from './story.ts'

/** Stated minutes as parts of a thing's estimate; the rule does not confirm the last one by itself. */
const PARTS = [0.8, 1, 1.2, 1.5, 4]
const STATE_HOURS = 0.3

/** A certificate of the course for twelve things. @param by id of its author */
export function createCertificate({ services }: Pick<DemoContext, 'services'>, by: number): void {
  const { certificateTemplates: templates, courses, t } = services
  const course = courses.first()
  if (!course) throw new Error('The demo has no course')
  const look = { hue: 'teal', landscape: 1, signer: 'Solveig Brandvold' } as const
  const words = { title: t('certificates.edit.first_title'), body: t('certificates.edit.first_body') }
  const design = templates.find(
    course.id,
    templates.make(course.id, { ...words, ...look, badge_id: null, things: 12 }, by),
  )
  if (design) templates.activate(design, true, by)
}

/** Some learners state their hours; a guide confirms those of one, and asks another about theirs. */
export function planHours({ timeline, services, actors }: DemoContext, demoCohort: DemoCohort, guide: string): void {
  const { hours } = services
  const { cast, cohort_id, latest, slug } = demoCohort
  for (const { key, role } of cast) {
    if (role !== 'learner' || seededRandom(slug, key, 'hours') > STATE_HOURS) continue
    timeline.schedule(latest - (1 + seededRandom(slug, key, 'stated')) * DAY, () => {
      const enrolment = actors.enrolmentOf(slug, key)
      const stated = hours.sheet(enrolment.id).rows.map(({ thing_id, estimate }) => {
        const part = PARTS[Math.floor(seededRandom(key, thing_id, 'part') * PARTS.length)] ?? 1
        return [thing_id, Math.round(estimate * part)] as const
      })
      hours.state(enrolment, new Map(stated))
    })
  }
  timeline.schedule(latest - HOUR, () => {
    const { person_id: by } = actors.enrolmentOf(slug, guide)
    const [one, other] = hours.people(cohort_id).filter(({ stated, confirmed }) => confirmed < stated)
    if (one) hours.confirm({ ...one, cohort_id }, { by, until: instantText(services.clock.now()) })
    const note = 'Did the longest one really take that much time? Either is fine, I only want to be sure.'
    if (other) hours.ask({ ...other, cohort_id }, { by, note })
  })
}

/** A badge that is switched on in mid-course, and awarded in the background to those who have earned it already. */
export function awardToPastActivity({ services }: Pick<DemoContext, 'services'>, by: number): void {
  const { badgeEditing, courses, retroactiveAwards } = services
  const course = courses.first()
  if (!course) return
  const words = {
    title: 'Three things',
    meaning: 'Three things tried and written about: a quarter of an hour each, and the habit is there.',
    ring_text: 'Three things',
    hint: null,
    hint_after_weeks: null,
  }
  const look = { shape: 'circle', hue: 'orange', icon: null, number: 3 } as const
  const counts = { cohort_id: null, counts_from: null, counts_until: null }
  const rule = { kind: 'things-done', count: 3 } as const
  const slug = badgeEditing.create(course.id, { ...words, ...look, ...counts, rule }, by)
  badgeEditing.setState(course.id, slug, 'on', by)
  const badge = badgeEditing.find(course.id, slug)
  if (badge) retroactiveAwards.start(badge.id, by)
}
