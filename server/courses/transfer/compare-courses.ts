import { stringify } from 'yaml'
import { writeCourse, writeThing } from '../format/course-files.ts'
import type { CourseOutline, ThingOutline } from '../format/schema.ts'
import { THING_TRANSLATION_FILE } from '../format/translation-schema.ts'
import { type PartChange, textChanges, thingChanges } from '../text-diff.ts'

/** How a thing would change: `number` is its position afterwards, 0 for a removed one. */
interface ThingDifference {
  slug: string
  title: string
  kind: 'added' | 'changed' | 'removed' | 'moved'
  number: number
  number_before: number
  changes: PartChange[]
  /** Changed translations. */
  translations: { language: string; passages: PartChange['passages'] }[]
}

export interface CourseDifferences {
  /** `language` is null but for translations of the course's own words. */
  facts: { part: string; language: string | null; passages: PartChange['passages'] }[]
  things: ThingDifference[]
  pictures: { name: string; kind: 'added' | 'changed' | 'removed' }[]
  /** Nothing at all would change. */
  none: boolean
}

export interface CourseState {
  outline: CourseOutline
  /** Hashes by path. */
  pictures: ReadonlyMap<string, string>
}

const BUDGET_MS = 400

const FACTS = [
  'title',
  'summary',
  'language',
  'licence',
  'credits',
  'parents',
  'rhythm',
  'write_first',
  'completion',
  'cover',
  'sets',
  'badges',
]

/** What changes between two states of a course: facts, things by slug, pictures by path. */
export function compareCourses(before: CourseState, after: CourseState): CourseDifferences {
  const facts = factChanges(before.outline, after.outline)
  const things = thingDifferences(before.outline, after.outline)
  const pictures = pictureChanges(before.pictures, after.pictures)
  return { facts, things, pictures, none: facts.length + things.length + pictures.length === 0 }
}

/** Changes of the course's own words and rules, part by part; each translation is a part. */
export function factChanges(before: CourseOutline, after: CourseOutline): CourseDifferences['facts'] {
  const [earlier, later] = [factsOf(before), factsOf(after)]
  return [...new Set([...earlier.keys(), ...later.keys()])].flatMap((part) => {
    const passages = changed(earlier.get(part) ?? [], later.get(part) ?? [])
    if (!passages) return []
    const language = FACTS.includes(part) ? null : part
    return [{ part, language, passages }]
  })
}

function factsOf(outline: CourseOutline): Map<string, string[]> {
  const facts: Record<string, unknown> = { ...outline }
  const own = FACTS.filter((fact) => facts[fact] !== undefined).map((fact): [string, string[]] => [
    fact,
    paragraphs(facts[fact]),
  ])
  const translated = (outline.translations ?? []).flatMap(({ language, course }): [string, string[]][] =>
    course ? [[language, paragraphs(course.words)]] : [],
  )
  return new Map([...own, ...translated])
}

function paragraphs(value: unknown): string[] {
  if (Array.isArray(value)) return value.map((item) => stringify(item).trim())
  return [typeof value === 'string' ? value : stringify(value).trim()]
}

function thingDifferences(before: CourseOutline, after: CourseOutline): ThingDifference[] {
  const hasTime = timeBudget()
  const [earlier, later] = [placesOf(before), placesOf(after)]
  const stays = [...earlier.keys()].filter((slug) => later.has(slug))
  const order = [...later.keys()].filter((slug) => earlier.has(slug))
  const differences = [...later.values()].flatMap((now) => differenceOf(earlier.get(now.thing.slug), now))
  const gone = [...earlier.values()].filter(({ thing }) => !later.has(thing.slug))
  return [...differences, ...gone.flatMap((was) => differenceOf(was, undefined))]

  function differenceOf(was: ThingPlace | undefined, now: ThingPlace | undefined): ThingDifference[] {
    const { slug, title } = (now ?? was)?.thing ?? { slug: '', title: '' }
    const place = { slug, title, number: now?.number ?? 0, number_before: was?.number ?? 0 }
    const other = was && now && writeThing(was.thing) !== writeThing(now.thing)
    const changes = other && hasTime() ? thingChanges(was.thing, now.thing) : []
    const translations = now && hasTime() ? translationChanges(was, now) : []
    if (!was) return [{ ...place, kind: 'added', changes, translations }]
    if (!now) return [{ ...place, kind: 'removed', changes, translations }]
    if (other || translations.length > 0) return [{ ...place, kind: 'changed', changes, translations }]
    // a thing that only makes room for another one did not move
    const moved = stays.indexOf(slug) !== order.indexOf(slug)
    return moved ? [{ ...place, kind: 'moved', changes, translations }] : []
  }
}

/** Limits word-by-word comparison, since somebody waits for the page: after 400 ms only the kind of change is told. */
export function timeBudget(): () => boolean {
  const began = performance.now()
  return () => performance.now() - began < BUDGET_MS
}

interface ThingPlace {
  thing: ThingOutline
  number: number
  /** Its translated files, by language. */
  translated: Map<string, string>
}

function placesOf(outline: CourseOutline): Map<string, ThingPlace> {
  const places = new Map(
    outline.things.map((thing, index): [string, ThingPlace] => {
      return [thing.slug, { thing, number: index + 1, translated: new Map() }]
    }),
  )
  if (!outline.translations?.length) return places
  for (const [path, text] of writeCourse(outline)) {
    const [, , slug = '', language = ''] = THING_TRANSLATION_FILE.exec(path) ?? []
    places.get(slug)?.translated.set(language, text)
  }
  return places
}

function translationChanges(was: ThingPlace | undefined, now: ThingPlace): ThingDifference['translations'] {
  const languages = new Set([...(was?.translated.keys() ?? []), ...now.translated.keys()])
  return [...languages].flatMap((language) => {
    const passages = changed(linesOf(was?.translated.get(language)), linesOf(now.translated.get(language)))
    return passages ? [{ language, passages }] : []
  })
}

function linesOf(text = ''): string[] {
  return text.split('\n').filter((line) => line !== '' && line !== '---')
}

function changed(before: readonly string[], after: readonly string[]): PartChange['passages'] | null {
  if (before.length === after.length && before.every((line, index) => line === after[index])) return null
  return textChanges(before, after).filter((passage) => passage.some(({ kind }) => kind !== 'same'))
}

function pictureChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): CourseDifferences['pictures'] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name) => {
    const [was, now] = [before.get(name), after.get(name)]
    if (was === now) return []
    return [{ name, kind: was === undefined ? 'added' : now === undefined ? 'removed' : 'changed' }]
  })
}
