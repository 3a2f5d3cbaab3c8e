import { inZone, type ListColumn, type ListFile, type ListValue } from '../web/files/list-file.ts'
import type { PageContext } from '../web/render/page-context.ts'
import type { ThingColumn } from './grid.ts'
import type { LearnerExport } from './grid-rows.ts'
import type { ThingTally } from './statistics.ts'

type ListContent = Pick<ListFile, 'columns' | 'rows'>

/** People by things: done things with their date, skipped ones with the reason. */
export function gridList(frame: PageContext, columns: ThingColumn[], people: Iterable<LearnerExport>): ListContent {
  const { t, dates } = frame
  const heading = (key: string): ListColumn => ({ heading: t(`insights.file.${key}`) })
  const date = (key: string): ListColumn => ({ heading: inZone(frame, t(`insights.file.${key}`)), holds: 'date' })

  function* rows(): Generator<ListValue[]> {
    for (const { name, email, workplace, pod, state, joined_at, seen_at, goal, done, skipped, drafted } of people) {
      const standing = t(`insights.grid.person.${state}`)
      const person = [name, email, workplace, pod, standing, dates.dateOf(joined_at), dates.dateOf(seen_at), goal]
      const cells = columns.map(({ thing }) => {
        const done_at = done[thing.id]
        if (done_at !== undefined) return dates.dateOf(done_at)
        const reason = skipped[thing.id]
        if (reason !== undefined) return t('insights.file.skipped', { reason })
        return drafted.includes(thing.id) ? t('insights.file.draft') : null
      })
      yield [...person, Object.keys(done).length, ...cells]
    }
  }

  return {
    columns: [
      ...['name', 'email', 'workplace', 'pod', 'state'].map(heading),
      ...['joined', 'seen'].map(date),
      ...['goal', 'done'].map(heading),
      ...columns.map(({ number, thing }) => ({ heading: `${number} ${thing.title}`, holds: 'date' as const })),
    ],
    rows: rows(),
  }
}

/** The counts of each thing, one line a thing. */
export function thingList(frame: PageContext, things: ThingTally[]): ListContent {
  const counts = ['done', 'answered', 'useful', 'partly_useful', 'will_use', 'perhaps'] as const
  const heading = (key: string): ListColumn => ({ heading: frame.t(`insights.file.${key}`) })
  const opened = { heading: inZone(frame, frame.t('insights.file.opens_on')), holds: 'date' as const }
  return {
    columns: [heading('number'), heading('thing'), opened, ...counts.map(heading)],
    rows: things.map((each) => [each.number, each.thing.title, each.opens_on, ...counts.map((field) => each[field])]),
  }
}
