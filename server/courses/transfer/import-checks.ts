import { RESERVED_SLUGS } from '../course-slug.ts'
import { readCourse } from '../format/course-files.ts'
import { BrokenCourse, type CourseProblem } from '../format/course-problem.ts'
import { picturesIn } from '../format/picture-links.ts'
import { COURSE_FILE, type CourseOutline, type Parent } from '../format/schema.ts'
import type { InspectedCourse } from './import-target.ts'

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

/** The course without things, to compare a new course with. */
export function emptyCourse(outline: CourseOutline): CourseOutline {
  const { parents, translations, ...rest } = outline
  return { ...rest, credits: outline.credits, things: [] }
}

/** Reads a course folder, or tells what is wrong with it. */
export function readOrProblems(texts: Map<string, string>): {
  outline: CourseOutline | null
  problems: CourseProblem[]
} {
  try {
    const outline = readCourse(texts)
    if (!RESERVED_SLUGS.includes(outline.slug)) return { outline, problems: [] }
    const expected = `"slug" is "${outline.slug}", which is an address of this site; expected another one`
    return { outline, problems: [{ file: COURSE_FILE, line: 1, expected }] }
  } catch (error) {
    if (error instanceof BrokenCourse) return { outline: null, problems: error.problems }
    throw error
  }
}

/** Pictures that texts name and the folder does not have. */
export function missingPictures({ texts, pictures }: Pick<InspectedCourse, 'texts' | 'pictures'>): CourseProblem[] {
  return [...texts].flatMap(([file, text]) => {
    const lines = text.split('\n')
    return picturesIn(text)
      .filter((name) => !pictures.some((picture) => picture.name === name))
      .map((name) => ({
        file,
        line: lines.findIndex((line) => line.includes(`pictures/${name}`)) + 1,
        expected: `the text shows pictures/${name}; expected that picture in the folder`,
      }))
  })
}
