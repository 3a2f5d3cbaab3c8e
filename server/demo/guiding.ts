import { DAY, HOUR } from './dates.ts'
import { type DemoCohort, type DemoContext, idOf } from './story.ts'

/** Schedules saved replies, a settled report, reports of changed things, an announcement, a pause and an assigned reply. */
export function planGuiding(
  { timeline, content, services, actors, written }: DemoContext,
  demoCohort: DemoCohort,
): void {
  const { joined, latest, posts, slug, starts_at } = demoCohort
  const { moderation, replyQueue, savedReplies } = services
  const person = (key: string) => actors.enrolmentOf(slug, key).person_id
  const here = (...keys: string[]) => keys.every((key) => joined.has(key))
  for (const { by, title, body } of content.guiding.saved) {
    if (here(by)) timeline.schedule(starts_at + 5 * DAY, () => void savedReplies.add(person(by), { title, body }))
  }
  for (const { by, of, reason, settled_by } of content.guiding.reports) {
    const about = posts.find((post) => post.by === of && post.audience === 'cohort' && post.at < latest - 2 * DAY)
    if (!about || !here(by, of, settled_by)) continue
    const post = () => ({ kind: 'reflection' as const, id: idOf(written.reflections, about) })
    timeline.schedule(about.at + 20 * HOUR, () => void moderation.report(post(), person(by), reason))
    timeline.schedule(about.at + 26 * HOUR, () => {
      const found = moderation.find(post(), person(settled_by))
      if (found) moderation.settle(found, person(settled_by))
    })
  }
  for (const { by, number, kind, line = null, link = null } of content.guiding.changed) {
    if (!here(by) || demoCohort.opens(number) > latest - 2 * DAY) continue
    timeline.schedule(latest - DAY, () => {
      const enrolment = actors.enrolmentOf(slug, by)
      const whose = { person_id: enrolment.person_id, cohort_id: enrolment.cohort.id }
      services.maintenance.reports.report(actors.thing(enrolment, number).id, whose, { kind, line, link })
    })
  }
  const { by: organiser, welcome, title, body } = content.guiding.greeting
  timeline.schedule(starts_at - DAY, () => {
    services.cohortSettings.change(demoCohort.cohort_id, { welcome }, person(organiser))
  })
  timeline.schedule(latest - 30 * HOUR, () => {
    const text = { title, body, pinned: true }
    services.announcements.write({ cohort_id: demoCohort.cohort_id, by: person(organiser), ...text })
  })
  // everybody is notified
  timeline.schedule(latest - 30 * HOUR + 1, () => services.jobs.runDue(), { alone: true })
  const resting = [...joined.keys()].at(-1)
  if (resting !== undefined) {
    timeline.schedule(latest - 2 * HOUR, () => {
      const enrolment = actors.enrolmentOf(slug, resting)
      if (enrolment.role === 'learner') services.pauses.pause(enrolment, true)
    })
  }
  const [guide] = content.guiding.saved.map(({ by }) => by).filter((by) => here(by))
  if (guide === undefined) return
  timeline.schedule(latest - 3 * HOUR, () => {
    const enrolment = actors.enrolmentOf(slug, guide)
    const { shown } = replyQueue.page(enrolment, { whose: null, after: null })
    const first = shown.find(({ taken, mine }) => !taken && !mine)
    if (first) replyQueue.take(enrolment, first.item.id)
  })
}
