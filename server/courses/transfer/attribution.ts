import { writeCourse } from '../format/course-files.ts'
import type { CourseOutline, Parent } from '../format/schema.ts'
import { hashOf } from '../pictures/picture-files.ts'

/** Pictures by their path in a course folder, each with the hash of its bytes. */
export function hashesByPath(pictures: readonly { name: string; hash: string }[]): Map<string, string> {
  return new Map(pictures.map(({ name, hash }) => [`pictures/${name}`, hash]))
}

/** The fingerprint of a course folder: any other text or picture changes it. */
function folderHash(texts: ReadonlyMap<string, string>, pictures: ReadonlyMap<string, string>): string {
  const lines = [...texts].map(([path, text]) => `${path} ${hashOf(text)}`)
  const named = [...pictures].map(([path, hash]) => `${path} ${hash}`)
  return hashOf([...lines, ...named].sort().join('\n')).slice(0, 16)
}

/**
 * The parents of a fork of this course: the whole chain, with the credits of each.
 * @param pictures hashes by path
 * @param site the name of this site, for a course of this site
 */
export function parentsOf(
  outline: CourseOutline,
  pictures: ReadonlyMap<string, string>,
  site: string | null,
): { parents: Parent[] } {
  const { slug, title, licence, credits, parents = [] } = outline
  const revision = folderHash(writeCourse(outline), pictures)
  return { parents: [...parents, { slug, title, licence, credits, ...(site ? { site } : {}), revision }] }
}

/** Keeps everybody credited: parents that a folder leaves out come before those that it has. */
export function withEarlierParents(before: Parent[] = [], after: Parent[] = []): { parents?: Parent[] } {
  const missing = before.filter(({ slug }) => !after.some((parent) => parent.slug === slug))
  const parents = [...missing, ...after]
  return parents.length > 0 ? { parents } : {}
}

/** The parents with newer facts; credits that the newer version lacks stay. */
export function withNewerParents({ parents = [] }: CourseOutline, newer: Parent[]): { parents: Parent[] } {
  const kept = parents.map((parent) => {
    const now = newer.find(({ slug }) => slug === parent.slug)
    if (!now) return parent
    const gone = parent.credits.filter(
      (credit) => !now.credits.some(({ name, part }) => name === credit.name && part === credit.part),
    )
    return { ...parent, ...now, credits: [...gone, ...now.credits] }
  })
  return { parents: [...kept, ...newer.filter(({ slug }) => !kept.some((parent) => parent.slug === slug))] }
}
