import { writeCourse } from '../format/course-files.ts'
import { type CourseOutline, THING_FILE, type ThingOutline } from '../format/schema.ts'
import { THING_TRANSLATION_FILE } from '../format/translation-schema.ts'
import { type PartChange, thingChanges } from '../text-diff.ts'
import { factChanges, timeBudget } from './compare-courses.ts'

/** The name of the course's own words and rules among what can be ticked; no thing can have it. */
const COURSE_ITSELF = '_course'

/** Something that changed in the parent since it was merged last. */
export interface UpstreamOffer {
  /** A thing's slug, or `COURSE_ITSELF`. */
  name: string
  title: string
  kind: 'added' | 'changed' | 'removed'
  /** It was changed here too: accepting it replaces ours, which is kept as a revision. */
  both: boolean
  /** From our text to theirs. */
  changes: { part: string; passages: PartChange['passages'] }[]
}

/**
 * What changed in the parent of a fork since it was merged last. What changed only here, or is equal by now, is left out.
 * @param base the version of the parent that was merged last
 */
export function upstreamOffers(base: CourseOutline, theirs: CourseOutline, ours: CourseOutline): UpstreamOffer[] {
  const hasTime = timeBudget()
  const [was, there, here] = [unitsOf(base), unitsOf(theirs), unitsOf(ours)]
  return [...new Set([...there.keys(), ...was.keys()])].flatMap((name): UpstreamOffer[] => {
    const [before, new_, own] = [was.get(name), there.get(name), here.get(name)]
    if (new_ === before || new_ === own || (own === undefined && before !== undefined)) return []
    const kind = new_ === undefined ? 'removed' : own === undefined ? 'added' : 'changed'
    const [theirThing, ownThing] = [thingOf(theirs, name), thingOf(ours, name)]
    const title = name === COURSE_ITSELF ? theirs.title : ((theirThing ?? ownThing)?.title ?? '')
    const changes =
      name === COURSE_ITSELF
        ? factChanges(comparable(ours), comparable(theirs))
        : theirThing && ownThing && hasTime()
          ? thingChanges(ownThing, theirThing)
          : []
    return [{ name, title, kind, both: own !== before && before !== undefined, changes }]
  })
}

/** Our course with what was ticked replaced by theirs; new things follow the thing that they follow there. */
export function merge(ours: CourseOutline, theirs: CourseOutline, ticked: ReadonlySet<string>): CourseOutline {
  const there = new Map(theirs.things.map((thing) => [thing.slug, thing]))
  const things = ours.things
    .filter(({ slug }) => !ticked.has(slug) || there.has(slug))
    .map((thing) => (ticked.has(thing.slug) ? (there.get(thing.slug) ?? thing) : thing))
  for (const [index, thing] of theirs.things.entries()) {
    if (!ticked.has(thing.slug) || things.some(({ slug }) => slug === thing.slug)) continue
    const before = theirs.things.slice(0, index).findLast(({ slug }) => things.some((one) => one.slug === slug))
    things.splice(before ? things.findIndex(({ slug }) => slug === before.slug) + 1 : 0, 0, thing)
  }
  const { write_first, completion, ...rest } = ours
  const next = ticked.has(COURSE_ITSELF) ? { ...rest, ...factsOf(theirs), things } : { ...ours, things }
  const sets = [...next.sets, ...theirs.sets.filter(({ slug }) => !next.sets.some((set) => set.slug === slug))]
  const used = new Set(things.map(({ set }) => set))
  const own = new Set([...ours.sets, ...next.sets].map(({ slug }) => slug))
  const setsThen = [...sets, ...ours.sets.filter(({ slug }) => !sets.some((set) => set.slug === slug))].filter(
    ({ slug }) => own.has(slug) || used.has(slug),
  )
  return { ...next, sets: setsThen, ...mergeTranslations(ours, theirs, ticked) }
}

function mergeTranslations(ours: CourseOutline, theirs: CourseOutline, ticked: ReadonlySet<string>) {
  const languages = [...(ours.translations ?? []), ...(theirs.translations ?? [])].map(({ language }) => language)
  const translations = [...new Set(languages)].sort().flatMap((language) => {
    const own = ours.translations?.find((one) => one.language === language)
    const other = theirs.translations?.find((one) => one.language === language)
    const things = new Map([
      ...[...(own?.things ?? [])].filter(([slug]) => !ticked.has(slug)),
      ...[...(other?.things ?? [])].filter(([slug]) => ticked.has(slug)),
    ])
    const course = ticked.has(COURSE_ITSELF) ? (other?.course ?? own?.course) : own?.course
    return things.size > 0 || course ? [{ language, ...(course ? { course } : {}), things }] : []
  })
  return translations.length > 0 ? { translations } : {}
}

/** What a fork accepts of the course's own words and rules; title, credits and badges stay its own. */
function factsOf({ summary, rhythm, sets, write_first, completion }: CourseOutline) {
  return { summary, rhythm, sets, ...(write_first ? { write_first } : {}), ...(completion ? { completion } : {}) }
}

/** Makes outlines equal in everything that a merge does not accept. */
function comparable(outline: CourseOutline): CourseOutline {
  const { slug, title, language, licence } = { slug: 'same', title: 'Same', language: 'en', licence: 'Same' }
  return { ...factsOf(outline), slug, title, language, licence, credits: [], badges: [], things: outline.things }
}

/** One text for each thing with its translations, and one for the course's own facts. */
function unitsOf(outline: CourseOutline): Map<string, string> {
  const units = new Map([[COURSE_ITSELF, JSON.stringify(factsOf(outline))]])
  for (const [path, text] of writeCourse(outline)) {
    const slug = thingOfPath(path)
    if (slug) units.set(slug, `${units.get(slug) ?? ''}\n${text}`)
  }
  return units
}

/** The slug of the thing that a file of a course folder belongs to, in any language. */
export function thingOfPath(path: string): string | undefined {
  return THING_FILE.exec(path)?.[2] ?? THING_TRANSLATION_FILE.exec(path)?.[2]
}

function thingOf({ things }: CourseOutline, name: string): ThingOutline | undefined {
  return things.find(({ slug }) => slug === name)
}
