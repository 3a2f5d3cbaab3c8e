import type { CourseContent, Thing } from '../courses/course-content.ts'
import type { Phrase } from './query.ts'
import { markMatches, matchSpans, type SnippetPiece, snippet } from './snippet.ts'

/** A thing that matches the query. */
export interface FoundThing {
  href: string
  number: number
  hue: string
  title: SnippetPiece[]
  /** Empty for a thing that is not open yet. */
  says: SnippetPiece[]
  /** The day on which it opens to the viewer; null where it is open. */
  opens_on: string | null
  language: string
}

export interface ThingRow {
  thing_id: number
  number: number
  slug: string
  course_id: number
  course_revision: number
  /** The language in which the viewer reads courses. */
  language: string | null
  /** Null where it is open to the viewer. */
  opens_on: string | null
}

interface FindThingsDeps {
  content(course_id: number, revision: number, language: string | null): CourseContent
  plainText(html: string, max: number): string
}

/** Rows of things as they are shown: each thing once, those with the words in their title first, closed ones last. */
export function findThings(
  rows: readonly ThingRow[],
  phrases: readonly Phrase[],
  helpers: FindThingsDeps,
): FoundThing[] {
  const once = new Map(rows.toReversed().map((row) => [row.thing_id, row]))
  const found = rows
    .filter((row) => once.get(row.thing_id) === row)
    .flatMap(({ thing_id, number, slug, opens_on, ...of }) => {
      const thing = helpers.content(of.course_id, of.course_revision, of.language).thing(thing_id)
      return thing ? [{ thing, number, opens_on, href: `/cohorts/${slug}/things/${number}` }] : []
    })
  const named = ({ thing }: { thing: Thing }) => matchSpans(thing.title, phrases).length > 0
  const open = found.filter(({ opens_on }) => opens_on === null)
  const closed = found.filter(({ opens_on }) => opens_on !== null)
  const in_order = [...open.filter(named), ...open.filter((one) => !named(one)), ...closed]
  return in_order.map(({ thing, number, opens_on, href }) => ({
    href,
    number,
    opens_on,
    hue: thing.set.hue,
    title: markMatches(thing.title, phrases),
    language: thing.language,
    says: opens_on === null ? snippet(placeIn(thing, phrases, helpers.plainText), phrases) : [],
  }))
}

/** The text of a thing in which the words stand; its summary where they stand in several. */
function placeIn(thing: Thing, phrases: readonly Phrase[], plainText: FindThingsDeps['plainText']): string {
  const all = (html: string | null) => (html ? [plainText(html, Number.POSITIVE_INFINITY)] : [])
  const steps = thing.steps.flatMap(({ title, detail }) => [title, detail ?? ''])
  const texts = [
    thing.summary,
    ...all(thing.body_html),
    ...steps,
    ...thing.prompts,
    ...all(thing.note_html),
    ...all(thing.without_account_html),
  ]
  return texts.find((text) => matchSpans(text, phrases).length > 0) ?? thing.summary
}
