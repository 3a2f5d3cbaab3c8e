import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { completionText } from '../completion.ts'
import { COURSE_COLUMNS, type CourseRow } from '../course-row.ts'
import { writeCourse } from '../format/course-files.ts'
import { BrokenCourse, type CourseProblem } from '../format/course-problem.ts'
import { type CourseOutline, THING_FILE } from '../format/schema.ts'
import { type Render, renderThing, thingWriter } from '../thing-rows.ts'
import { withEarlierParents } from './attribution.ts'
import { badgeWriter } from './badge-rows.ts'
import { translationImporter } from './import-translations.ts'
import { siteProblems } from './site-checks.ts'

interface ImportOutlineDeps {
  activity: ActivityLog
  renderMarkdown: Render
  exportOutline: (slug: string) => CourseOutline | null
}

export interface ImportOutline {
  (outline: CourseOutline, by: number | null, files?: ReadonlyMap<string, string>): number

  /** Why this site could not import it. */
  problems(outline: CourseOutline, files?: ReadonlyMap<string, string>): CourseProblem[]
}

/**
 * Makes the function that imports a course, completely or not at all. Removed things, sets and badges keep their rows with
 * position 0, since cohorts run with them and people hold awards.
 */
export function outlineImporter(
  db: Database,
  clock: Clock,
  { activity, renderMarkdown, exportOutline }: ImportOutlineDeps,
): ImportOutline {
  const takenBadges = db
    .prepare<[string], [string, string]>(
      'SELECT badge.slug, course.title FROM badge JOIN course ON course.id = course_id WHERE course.slug <> ?',
    )
    .raw()
  const find = db.prepare<[string], number>('SELECT id FROM course WHERE slug = ?').pluck()
  const putCourse = db
    .prepare<object, number>(`
      INSERT INTO course (${COURSE_COLUMNS.names}, created_at) VALUES (${COURSE_COLUMNS.values}, :now)
      ON CONFLICT (slug) DO UPDATE SET ${COURSE_COLUMNS.updates}, revision = revision + 1
      RETURNING id`)
    .pluck()
  const outOfCourse = ['course_set', 'thing'].map((table) =>
    db.prepare<[number]>(`UPDATE ${table} SET position = 0 WHERE course_id = ?`),
  )
  const putSet = db
    .prepare<object, number>(`
      INSERT INTO course_set (course_id, slug, title, hue, position) VALUES (:course_id, :slug, :title, :hue, :position)
      ON CONFLICT (course_id, slug) DO UPDATE SET title = excluded.title, hue = excluded.hue, position = excluded.position
      RETURNING id`)
    .pluck()
  const putBadges = badgeWriter(db)
  const thingRows = thingWriter(db)
  const translations = translationImporter(db, renderMarkdown)

  const problemsOf: ImportOutline['problems'] = (outline, files) =>
    siteProblems(outline, new Map(takenBadges.all(outline.slug)), files)

  function importOutline(wanted: CourseOutline, by: number | null, files?: ReadonlyMap<string, string>): number {
    const outline = { ...wanted, ...withEarlierParents(exportOutline(wanted.slug)?.parents, wanted.parents) }
    const things = outline.things.map((thing) => renderThing(thing, renderMarkdown))
    const translated = translations.prepare(outline)
    return transaction(db, () => {
      const problems = problemsOf(outline, files)
      if (problems.length > 0) throw new BrokenCourse(problems)
      const before = textsOf(exportOutline(outline.slug))
      const after = before && textsOf(outline)
      const known = find.get(outline.slug)
      if (known !== undefined && before && after && sameTexts(before, after)) return known

      const now = nowText(clock)
      const { slug, title, summary, language, licence, cover = null } = outline
      const facts: CourseRow = {
        ...{ slug, title, summary, language, licence, cover },
        credits: JSON.stringify(outline.credits),
        parents: JSON.stringify(outline.parents ?? []),
        rhythm: JSON.stringify(outline.rhythm),
        write_first: outline.write_first ? 1 : 0,
        completion: completionText(outline.completion),
      }
      const course_id = madeOf(putCourse.get({ ...facts, now }))
      for (const out of outOfCourse) out.run(course_id)
      const set_ids = new Map(
        outline.sets.map((set, index) => [set.slug, madeOf(putSet.get({ ...set, course_id, position: index + 1 }))]),
      )
      const changed = (thing: string) => before?.get(thing) !== after?.get(thing)
      for (const [thing, source] of before ?? []) {
        if (changed(thing)) thingRows.saveRevision({ course_id, slug: thing, source, by, now })
      }
      for (const [index, thing] of things.entries()) {
        const place = { course_id, set_id: set_ids.get(thing.set), position: index + 1, now }
        thingRows.save(thing, { ...place, changed: changed(thing.slug) })
      }
      putBadges(course_id, outline.badges, { by, now })
      translations.put(course_id, translated, { by, now })
      activity.record('course.imported', { person_id: by, subject_id: course_id })
      return course_id
    })
  }

  return Object.assign(importOutline, { problems: problemsOf })
}

/** The files of a course: things by slug, since a new number alone is no change, the rest by path. */
function textsOf(outline: CourseOutline | null): Map<string, string> | null {
  // a course without things cannot be written as a folder
  if (!outline || outline.things.length === 0) return null
  return new Map([...writeCourse(outline)].map(([path, text]) => [THING_FILE.exec(path)?.[2] ?? path, text]))
}

/** Whether the files and their order are equal. */
function sameTexts(one: Map<string, string>, other: Map<string, string>): boolean {
  const others = [...other]
  return (
    one.size === other.size &&
    [...one].every(([name, text], index) => others[index]?.[0] === name && others[index]?.[1] === text)
  )
}

function madeOf(id: number | undefined): number {
  if (id === undefined) throw new Error('A row was not made')
  return id
}
