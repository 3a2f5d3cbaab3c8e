import path from 'node:path'
import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { NotAdded } from '../../images/add-images.ts'
import type { Images } from '../../images/images.ts'
import type { ReceivedImage } from '../../images/receive-upload.ts'
import { freshSlug, slugFrom } from '../../web/text/slug.ts'
import type { CourseProblem } from '../format/course-problem.ts'
import { type CoursePicture, hashOf, pictureFiles } from './picture-files.ts'
import { type InspectedPicture, inspectPicture } from './picture-validation.ts'

export type PictureRefused = Omit<NotAdded, 'why'> & { why: NotAdded['why'] | 'moving' | 'course_full' }

/** The pictures of an import, before any is stored. */
interface InspectedPictures {
  pictures: CoursePicture[]
  /** The bytes to store, by path. */
  bytes: Map<string, Uint8Array>
  redrawn: { from: string; to: string }[]
  problems: CourseProblem[]
}

interface CoursePicturesDeps {
  /** Of their files. */
  folder: string
  activity: ActivityLog
  images: Pick<Images, 'receive' | 'discard' | 'resize'>
}

/** Bytes of all pictures of a course, so that its ZIP stays small enough to be imported elsewhere. */
const MOST_BYTES = 12_000_000

/** Pictures of one import, and the time that all of them may take. */
const MOST_PICTURES = 300
const MOST_MILLISECONDS = 60_000
const AT_ONCE = 2

/** SQL: everything in a course that can name a picture. */
const TEXTS = `
  SELECT body || ' ' || coalesce(note, '') || ' ' || coalesce(without_account, '') FROM thing WHERE course_id = :course_id
  UNION ALL SELECT source FROM thing_change JOIN thing ON thing.id = thing_id WHERE course_id = :course_id
  UNION ALL SELECT words FROM thing_translation JOIN thing ON thing.id = thing_id WHERE course_id = :course_id
  UNION ALL SELECT 'pictures/' || cover FROM course WHERE id = :course_id AND cover IS NOT NULL`

/** The pictures of a course: re-encoded when they are uploaded, kept byte for byte when they are imported. */
export function createCoursePictures(db: Database, clock: Clock, { folder, activity, images }: CoursePicturesDeps) {
  const files = pictureFiles(folder)
  const list = db.prepare<[number], CoursePicture>(
    'SELECT name, hash, width, height, bytes FROM course_picture WHERE course_id = ? ORDER BY name',
  )
  const seen = db.prepare<
    { slug: string; name: string; viewer: number },
    CoursePicture & { public: 0 | 1; member: 0 | 1 }
  >(`
    SELECT name, hash, width, height, bytes, public,
           EXISTS (SELECT 1 FROM enrolment JOIN cohort ON cohort.id = cohort_id
                    WHERE person_id = :viewer AND cohort.course_id = course.id AND left_at IS NULL) AS member
      FROM course_picture JOIN course ON course.id = course_id
     WHERE course.slug = :slug AND name = :name`)
  const known = db.prepare<[string], CoursePicture>(
    'SELECT name, hash, width, height, bytes FROM course_picture WHERE hash = ? LIMIT 1',
  )
  const put = db.prepare(`
    INSERT INTO course_picture (course_id, name, hash, width, height, bytes, added_at)
    VALUES (:course_id, :name, :hash, :width, :height, :bytes, :now)
    ON CONFLICT (course_id, name) DO UPDATE
      SET hash = excluded.hash, width = excluded.width, height = excluded.height, bytes = excluded.bytes,
          added_at = excluded.added_at`)
  const texts = db.prepare<{ course_id: number }, string>(TEXTS).pluck()
  const drop = db.prepare<[number, string]>('DELETE FROM course_picture WHERE course_id = ? AND name = ?')
  const bumpRevision = db.prepare<[number]>('UPDATE course SET revision = revision + 1 WHERE id = ?')

  /** Hashes that a removed or replaced row named. */
  const released = new Set<string>()

  /** The names of the pictures that any text of the course mentions. */
  function usedNames(course_id: number): Set<string> {
    const named = texts.all({ course_id }).flatMap((text) => Array.from(text.matchAll(/pictures\/([a-z0-9-]+\.webp)/g)))
    return new Set(named.map(([, name]) => name ?? ''))
  }

  function removeRow(course_id: number, picture: CoursePicture): void {
    drop.run(course_id, picture.name)
    released.add(picture.hash)
  }

  /** Drawn pictures by the hash of what was sent: an import reads its ZIP again at each of its steps. */
  const drawn = new Map<string, InspectedPicture>()

  async function inspectOne(
    file: string,
    bytes: Uint8Array,
    sent_as = file,
  ): Promise<InspectedPicture | CourseProblem> {
    const key = `${path.posix.basename(file)} ${hashOf(bytes)}`
    const earlier = drawn.get(key)
    if (earlier) return earlier
    const one = await inspectPicture(images, known.get.bind(known), { file, sent_as, bytes })
    if (!('hash' in one) || !one.redrawn) return one
    drawn.set(key, one)
    for (const [oldest] of drawn) if (sum([...drawn.values()]) > 2 * MOST_BYTES) drawn.delete(oldest)
    return one
  }

  /** Called after the transaction: it may be rolled back, the removal of a file may not. */
  function removeReleasedFiles(): void {
    for (const hash of released) if (!known.get(hash)) files.remove(hash)
    released.clear()
  }

  return {
    list: (course_id: number): CoursePicture[] => list.all(course_id),

    /** @param viewer 0 for a guest; authors see every course's */
    visibleTo(slug: string, name: string, { viewer, author }: { viewer: number; author: boolean }) {
      const row = seen.get({ slug, name, viewer })
      return row && (author || row.public === 1 || row.member === 1) ? row : null
    },

    /** Its file, relative to `root`. */
    fileOf: ({ hash }: CoursePicture) => ({ root: files.folder, file: files.pathOf(hash) }),

    usedNames,
    removeReleasedFiles,

    /** Removes the files that a crash or a deleted course left behind, once they are a day old. */
    removeOrphanedFiles: () =>
      files.sweep(clock.now().subtract({ hours: 24 }), (hash) => known.get(hash) !== undefined),

    /** Re-encodes an uploaded picture and stores it under a free name; the same picture keeps the name it has. */
    async add(
      course_id: number,
      file: ReceivedImage,
      by: number,
    ): Promise<{ name: string; why: null } | PictureRefused> {
      const picture = await images.resize(file, 'largest')
      if (picture.why !== null) return picture
      if (picture.animated) return { name: file.name, why: 'moving' }
      const hash = await files.keep(picture.bytes)
      const answer = transaction(db, () => {
        if (!files.has(hash)) return { name: file.name, why: 'not_kept' as const }
        const now = list.all(course_id)
        const same = now.find((one) => one.hash === hash)
        if (same) return { name: same.name, why: null }
        if (sum(now) + picture.bytes.length > MOST_BYTES) {
          released.add(hash)
          return { name: file.name, why: 'course_full' as const }
        }
        const wanted = slugFrom(path.parse(file.name).name, 50) || 'picture'
        const name = `${freshSlug(wanted, (slug) => now.some((one) => one.name === `${slug}.webp`))}.webp`
        put.run({ ...picture, bytes: picture.bytes.length, course_id, name, hash, now: nowText(clock) })
        bumpRevision.run(course_id)
        activity.record('course.picture_added', { person_id: by, subject_id: course_id, detail: { name } })
        return { name, why: null }
      })
      removeReleasedFiles()
      return answer
    },

    /** @returns false where a text still shows it, or there is no such picture */
    remove(course_id: number, name: string, by: number): boolean {
      const done = transaction(db, () => {
        const picture = list.all(course_id).find((one) => one.name === name)
        if (!picture || usedNames(course_id).has(name)) return false
        removeRow(course_id, picture)
        bumpRevision.run(course_id)
        activity.record('course.picture_removed', {
          person_id: by,
          subject_id: course_id,
          detail: { name_before: name },
        })
        return true
      })
      removeReleasedFiles()
      return done
    },

    /** The bytes of all pictures, by their path in the course folder. */
    async readAll(course_id: number): Promise<Map<string, Uint8Array>> {
      const read = list.all(course_id).map(async ({ name, hash }) => {
        return [`pictures/${name}`, await files.read(hash)] as const
      })
      return new Map(await Promise.all(read))
    },

    /**
     * Validates the pictures of an import, two at a time; those that this site would not have written are drawn anew.
     * @param sent_as the paths of pictures whose name was another
     */
    async inspect(
      found: ReadonlyMap<string, Uint8Array>,
      sent_as: ReadonlyMap<string, string> = new Map(),
    ): Promise<InspectedPictures> {
      const late = AbortSignal.timeout(MOST_MILLISECONDS)
      const waiting = [...found].entries()
      const looked: { file: string; bytes: Uint8Array; result: InspectedPicture | CourseProblem }[] = []
      const inspectNext = async () => {
        for (const [at, [file, bytes]] of waiting) {
          const result =
            at >= MOST_PICTURES || late.aborted
              ? { file: sent_as.get(file) ?? file, line: 1, expected: TOO_MANY }
              : await inspectOne(file, bytes, sent_as.get(file))
          looked[at] = { file, bytes, result }
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, inspectNext))
      const valid = looked.flatMap(({ result }) => ('hash' in result ? [result] : []))
      const redrawn = looked.flatMap(({ file, result }) =>
        'hash' in result && result.redrawn ? [{ from: sent_as.get(file) ?? file, to: file }] : [],
      )
      const bytes = new Map(
        looked.map(({ file, bytes, result }) => [file, ('hash' in result && result.redrawn) || bytes]),
      )
      const problems = looked.flatMap(({ result }) => ('expected' in result ? [result] : []))
      const size = sum(valid)
      const expected = `the pictures have ${size} bytes together; expected at most ${MOST_BYTES / 1_000_000} MB: leave some out`
      if (size > MOST_BYTES) problems.push({ file: 'pictures', line: 1, expected })
      return { pictures: valid.map(({ redrawn: _, ...picture }) => picture), bytes, redrawn, problems }
    },

    /** Stores files before the transaction that writes their rows. @returns their hashes */
    saveFiles: (found: Iterable<Uint8Array>): Promise<string[]> => Promise.all(Array.from(found, files.keep)),

    /**
     * Replaces the pictures of a course, within the caller's transaction; those that a text still shows stay.
     * @returns whether any changed
     */
    replace(course_id: number, pictures: readonly CoursePicture[]): boolean {
      const before = list.all(course_id)
      const changed = pictures.filter(({ name, hash }) => !before.some((one) => one.name === name && one.hash === hash))
      const used = usedNames(course_id)
      const gone = before.filter(({ name }) => !pictures.some((one) => one.name === name) && !used.has(name))
      const replaced = before.filter((one) => changed.some(({ name }) => name === one.name))
      if (changed.some(({ hash }) => !files.has(hash)))
        throw new Error('the file of a picture went while it was taken in')
      for (const one of changed) put.run({ ...one, course_id, now: nowText(clock) })
      for (const one of gone) removeRow(course_id, one)
      for (const { hash } of replaced) released.add(hash)
      return changed.length + gone.length > 0
    },
  }
}

export type CoursePictures = ReturnType<typeof createCoursePictures>

const TOO_MANY = `the pictures before this one took all the time there is; expected fewer (at most ${MOST_PICTURES}) or smaller ones`

function sum(pictures: readonly CoursePicture[]): number {
  return pictures.reduce((total, { bytes }) => total + bytes, 0)
}
