import type { CourseProblem } from './course-problem.ts'
import { COURSE_FILE, DEPTHS, THING_FILE } from './schema.ts'
import { within, type YamlText } from './yaml.ts'

/** A file of a course folder as it was read, valid or not. */
export type CourseFile = { file: string; yaml: YamlText }

type Path = readonly (string | number)[]

/**
 * Problems between files that are each valid: equal names, missing sets, gaps in numbers. A course may refer to more
 * things than it has (a badge for 23 things, catch-up after 19), since it grows.
 */
export function crossReferenceProblems(course: CourseFile, things: CourseFile[]): CourseProblem[] {
  return [
    ...numberingProblems(things.map((thing) => thing.file)),
    ...courseProblems(course, things),
    ...things.flatMap((thing) => thingProblems(thing, course)),
    ...repeatedThings(things),
  ]
}

function numberingProblems(paths: string[]): CourseProblem[] {
  const numbers = paths.map((path) => Number(THING_FILE.exec(path)?.[1]))
  if (paths.length === 0)
    return [
      { file: COURSE_FILE, line: 1, expected: 'the course has no things; expected things/01-name-of-the-thing.md' },
    ]
  return paths.flatMap((file, index) => {
    const before = numbers[index - 1] ?? 0
    if (numbers[index] === before + 1) return []
    const words = numbers[index] === numbers[index - 1] ? 'this number is there twice' : 'this is not the next number'
    return [{ file, line: 1, expected: `${words}; expected things numbered 01, 02, 03 and so on` }]
  })
}

function courseProblems({ file, yaml }: CourseFile, things: CourseFile[]): CourseProblem[] {
  const problem = (path: Path, expected: string) => ({ file, line: yaml.lineOf(path), expected })
  const has = { sets: setsOf(yaml), things: thingsOf(things) }
  return [
    ...repeated(file, yaml, ['sets']),
    ...repeated(file, yaml, ['badges']),
    ...itemsIn(yaml, ['badges']).flatMap((badge, index) => {
      const says = (key: string) => within(badge, key) !== undefined
      const rule = ['badges', index, 'rule']
      const parts = itemsIn(yaml, [...rule, 'rules']).map((_, part) => [...rule, 'rules', part])
      return [
        ...(says('icon') === says('number')
          ? [problem(['badges', index], 'a badge shows one sign; expected either icon or number')]
          : []),
        ...[rule, ...parts].flatMap((path) =>
          unknownReferences(yaml, path, has).map(({ path, words }) => problem(path, words)),
        ),
      ]
    }),
  ]
}

/** Sets and things that a rule names and the course does not have. */
function unknownReferences(
  yaml: YamlText,
  rule: Path,
  { sets, things }: Record<'sets' | 'things', Set<string>>,
): { path: Path; words: string }[] {
  const set = at(yaml, [...rule, 'set'])
  const named = itemsIn(yaml, [...rule, 'things'])
  return [
    ...(typeof set === 'string' && !sets.has(set) ? [{ path: [...rule, 'set'], words: unknownSet(set, sets) }] : []),
    ...named.flatMap((thing, index) => {
      const path = [...rule, 'things', index]
      if (typeof thing !== 'string') return []
      if (named.indexOf(thing) < index)
        return [{ path, words: `the thing "${thing}" is named twice; expected each once` }]
      return things.has(thing)
        ? []
        : [{ path, words: `there is no thing "${thing}"; expected the slug of one in things/` }]
    }),
  ]
}

function thingsOf(things: CourseFile[]): Set<string> {
  return new Set(things.flatMap(({ file }) => THING_FILE.exec(file)?.[2] ?? []))
}

function thingProblems({ file, yaml }: CourseFile, course: CourseFile): CourseProblem[] {
  const problem = (path: Path, expected: string) => ({ file, line: yaml.lineOf(path), expected })
  const [set, slug] = [at(yaml, ['set']), at(yaml, ['slug'])]
  const sets = setsOf(course.yaml)
  const named = THING_FILE.exec(file)?.[2]
  return [
    ...(typeof slug === 'string' && slug !== named
      ? [problem(['slug'], `"slug" is "${slug}"; expected "${named}" as in the file's name`)]
      : []),
    ...(typeof set === 'string' && sets.size > 0 && !sets.has(set) ? [problem(['set'], unknownSet(set, sets))] : []),
    ...repeated(file, yaml, ...DEPTHS.map((depth) => ['steps', depth])),
  ]
}

function setsOf(course: YamlText): Set<string> {
  return new Set(slugsIn(course, ['sets']).map(({ slug }) => slug))
}

function unknownSet(set: string, sets: Set<string>): string {
  return `there is no set "${set}"; expected one of ${[...sets].join(', ')}`
}

function repeatedThings(things: CourseFile[]): CourseProblem[] {
  const first = new Map<unknown, string>()
  return things.flatMap(({ file, yaml }) => {
    const slug = at(yaml, ['slug'])
    const earlier = first.get(slug)
    first.set(slug, earlier ?? file)
    if (typeof slug !== 'string' || !earlier) return []
    return [
      {
        file,
        line: yaml.lineOf(['slug']),
        expected: `the slug "${slug}" is used in ${earlier} already; expected one of its own`,
      },
    ]
  })
}

function repeated(file: string, yaml: YamlText, ...lists: Path[]): CourseProblem[] {
  const seen = new Set<string>()
  return lists
    .flatMap((list) => slugsIn(yaml, list))
    .filter(({ slug }) => seen.size === seen.add(slug).size)
    .map(({ slug, path }) => ({
      file,
      line: yaml.lineOf(path),
      expected: `the slug "${slug}" is there twice; expected a different one for each`,
    }))
}

function at(yaml: YamlText, path: Path): unknown {
  return path.reduce(within, yaml.value)
}

function itemsIn(yaml: YamlText, path: Path): unknown[] {
  const items = at(yaml, path)
  return Array.isArray(items) ? items : []
}

function slugsIn(yaml: YamlText, list: Path): { slug: string; path: Path }[] {
  return itemsIn(yaml, list).flatMap((item, index) => {
    const slug = within(item, 'slug')
    return typeof slug === 'string' ? [{ slug, path: [...list, index, 'slug'] }] : []
  })
}
