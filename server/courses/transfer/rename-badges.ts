import { freshSlug } from '../../web/text/slug.ts'

/** Badges of a course that is made from another one: with names of their own, since badges are the site's. */
export function freshBadges<Badge extends { slug: string }>(
  badges: readonly Badge[],
  taken: (slug: string) => boolean,
): Badge[] {
  const names = new Set<string>()
  return badges.map((badge) => {
    const slug = freshSlug(badge.slug.slice(0, 50).replace(/-+$/, ''), (name) => names.has(name) || taken(name))
    names.add(slug)
    return { ...badge, slug }
  })
}
