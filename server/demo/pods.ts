import { DAY, MINUTE, WEEK } from './dates.ts'
import type { DemoCohort, DemoContext } from './story.ts'

/** Time from the creation of pods to the first thing. */
const AHEAD = 2 * DAY

/**
 * Schedules the written pods and who joins them. Generated people are grouped into further pods a week into the course;
 * who joins later is in none.
 */
export function planPods(
  { services, timeline, actors, content }: DemoContext,
  demoCohort: DemoCohort,
  organiser: string,
): void {
  const { cohort_id, slug, starts_at, joined } = demoCohort
  const { pods, words } = services
  const { groups } = content
  const made_at = starts_at - AHEAD
  const by = () => actors.enrolmentOf(slug, organiser).person_id
  timeline.schedule(made_at - MINUTE, () => pods.setSettings(cohort_id, { open: false, ask: true }, by()))
  for (const { name, guides, people } of groups.pods) {
    const here = people.filter((key) => joined.has(key))
    if (here.length === 0) continue
    let pod_id = 0
    timeline.schedule(made_at, () => {
      pod_id = pods.make(cohort_id, name, by()) ?? 0
      const leading = guides.filter((key) => joined.has(key)).map((key) => actors.enrolmentOf(slug, key).id)
      pods.setGuides(cohort_id, pod_id, leading, by())
    })
    for (const key of here) {
      const at = Math.max(made_at, joined.get(key) ?? 0) + MINUTE
      timeline.schedule(at, () => pods.move(cohort_id, [actors.enrolmentOf(slug, key).id], pod_id, by()))
    }
  }
  for (const { by: key, interest, hours = '' } of groups.wishes) {
    const at = joined.get(key)
    if (at !== undefined)
      timeline.schedule(at + MINUTE, () => pods.savePreferences(actors.enrolmentOf(slug, key).id, { interest, hours }))
  }
  const deal = () => {
    if (pods.countWithoutPod(cohort_id) <= groups.wishes.length) return
    const wish = { by: 'size' as const, size: 7, with_guides: true }
    const t = words('en')
    pods.makePlanned(cohort_id, wish, t, pods.plan(cohort_id, wish, t).hash, by())
  }
  timeline.schedule(starts_at + WEEK, deal, { alone: true })
}
