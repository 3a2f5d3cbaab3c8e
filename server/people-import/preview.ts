import type { PageContext } from '../web/render/page-context.ts'
import type { Counts, Import, Imports } from './imports.ts'
import { FIELDS } from './read/choices.ts'
import type { EncodingChoice } from './read/encodings.ts'
import type { ListReading } from './read/read-list.ts'
import type { ListRow } from './read/read-rows.ts'
import { MOST_PODS } from './run-import.ts'

interface ProblemLine extends Pick<ListRow, 'line' | 'email' | 'name'> {
  words: string
}

interface Option {
  value: number
  words: string
}

const LIKELY = 4

/** What a list would do, or did. */
export interface PeopleImportPreview {
  title: string
  list: Import
  counts: Counts
  /** How many people with an account go to the waiting list. */
  beyond: number
  /** How many would come in. */
  coming: number
  problems: ProblemLine[]
  next: number | null
  some: ListRow[]
  new_pods: string[]
  too_many_pods: boolean
  mail: boolean
  /** What a column can be; pods only in a cohort. */
  fields: (typeof FIELDS)[number][]
  encodings: { likely: EncodingChoice[]; others: EncodingChoice[] }
  sheets: Option[]
  headings: Option[]
}

/** @param after the last line of the page of problems before */
export function previewOf(
  imports: Imports,
  { t }: Pick<PageContext, 't'>,
  list: Import,
  after: number | null,
  mail: boolean,
): PeopleImportPreview {
  const counts = imports.counts(list.id)
  const { rows, next } = imports.problems(list.id, after ?? 0)
  const new_pods = list.done_at === null ? imports.newPods(list.id, list.cohort_id) : []
  const done = list.done_at !== null
  const coming = counts.new + counts.known + counts.line
  return {
    title: t(done ? 'importing.done_title' : 'importing.preview_title'),
    list,
    counts,
    beyond: done || list.room === null ? counts.line : Math.max(0, counts.known - list.room),
    coming,
    problems: rows.map(({ line, email, name, problem }) => ({
      line,
      email,
      name,
      words: problemWords(t, problem ?? ''),
    })),
    next,
    some: done ? [] : imports.sample(list.id),
    new_pods,
    too_many_pods: new_pods.length > MOST_PODS,
    mail,
    fields: FIELDS.filter((field) => field !== 'pod' || list.cohort_id !== null),
    encodings: encodingsOf(list.reading),
    sheets: (list.reading?.sheets ?? []).map(({ index, name, rows }) => ({
      value: index,
      words: t('importing.sheet_option', { name, count: rows }),
    })),
    headings: [
      { value: 0, words: t('importing.heading_none') },
      ...(list.reading?.heading_lines ?? []).map(({ line, text }) => ({
        value: line,
        words: t('importing.heading_line', { line, text }),
      })),
    ],
  }
}

/** The encodings to choose from, the one that is in use first. */
function encodingsOf(reading: ListReading | null): PeopleImportPreview['encodings'] {
  const { encoding, choices } = reading?.encoding ?? { encoding: null, choices: [] }
  const inUse = (choice: EncodingChoice) => Number(choice.encoding === encoding)
  const sorted = choices.toSorted((one, other) => inUse(other) - inUse(one))
  return { likely: sorted.slice(0, LIKELY), others: sorted.slice(LIKELY) }
}

function problemWords(t: PageContext['t'], problem: string): string {
  const [key = '', line = ''] = problem.split(' ')
  return t(`importing.problem.${key}`, { line })
}
