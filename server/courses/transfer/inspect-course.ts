import type { WorkerPool } from '../../workers/worker-pool.ts'
import type { CourseSource } from '../format/course-folder.ts'
import { BrokenCourse, type CourseProblem } from '../format/course-problem.ts'
import { picturesIn } from '../format/picture-links.ts'
import type { CoursePictures } from '../pictures/pictures.ts'
import type { InspectedCourse } from './import-target.ts'
import type { CourseRead } from './read-course-task.ts'

const READ = new URL('./read-course-task.ts', import.meta.url)
/** A course of a hundred things in six languages is read within a few seconds. */
const LIMIT = { ms: 30_000 }

interface CourseInspectionDeps {
  pictures: Pick<CoursePictures, 'inspect'>
  workers: WorkerPool
}

export function createCourseInspection({ pictures, workers }: CourseInspectionDeps) {
  return {
    /**
     * Reads a course from a ZIP, or from the files of its folder. Pictures are drawn anew unless this site wrote them.
     * @throws BrokenCourse with all problems of texts and pictures, TaskError
     */
    async inspect(source: Uint8Array | CourseSource): Promise<InspectedCourse> {
      const is_zip = source instanceof Uint8Array
      // the thread needs no pictures of a folder, whose bytes would be copied
      const sent = is_zip ? source : { ...source, pictures: new Map() }
      const { outline, ...read } = await workers.run<Uint8Array | CourseSource, CourseRead>(READ, sent, LIMIT)
      const sources = is_zip ? read.pictures : source.pictures
      const { bytes, pictures: found, redrawn, problems } = await pictures.inspect(sources, read.sent_as)
      const all = [...read.problems, ...problems]
      if (!outline || all.length > 0) throw new BrokenCourse(all)
      return {
        outline,
        texts: read.texts,
        bytes,
        pictures: found,
        passed_over: read.passed_over,
        links: read.links,
        redrawn,
      }
    },
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
