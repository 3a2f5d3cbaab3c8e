import type { Database } from '../../db/open.ts'
import type { CourseOutline } from '../format/schema.ts'
import { fingerprintOf, wordsOfThing } from '../format/translatable-words.ts'
import type { Translation } from '../format/translation-schema.ts'
import type { Render } from '../thing-rows.ts'
import { renderWords, translationRows, translationsOf } from '../translations/translation-rows.ts'
import { type ChangedBy, sameTranslation } from '../translations/translation-table.ts'

/** Imports the translations of a course folder, within the transaction of the import. */
export function translationImporter(db: Database, render: Render) {
  const rows = translationRows(db)
  const thingNow = db.prepare<[number, string], { id: number; revision: number }>(
    'SELECT id, revision FROM thing WHERE course_id = ? AND slug = ?',
  )

  /** Called before the transaction, since rendering takes time. */
  function prepare({ translations = [], things }: CourseOutline) {
    const fingerprints = new Map(things.map((thing) => [thing.slug, fingerprintOf(wordsOfThing(thing))]))
    const texts = translations.map(({ language, course, things: texts }) => ({
      language,
      course,
      things: [...texts].map(([slug, text]) => {
        return { slug, text, current: text.from === fingerprints.get(slug), made: renderWords(text.words, render) }
      }),
    }))
    return { texts, slugs: new Set(fingerprints.keys()) }
  }

  /** Translations that the folder does not have are removed, except those of things that it does not have either. */
  function put(course_id: number, { texts, slugs }: ReturnType<typeof prepare>, at: ChangedBy): void {
    const before = new Map(translationsOf(rows, course_id).map((one) => [one.language, one]))
    for (const { language, course, things } of texts) {
      const had = before.get(language)
      const kept = new Set(things.map(({ slug }) => slug))
      if (course && !sameTranslation(had?.course, course)) {
        rows.ofCourses.save({ id: course_id, language }, course, at)
      }
      if (!course) rows.ofCourses.remove({ id: course_id, language }, at)
      for (const { slug, text, current, made } of things) {
        const thing = thingNow.get(course_id, slug)
        if (!thing || sameTranslation(had?.things.get(slug), text)) continue
        const html = { ...made, made_from_revision: current ? thing.revision : null }
        rows.ofThings.save({ id: thing.id, language }, text, at, html)
      }
      dropThings(had, kept)
      before.delete(language)
    }
    for (const had of before.values()) {
      rows.ofCourses.remove({ id: course_id, language: had.language }, at)
      dropThings(had, new Set())
    }

    function dropThings(had: Translation | undefined, kept: ReadonlySet<string>): void {
      for (const slug of had?.things.keys() ?? []) {
        const thing = slugs.has(slug) && !kept.has(slug) ? thingNow.get(course_id, slug) : undefined
        if (had && thing) rows.ofThings.remove({ id: thing.id, language: had.language }, at)
      }
    }
  }

  return { prepare, put }
}
