import type { CsvValue } from '../web/files/csv.ts'
import type { PageContext } from '../web/render/page-context.ts'
import type { ThingColumn } from './grid.ts'
import type { LearnerExport } from './grid-rows.ts'
import type { ThingTally } from './statistics.ts'

/** The grid as CSV: done things with their date, skipped ones with the reason. */
export function* gridCsv(
  { t, dates }: PageContext,
  columns: ThingColumn[],
  rows: Iterable<LearnerExport>,
): Generator<CsvValue[]> {
  const head = ['name', 'email', 'workplace', 'pod', 'state', 'joined', 'seen', 'goal', 'done'].map((key) =>
    t(`insights.file.${key}`),
  )
  yield [...head, ...columns.map(({ number, thing }) => `${number} ${thing.title}`)]
  for (const { name, email, workplace, pod, state, joined_at, seen_at, goal, done, skipped, drafted } of rows) {
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

/** The counts of each thing, one line a thing. */
export function* thingCsv({ t }: PageContext, things: ThingTally[]): Generator<CsvValue[]> {
  const counts = ['done', 'answered', 'useful', 'partly_useful', 'will_use', 'perhaps'] as const
  yield ['number', 'thing', 'opens_on', ...counts].map((key) => t(`insights.file.${key}`))
  for (const thing of things) {
    yield [thing.number, thing.thing.title, thing.opens_on, ...counts.map((field) => thing[field])]
  }
}
