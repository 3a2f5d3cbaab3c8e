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
 * What a course says of those it was made from once it is made from this one: the whole chain, with those who made each
 * of them.
 * @param pictures by the hash of their bytes
 * @param site its name, where it is a course of this site
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

/** Whoever was named stays named, whatever a folder leaves out: parents that a course has and the folder has not come first. */
export function withEarlierParents(before: Parent[] = [], after: Parent[] = []): { parents?: Parent[] } {
  const missing = before.filter(({ slug }) => !after.some((parent) => parent.slug === slug))
  const parents = [...missing, ...after]
  return parents.length > 0 ? { parents } : {}
}
