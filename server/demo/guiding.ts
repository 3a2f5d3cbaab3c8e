import { DAY, HOUR } from './dates.ts'
import { idOf, type Scene, type Teller } from './story.ts'

/** What guides keep at hand and one of them took, a report that was settled, what learners say of a thing, and one who pauses. */
export function tellGuiding({ agenda, content, services, stage, written }: Teller, scene: Scene): void {
  const { joined, latest, posts, slug, starts_at } = scene
  const { moderation, replyQueue, savedReplies } = services
  const person = (key: string) => stage.inCohort(slug, key).person_id
  const here = (...keys: string[]) => keys.every((key) => joined.has(key))
  for (const { by, title, body } of content.guiding.saved) {
    if (here(by)) agenda.put(starts_at + 5 * DAY, () => void savedReplies.add(person(by), { title, body }))
  }
  for (const { by, of, reason, settled_by } of content.guiding.reports) {
    const about = posts.find((post) => post.by === of && post.audience === 'cohort' && post.at < latest - 2 * DAY)
    if (!about || !here(by, of, settled_by)) continue
    const post = () => ({ kind: 'reflection' as const, id: idOf(written.reflections, about) })
    agenda.put(about.at + 20 * HOUR, () => void moderation.report(post(), person(by), reason))
    agenda.put(about.at + 26 * HOUR, () => {
      const found = moderation.find(post(), person(settled_by))
      if (found) moderation.settle(found, person(settled_by))
    })
  }
  for (const { by, number, kind, line = null, link = null } of content.guiding.changed) {
    if (!here(by) || scene.opens(number) > latest - 2 * DAY) continue
    agenda.put(latest - DAY, () => {
      const enrolment = stage.inCohort(slug, by)
      const whose = { person_id: enrolment.person_id, cohort_id: enrolment.cohort.id }
      services.upkeep.reports.report(stage.thing(enrolment, number).id, whose, { kind, line, link })
    })
  }
  const { by: organiser, welcome, title, body } = content.guiding.greeting
  agenda.put(starts_at - DAY, () => {
    services.cohortSettings.change(scene.cohort_id, { welcome }, person(organiser))
  })
  agenda.put(latest - 30 * HOUR, () => {
    const text = { title, body, pinned: true }
    services.announcements.write({ cohort_id: scene.cohort_id, by: person(organiser), ...text })
  })
  const resting = [...joined.keys()].at(-1)
  if (resting !== undefined) {
    agenda.put(latest - 2 * HOUR, () => {
      const enrolment = stage.inCohort(slug, resting)
      if (enrolment.role === 'learner') services.pauses.pause(enrolment, true)
    })
  }
  const [guide] = content.guiding.saved.map(({ by }) => by).filter((by) => here(by))
  if (guide === undefined) return
  agenda.put(latest - 3 * HOUR, () => {
    const enrolment = stage.inCohort(slug, guide)
    const { shown } = replyQueue.page(enrolment, { whose: null, after: null })
    const first = shown.find(({ taken, mine }) => !taken && !mine)
    if (first) replyQueue.take(enrolment, first.item.id)
  })
}
