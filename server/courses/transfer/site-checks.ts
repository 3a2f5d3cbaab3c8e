import { isIcon } from '../../web/render/icons.ts'
import { writeCourse } from '../format/course-files.ts'
import type { CourseProblem } from '../format/course-problem.ts'
import { COURSE_FILE, type CourseOutline, THING_FILE } from '../format/schema.ts'
import { readYaml } from '../format/yaml.ts'

/**
 * Problems of a course on this site only: unknown icons, and badges whose slugs another course uses.
 * @param taken badge slugs of the other courses, with the course's title
 * @param read the folder that the outline was read from, for line numbers; without it, those of the canonical form
 */
export function siteProblems(
  outline: CourseOutline,
  taken: ReadonlyMap<string, string>,
  read?: ReadonlyMap<string, string>,
): CourseProblem[] {
  const found = [...badgeProblems(outline, taken), ...thingProblems(outline)]
  if (found.length === 0) return []
  const files = read ?? writeCourse(outline)
  return found.map(({ thing, at, expected }) => {
    const file = thing === null ? COURSE_FILE : fileOf(thing, files)
    return { file, line: lineIn(file, files.get(file) ?? '', at), expected }
  })
}

/** `thing` is null for what stands in course.yaml. */
type FoundProblem = { thing: string | null; at: (string | number)[]; expected: string }

function badgeProblems({ badges }: CourseOutline, taken: ReadonlyMap<string, string>): FoundProblem[] {
  return badges.flatMap(({ slug, icon }, index) => {
    const other = taken.get(slug)
    const expected = `the badge "${slug}" belongs to the course "${other}" on this site; expected a slug that no other course uses`
    return [
      ...(other === undefined ? [] : [{ thing: null, at: ['badges', index, 'slug'], expected }]),
      ...(icon === undefined || isIcon(icon)
        ? []
        : [{ thing: null, at: ['badges', index, 'icon'], expected: unknownIcon(icon) }]),
    ]
  })
}

function thingProblems({ things }: CourseOutline): FoundProblem[] {
  const strange = things.filter(({ icon }) => !isIcon(icon))
  return strange.map(({ slug, icon }) => ({ thing: slug, at: ['icon'], expected: unknownIcon(icon) }))
}

function unknownIcon(icon: string): string {
  return `there is no icon "${icon}" on this site; expected the Lucide name of one in public/icons/icons.json`
}

function fileOf(thing: string, files: ReadonlyMap<string, string>): string {
  return [...files.keys()].find((path) => THING_FILE.exec(path)?.[2] === thing) ?? `things/${thing}.md`
}

function lineIn(file: string, text: string, at: readonly (string | number)[]): number {
  const lines = text.split(/\r\n?|\n/)
  if (file === COURSE_FILE) return readYaml(lines.join('\n'), { file, firstLine: 1 }).lineOf(at)
  const end = lines.indexOf('---', 1)
  return readYaml(lines.slice(1, end).join('\n'), { file, firstLine: 2 }).lineOf(at)
}
