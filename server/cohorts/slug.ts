import { slugFrom } from '../web/text/slug.ts'

/** Addresses under /admin/cohorts/ that are no cohort. */
const RESERVED = ['new']

/** The slug of a cohort: "Våren 2026" -> "varen-2026". @param taken tells whether one is in use */
export function freeCohortSlug(title: string, taken: (slug: string) => boolean): string {
  const wanted = slugFrom(title, 60) || 'cohort'
  for (let number = 1; ; number++) {
    const slug = number === 1 ? wanted : `${wanted}-${number}`
    if (!RESERVED.includes(slug) && !taken(slug)) return slug
  }
}
