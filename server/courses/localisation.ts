import { escapeHtml } from '../web/render/escape.ts'
import { directionOf } from '../web/text/languages.ts'
import type { CourseContent, CourseSet, Languages, Step, Thing } from './course-content.ts'
import { fingerprintOf, wordsOfCourse } from './format/translatable-words.ts'
import type { TranslatedCourse, TranslatedThing } from './translations/translation-rows.ts'

interface Translations {
  course: TranslatedCourse[]
  things: TranslatedThing[]
}

type UntranslatedCourse = Omit<CourseContent, keyof Languages>

/** Adds translations to a course. Each language is composed when it is first needed, and cached with the course. */
export function withLanguages(source: UntranslatedCourse, { course, things }: Translations): CourseContent {
  const languages = [...new Set([...course, ...things].map(({ language }) => language))].sort()
  const courseIn = new Map(course.map((words) => [words.language, words]))
  const thingIn = new Map(things.map((words) => [`${words.language} ${words.thing_id}`, words]))
  const courseFingerprint = fingerprintOf(wordsOfCourse(source))
  const made = new Map<string, CourseContent>()

  const whole: CourseContent = {
    ...source,
    languages,
    in(language) {
      const found = language === null ? undefined : nearestLanguage(language, source.language, languages)
      if (found === undefined) return whole
      const known = made.get(found) ?? contentIn(found)
      made.set(found, known)
      return known
    },
    translationState(language, thing) {
      const words = thing ? thingIn.get(`${language} ${thing.id}`) : courseIn.get(language)
      if (!words) return 'missing'
      return words.from === (thing?.fingerprint ?? courseFingerprint) ? 'done' : 'stale'
    },
  }
  return whole

  function contentIn(language: string): CourseContent {
    const own = courseIn.get(language)?.words
    const titles = new Map(own?.sets.map(({ slug, title }) => [slug, title]))
    const setIn = new Map<number, CourseSet>()
    const translatedSet = (set: CourseSet): CourseSet => {
      const title = titles.get(set.slug)
      const translated = setIn.get(set.id) ?? (title === undefined ? set : { ...set, title, language })
      setIn.set(set.id, translated)
      return translated
    }
    const translated = (thing: Thing): Thing => {
      const words = thingIn.get(`${language} ${thing.id}`)
      return { ...(words ? thingWith(thing, words) : thing), set: translatedSet(thing.set) }
    }
    const all = [...source.things, ...source.hidden].map(translated)
    const byId = new Map(all.map((thing) => [thing.id, thing]))
    return {
      ...whole,
      ...(own ? { title: own.title, summary: own.summary, language } : {}),
      sets: source.sets.map(translatedSet),
      things: all.filter(({ position }) => position > 0),
      hidden: all.filter(({ position }) => position === 0),
      thing: (id) => byId.get(id),
    }
  }
}

/** The wanted language, else one that differs by region only; undefined for the course's own. */
function nearestLanguage(wanted: string, source: string, languages: readonly string[]): string | undefined {
  if (wanted === source || languages.includes(wanted)) return languages.find((language) => language === wanted)
  const plain = (language: string) => language.split('-')[0]
  if (plain(source) === plain(wanted)) return undefined
  return languages.find((language) => plain(language) === plain(wanted))
}

/** Parts that the thing got after it was translated are shown in its own language. */
function thingWith(thing: Thing, { words, html, language }: TranslatedThing): Thing {
  const { title, short, summary } = words
  const kept = (own: string | null) => {
    if (own === null) return null
    return `<div lang="${escapeHtml(thing.language)}" dir="${directionOf(thing.language)}">${own}</div>`
  }
  const steps = new Map(words.steps.map((step) => [step.slug, step]))
  return {
    ...thing,
    title,
    short,
    summary,
    language,
    body_html: html.body || (kept(thing.body_html || null) ?? ''),
    note_html: thing.note_html === null ? null : (html.note ?? kept(thing.note_html)),
    without_account_html:
      thing.without_account_html === null ? null : (html.without_account ?? kept(thing.without_account_html)),
    prompts: words.prompts.length > 0 ? words.prompts : thing.prompts,
    steps: thing.steps.map((step) => stepWith(step, steps.get(step.slug), language)),
  }
}

function stepWith(step: Step, words: { title: string; detail?: string } | undefined, language: string): Step {
  return words ? { ...step, title: words.title, detail: words.detail ?? null, language } : step
}
