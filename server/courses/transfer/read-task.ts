import type { CourseFolder } from '../format/course-folder.ts'
import { BrokenCourse, type CourseProblem } from '../format/course-problem.ts'
import type { CourseOutline } from '../format/schema.ts'
import { readArchive } from '../format/zip.ts'
import { readOrProblems } from './import-checks.ts'

/** The content of a course folder; `outline` is null where it has problems. */
export interface CourseRead extends CourseFolder {
  outline: CourseOutline | null
  problems: CourseProblem[]
}

/** Reads a course out of a ZIP, or out of the texts of its files, in a thread of the pool. */
export async function run(source: Uint8Array | ReadonlyMap<string, string>): Promise<CourseRead> {
  try {
    const folder = source instanceof Uint8Array ? await readArchive(Buffer.from(source)) : { texts: source }
    const texts = new Map(folder.texts)
    return { pictures: new Map(), ...folder, texts, ...readOrProblems(texts) }
  } catch (error) {
    if (!(error instanceof BrokenCourse)) throw error
    return { texts: new Map(), pictures: new Map(), outline: null, problems: error.problems }
  }
}
