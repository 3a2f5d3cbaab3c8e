/** A name that nobody has: the wanted one, else with the first number that is free. */
export function freshSlug(wanted: string, taken: (slug: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? wanted : `${wanted}-${number}`
    if (!taken(slug)) return slug
  }
}

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
