import { DAY, HOUR } from './dates.ts'
import { idOf, type Scene, type Teller } from './story.ts'

/** What guides keep at hand, what one of them has taken, and a report that was settled. */
export function tellGuiding({ agenda, content, services, stage, written }: Teller, scene: Scene): void {
  const { joined, latest, posts, slug, starts_at } = scene
  const { moderation, queue, savedAnswers } = services
  const person = (key: string) => stage.inCohort(slug, key).person_id
  const here = (...keys: string[]) => keys.every((key) => joined.has(key))
  for (const { by, title, body } of content.guiding.saved) {
    if (here(by)) agenda.put(starts_at + 5 * DAY, () => void savedAnswers.make(person(by), { title, body }))
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
  const [guide] = content.guiding.saved.map(({ by }) => by).filter((by) => here(by))
  if (guide === undefined) return
  agenda.put(latest - 3 * HOUR, () => {
    const enrolment = stage.inCohort(slug, guide)
    const { shown } = queue.page(enrolment, { whose: null, after: null })
    const first = shown.find(({ taken, mine }) => !taken && !mine)
    if (first) queue.take(enrolment, first.item.id)
  })
}
