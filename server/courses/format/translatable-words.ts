import { createHash } from 'node:crypto'
import { type CourseOutline, DEPTHS, type ThingOutline } from './schema.ts'
import type { CourseWords, ThingWords } from './translation-schema.ts'

export function wordsOfThing({
  title,
  short,
  summary,
  body,
  note,
  without_account,
  prompts,
  steps,
}: ThingOutline): ThingWords {
  return {
    title,
    short,
    summary,
    steps: DEPTHS.flatMap((depth) => steps[depth] ?? []),
    ...(note === undefined ? {} : { note }),
    ...(without_account === undefined ? {} : { without_account }),
    prompts,
    body,
  }
}

export function wordsOfCourse({
  title,
  summary,
  sets,
}: Pick<CourseOutline, 'title' | 'summary' | 'sets'>): CourseWords {
  return { title, summary, sets: sets.map(({ slug, title }) => ({ slug, title })) }
}

type Marked = Record<string, string | null | undefined | readonly (string | MarkedStep)[]>
type MarkedStep = { slug: string; title: string; detail?: string | null }

/**
 * Twelve hexadecimal digits of the SHA-256 of texts. Missing and empty texts are equal, and the order of a list does not
 * matter.
 */
export function fingerprintOf(words: Marked): string {
  const parts = Object.entries(words).flatMap(([key, value]) => {
    const lines = Array.isArray(value) ? value.map(lineOf).sort() : value
    return lines && lines.length > 0 ? [[key, lines]] : []
  })
  return createHash('sha256').update(JSON.stringify(parts.sort())).digest('hex').slice(0, 12)
}

function lineOf(item: string | MarkedStep): string {
  return typeof item === 'string' ? item : JSON.stringify([item.slug, item.title, item.detail ?? null])
}
