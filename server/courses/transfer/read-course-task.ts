import { RESERVED_SLUGS } from '../course-slug.ts'
import { readCourse } from '../format/course-files.ts'
import type { CourseSource, SentCourse } from '../format/course-folder.ts'
import { BrokenCourse, type CourseProblem } from '../format/course-problem.ts'
import { type LinkPlace, linkPlaces } from '../format/link-check.ts'
import { COURSE_FILE, type CourseOutline } from '../format/schema.ts'
import { readArchive } from '../format/zip.ts'

/** The content of a course folder; `outline` is null where it has problems. */
export interface CourseRead extends SentCourse {
  outline: CourseOutline | null
  links: LinkPlace[]
  problems: CourseProblem[]
}

/** Links whose targets the site looks up. */
const MOST_LINKS = 5000

/** Reads a course out of a ZIP, or out of the files of its folder, in a thread of the pool. */
export async function run(source: Uint8Array | CourseSource): Promise<CourseRead> {
  try {
    const folder = source instanceof Uint8Array ? await readArchive(Buffer.from(source)) : source
    const links = [...folder.texts].flatMap(([file, text]) => (file === COURSE_FILE ? [] : linkPlaces(file, text)))
    const sent = { passed_over: [], sent_as: new Map(), ...folder }
    return { ...sent, links: links.slice(0, MOST_LINKS), ...readOrProblems(folder.texts) }
  } catch (error) {
    if (!(error instanceof BrokenCourse)) throw error
    const nothing = { texts: new Map(), pictures: new Map(), passed_over: [], sent_as: new Map(), links: [] }
    return { ...nothing, outline: null, problems: error.problems }
  }
}

/** Reads a course folder, or tells what is wrong with it. */
function readOrProblems(texts: Map<string, string>): Pick<CourseRead, 'outline' | 'problems'> {
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
