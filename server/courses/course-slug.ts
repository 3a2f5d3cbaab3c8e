import type { Database } from '../db/open.ts'
import { freshSlug, slugFrom } from '../web/text/slug.ts'

/** Words in addresses under /admin/courses/ that are no course. */
export const RESERVED_SLUGS = ['new', 'import']

/** Makes the function that returns a slug for a title, or for a wanted slug, that no course has. */
export function courseSlugs(db: Database): (title: string) => string {
  const taken = db.prepare<[string], 1>('SELECT 1 FROM course WHERE slug = ?').pluck()
  return (title) =>
    freshSlug(slugFrom(title, 50) || 'course', (slug) => RESERVED_SLUGS.includes(slug) || taken.get(slug) === 1)
}
