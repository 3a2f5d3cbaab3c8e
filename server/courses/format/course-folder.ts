import { foldersWith } from '../../web/files/zip-reader.ts'
import { belongsInCourse } from './course-files.ts'
import type { CourseProblem } from './course-problem.ts'
import { PICTURE_FILE } from './picture-links.ts'
import { isPicture, pictureNames, renamePictures } from './picture-names.ts'
import { COURSE_FILE } from './schema.ts'

/** A course as files: its texts and the bytes of its pictures, by path. */
export interface CourseFolder {
  texts: Map<string, string>
  pictures: Map<string, Uint8Array>
}

/** A course folder as somebody sent it. Its files have the names that they have in an export. */
export interface SentCourse extends CourseFolder {
  /** Files that are no part of the course, and not read. */
  passed_over: string[]
  /** The names that pictures were sent under, by their new ones, where these differ. */
  sent_as: Map<string, string>
}

/** A course folder to be inspected: one that was sent, or one that was made here. */
export type CourseSource = CourseFolder & Partial<SentCourse>

/** Where the files of a course lie within what was sent. */
interface CourseLayout {
  /** `sent` is the whole path, `as` that within the course, `path` that of an export. */
  files: { sent: string; as: string; path: string }[]
  /** Files that are neither of the course nor passed over. */
  problems: CourseProblem[]
}

/** The file that a course folder is known by, as people name it. */
const MARK = /^course\.ya?ml$/i

/**
 * Finds the course in a list of files, none of which is passed over: at the top, or at most two folders deep. Capitals in
 * names do not count.
 */
export function courseLayout(names: readonly string[]): CourseLayout {
  const roots = foldersWith(names, MARK)
  const [root = sharedFolder(names)] = roots
  if (roots.length > 1) {
    const expected = `a course is also in ${roots.map((each) => each || './').join(', ')}; expected one course: send them one by one`
    return { files: [], problems: [{ file: `${roots[1]}${COURSE_FILE}`, line: 1, expected }] }
  }
  const inside = names.map((sent) => {
    const rest = sent.startsWith(root) ? sent.slice(root.length) : null
    return { sent, rest: rest ?? sent, as: rest === null ? null : canonicalPath(rest) }
  })
  const known = inside.flatMap(({ sent, as }) => (as === null ? [] : [{ sent, as }]))
  const pictures = pictureNames(known.flatMap(({ as }) => (isPicture(as) ? [as] : [])))
  const files = known.map(({ sent, as }) => ({ sent, as, path: pictures.get(as) ?? as }))
  const twice = files.filter(({ as }, at) => files.findIndex((each) => each.as === as) < at)
  const problems = [
    ...inside.filter(({ as }) => as === null).map(({ rest }) => strange(rest)),
    ...twice.map(({ as }) => ({ file: as, line: 1, expected: 'this file is there twice; expected it once' })),
  ]
  return { files, problems }
}

/** Puts files together that were read, with their pictures' new names in the texts. */
export function courseFolder(
  files: readonly { as: string; path: string; bytes: Uint8Array }[],
  problems: CourseProblem[],
): Omit<SentCourse, 'passed_over'> {
  const folder = { texts: new Map<string, string>(), pictures: new Map<string, Uint8Array>() }
  const renamed = new Map<string, string>()
  const sent_as = new Map<string, string>()
  for (const { as, path, bytes } of files) {
    if (PICTURE_FILE.test(path)) {
      renamed.set(as, path)
      if (as !== path) sent_as.set(path, as)
      folder.pictures.set(path, bytes)
    } else {
      const text = textOf(bytes)
      if (text === null) problems.push({ file: path, line: 1, expected: NO_TEXT })
      else folder.texts.set(path, text)
    }
  }
  if (renamed.size > 0) {
    const rename = renamePictures(renamed)
    for (const [path, text] of folder.texts) folder.texts.set(path, rename(path, text))
  }
  return { ...folder, sent_as }
}

const NO_TEXT = 'these bytes are not text; expected UTF-8: save the file with that encoding'

/** Text in UTF-8, or in UTF-16 where it says so, as older editors on Windows save it. */
function textOf(bytes: Uint8Array): string | null {
  const [one, two] = bytes
  const encoding = one === 0xff && two === 0xfe ? 'utf-16le' : one === 0xfe && two === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The path that a file has in an export; null where it does not belong there. */
function canonicalPath(path: string): string | null {
  const lower = path.toLowerCase()
  if (MARK.test(path)) return COURSE_FILE
  const picture = lower.startsWith('pictures/') ? `pictures/${path.slice('pictures/'.length)}` : path
  if (isPicture(picture)) return PICTURE_FILE.test(lower) ? lower : picture
  const spellings = [path, path.replace(/^things\//i, 'things/'), lower]
  return spellings.find(belongsInCourse) ?? null
}

/** "my-course/" where everything lies in one folder; else nothing. */
function sharedFolder(names: readonly string[]): string {
  const first = names[0]?.split('/', 1)[0] ?? ''
  const all = first !== 'things' && first !== 'pictures' && names.every((name) => name.startsWith(`${first}/`))
  return names.length > 0 && all ? `${first}/` : ''
}

function strange(file: string): CourseProblem {
  const expected = /\.(zip|jar|gz|tgz|7z|rar|bz2|xz|tar)$/i.test(file)
    ? 'an archive is among the files; expected files'
    : 'this file does not belong here; expected course.yaml, things/01-name-of-the-thing.md and pictures/name.webp'
  return { file, line: 1, expected }
}
