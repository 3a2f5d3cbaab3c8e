import type { Database } from '../db/open.ts'
import type { CourseProblem } from './format/course-problem.ts'
import {
  checkAddresses,
  checkLinks,
  type LinkNotes,
  type LinkPlace,
  type LinkScope,
  withThingAddresses,
} from './format/link-check.ts'
import { BODY_MAX, type CourseOutline, type ThingOutline } from './format/schema.ts'
import { fingerprintOf, wordsOfThing } from './format/translatable-words.ts'
import type { WithMarkdown } from './thing-rows.ts'

type Linked = LinkScope['course']
type TypedValues = Record<string, string>

/** The fields whose Markdown may link to other things. */
const FIELDS = ['body', 'note', 'without_account']

/** The links between things of an imported course, each with its file and line. */
export interface CourseLinkNotes {
  broken: CourseProblem[]
  fixed: CourseProblem[]
}

/** Tells authors about links within a course, and makes such links of addresses. */
export function createCourseLinks(db: Database, { base_url }: { base_url: string }) {
  const cohortThing = db
    .prepare<{ cohort: string; number: number; courses: string }, string>(`
      SELECT thing.slug FROM calendar_entry
        JOIN cohort ON cohort.id = cohort_id
        JOIN course ON course.id = cohort.course_id
        JOIN thing ON thing.id = thing_id
       WHERE cohort.slug = :cohort AND number = :number AND course.slug IN (SELECT value FROM json_each(:courses))`)
    .pluck()
  const scopeOf = (course: Linked): LinkScope => ({
    course,
    base_url,
    cohortThing: (cohort, number, courses) =>
      Number.isInteger(number) ? (cohortThing.get({ cohort, number, courses: JSON.stringify(courses) }) ?? null) : null,
  })

  /** Changes the Markdown of a thing, or of its translation. */
  function changed<Words extends WithMarkdown>(words: Words, change: (text: string) => string): Words {
    const { note, without_account } = words
    return {
      ...words,
      body: change(words.body),
      ...(note === undefined ? {} : { note: change(note) }),
      ...(without_account === undefined ? {} : { without_account: change(without_account) }),
    }
  }

  return {
    /** About the values of a form that changes a thing, or its translation. */
    notes: (course: Linked, values: TypedValues): LinkNotes =>
      checkLinks(FIELDS.map((name) => (values[name] ?? '').slice(0, BODY_MAX)).join('\n\n'), scopeOf(course)),

    /** The values of such a form with links within the course in place of addresses. */
    linked(course: Linked, values: TypedValues): TypedValues {
      const scope = scopeOf(course)
      const typed = FIELDS.filter((name) => values[name] !== undefined)
      const linked = typed.map((name) => [name, withThingAddresses((values[name] ?? '').slice(0, 2 * BODY_MAX), scope)])
      return { ...values, ...Object.fromEntries(linked) }
    },

    /** About a course that is not imported yet. */
    inspect(outline: CourseOutline, places: readonly LinkPlace[]): CourseLinkNotes {
      const { broken, fixed } = checkAddresses(places, scopeOf(outline))
      const of = (addresses: readonly string[]) => {
        const wanted = new Set(addresses)
        return places
          .filter(({ address }) => wanted.has(address))
          .map(({ address, ...place }) => ({ ...place, expected: address }))
      }
      return { broken: of(broken), fixed: of(fixed) }
    },

    /** A course with links in place of addresses. Its translations stay those of the changed texts. */
    linkedCourse(outline: CourseOutline, places: readonly LinkPlace[]): CourseOutline {
      const scope = scopeOf(outline)
      const { fixed } = checkAddresses(places, scope)
      const change = (text: string) =>
        fixed.some((address) => text.includes(address)) ? withThingAddresses(text, scope) : text
      const marks = new Map<string, { from: string; to: string }>()
      const things = outline.things.map((thing): ThingOutline => {
        const made = changed(thing, change)
        marks.set(thing.slug, { from: fingerprintOf(wordsOfThing(thing)), to: fingerprintOf(wordsOfThing(made)) })
        return made
      })
      const translations = outline.translations?.map((translation) => ({
        ...translation,
        things: new Map(
          [...translation.things].map(([slug, { from, words }]) => {
            const mark = marks.get(slug)
            return [slug, { from: mark?.from === from ? mark.to : from, words: changed(words, change) }]
          }),
        ),
      }))
      return { ...outline, things, ...(translations ? { translations } : {}) }
    },
  }
}

export type CourseLinks = ReturnType<typeof createCourseLinks>
