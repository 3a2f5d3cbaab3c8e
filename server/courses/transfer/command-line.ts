import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Translate } from '../../web/text/i18n.ts'
import type { CourseLinkNotes, CourseLinks } from '../course-links.ts'
import type { Courses } from '../courses.ts'
import type { CourseSource } from '../format/course-folder.ts'
import { BrokenCourse, type CourseProblem } from '../format/course-problem.ts'
import { readWholeFolder, writeFolder } from '../format/read-folder.ts'
import { writeArchive } from '../format/zip.ts'
import type { CoursePictures } from '../pictures/pictures.ts'
import type { CourseDifferences } from './compare-courses.ts'
import type { InspectedCourse } from './import-target.ts'
import type { CourseTransfer } from './transfer.ts'

const LARGEST_ZIP = 15_000_000
const ITSELF = { kind: 'itself' } as const

interface ImportServices {
  courseLinks: CourseLinks
  courses: Courses
  coursePictures: CoursePictures
  courseTransfer: CourseTransfer
}

/**
 * Imports a course from a folder or a ZIP. With `dry` it only reports what would change; with `relink`, addresses of its
 * things become links within the course.
 */
export async function importFrom(
  { courseLinks, courses, coursePictures, courseTransfer }: ImportServices,
  t: Translate,
  file: string,
  { dry, relink }: { dry: boolean; relink: boolean },
) {
  // the processes that draw pictures do not keep this one alive
  const waiting = setInterval(() => {}, 60_000)
  try {
    const read = await courseTransfer.inspect(await readCourseAt(file))
    const folder = relink ? { ...read, outline: courseLinks.linkedCourse(read.outline, read.links) } : read
    const found = courseLinks.inspect(folder.outline, folder.links)
    const links = relink ? { ...found, fixed: [] } : found
    const look = await courseTransfer.preview(folder, ITSELF)
    if (!look || look.problems.length > 0) throw new BrokenCourse(look?.problems ?? [])
    const notes = { passed_over: folder.passed_over, redrawn: folder.redrawn, missing: look.missing, links }
    const withNotes = (words: string) => [words, ...describeNotes(t, notes)].join('\n')
    if (dry) {
      const { slug, title } = folder.outline
      const facts = { slug, would_change: !look.differences.none, ...look.differences, ...notes }
      return { ok: true, facts, words: withNotes(describeDifferences(t, { slug, title }, look.differences)) }
    }
    await courseTransfer.prepareImport(folder, { into: ITSELF })
    const slug = courseTransfer.importCourse(folder, { into: ITSELF, seen: look.seen, by: null })
    coursePictures.removeReleasedFiles()
    const course = courses.all().find((each) => each.slug === slug)
    return { ok: true, facts: { ...course, ...notes }, words: withNotes(t('site.manage.imported', { ...course })) }
  } finally {
    clearInterval(waiting)
  }
}

/** Writes a course into a folder, or into a ZIP if the name ends in `.zip`. @returns false where there is no such course */
export async function exportTo(courseTransfer: CourseTransfer, slug: string, file: string): Promise<boolean> {
  const folder = await courseTransfer.exportFolder(slug)
  if (!folder) return false
  if (!isZip(file)) writeFolder(file, new Map<string, string | Uint8Array>([...folder.texts, ...folder.pictures]))
  else {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, await writeArchive(folder))
  }
  return true
}

async function readCourseAt(file: string): Promise<Uint8Array | CourseSource> {
  if (!isZip(file)) return readWholeFolder(file)
  const { size } = statSync(file)
  if (size <= LARGEST_ZIP) return await readFile(file)
  const expected = `the ZIP has ${size} bytes; expected at most ${LARGEST_ZIP / 1_000_000} MB`
  throw new BrokenCourse([{ file: path.basename(file), line: 1, expected }])
}

function isZip(file: string): boolean {
  return file.toLowerCase().endsWith('.zip')
}

interface Notes extends Pick<InspectedCourse, 'passed_over' | 'redrawn'> {
  missing: CourseProblem[]
  links: CourseLinkNotes
}

/** What people should know about the files that they sent. */
function describeNotes(t: Translate, { passed_over, redrawn, missing, links }: Notes): string[] {
  return [
    ...passed_over.map((file) => t('site.manage.passed_over', { file })),
    ...redrawn.map((names) => t('site.manage.redrawn', names)),
    ...missing.map(({ file, line, expected }) => `${t('courses.import.at', { file, line })} ${expected}`),
    ...links.broken.map(({ file, line, expected: address }) => t('site.manage.link_broken', { file, line, address })),
    ...links.fixed.map(({ file, line, expected: address }) => t('site.manage.link_fixed', { file, line, address })),
  ]
}

function describeDifferences(t: Translate, course: { slug: string; title: string }, found: CourseDifferences): string {
  if (found.none) return t('site.manage.would_nothing', course)
  const { facts, things, pictures } = found
  return [
    t('site.manage.would', course),
    ...facts.map(({ part, language }) => {
      const what = language ? t('courses.import.translation', { language }) : t(`courses.import.part.${part}`)
      return t('site.manage.would_fact', { what })
    }),
    ...things.map(({ title, kind, number, number_before }) => {
      const what = t(`courses.import.kind.${kind}`, { from: number_before, to: number })
      return t('site.manage.would_thing', { title, what })
    }),
    ...pictures.map(({ name, kind }) =>
      t('site.manage.would_picture', { name, what: t(`courses.import.picture.${kind}`) }),
    ),
  ].join('\n')
}
