import type { CourseProblem } from './course-problem.ts'
import { PICTURE_FILE } from './picture-links.ts'

/** A course as files: its texts and the bytes of its pictures, by path. */
export interface CourseFolder {
  texts: Map<string, string>
  pictures: Map<string, Uint8Array>
}

/** Adds a picture, or a text if its bytes are UTF-8; else adds a problem. */
export function addFile(folder: CourseFolder, file: string, bytes: Uint8Array, problems: CourseProblem[]): void {
  if (PICTURE_FILE.test(file)) {
    folder.pictures.set(file, bytes)
    return
  }
  try {
    folder.texts.set(file, new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    problems.push({ file, line: 1, expected: 'these bytes are not text; expected UTF-8' })
  }
}
