import type { Database } from '../../db/open.ts'
import { freshSlug } from '../../web/text/slug.ts'

/** Makes the function that gives badges of a copied course slugs that no badge of the site has. */
export function badgeRenamer(db: Database) {
  const taken = db.prepare<[string], 1>('SELECT 1 FROM badge WHERE slug = ?').pluck()

  return <Badge extends { slug: string }>(badges: readonly Badge[]): Badge[] => {
    const names = new Set<string>()
    return badges.map((badge) => {
      const wanted = badge.slug.slice(0, 50).replace(/-+$/, '')
      const slug = freshSlug(wanted, (name) => names.has(name) || taken.get(name) === 1)
      names.add(slug)
      return { ...badge, slug }
    })
  }
}
