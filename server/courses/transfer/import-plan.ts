import { EditConflict } from '../../db/edit-conflict-error.ts'
import type { Database } from '../../db/open.ts'
import { courseSlugs } from '../course-slug.ts'
import { writeCourse } from '../format/course-files.ts'
import { picturesIn } from '../format/picture-links.ts'
import type { CourseOutline } from '../format/schema.ts'
import type { CoursePictures } from '../pictures/pictures.ts'
import { hashesByPath, parentsOf, withEarlierParents, withNewerParents } from './attribution.ts'
import type { ImportTarget, InspectedCourse } from './import-target.ts'
import { badgeRenamer } from './rename-badges.ts'
import { merge, thingOfPath } from './upstream-changes.ts'

interface ImportPlanDeps {
  pictures: Pick<CoursePictures, 'list'>
  exportOutline: (slug: string) => CourseOutline | null
}

/**
 * Makes the function that returns what a course would be after an import, and with which pictures. It throws
 * EditConflict where the fork was deleted.
 */
export function importPlanner(db: Database, { pictures, exportOutline }: ImportPlanDeps) {
  const find = db.prepare<[string], number>('SELECT id FROM course WHERE slug = ?').pluck()
  const freeSlug = courseSlugs(db)
  const renameBadges = badgeRenamer(db)

  return ({ outline, pictures: found }: InspectedCourse, into: ImportTarget, ticked: ReadonlySet<string>) => {
    if (into.kind === 'beside') {
      const slug = freeSlug(outline.slug)
      const badges = renameBadges(outline.badges)
      const parents = parentsOf(outline, hashesByPath(found), null)
      return { outline: { ...outline, ...parents, slug, badges }, pictures: found }
    }
    if (into.kind === 'itself') {
      const parents = withEarlierParents(exportOutline(outline.slug)?.parents, outline.parents)
      return { outline: { ...outline, ...parents }, pictures: found }
    }
    const [ours, id] = [exportOutline(into.slug), find.get(into.slug) ?? 0]
    if (!ours) throw new EditConflict('course')
    const next = {
      ...merge(ours, outline, ticked),
      ...withNewerParents(ours, parentsOf(outline, hashesByPath(found), null).parents),
    }
    const theirs = [...writeCourse(outline)].filter(([path]) => ticked.has(thingOfPath(path) ?? ''))
    const named = new Set(theirs.flatMap(([, text]) => picturesIn(text)))
    const own = pictures.list(id)
    const brought = found.filter(({ name }) => named.has(name))
    return {
      outline: next,
      pictures: [...own.filter(({ name }) => !brought.some((one) => one.name === name)), ...brought],
    }
  }
}
