import { readFile } from 'node:fs/promises'
import type { Request, Response, Router } from 'express'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { contentDisposition } from '../../web/files/content-disposition.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError, notFound } from '../../web/http/http-error.ts'
import { queryText } from '../../web/http/params.ts'
import { sendBody } from '../../web/http/send-body.ts'
import { readUploads } from '../../web/http/uploads.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { CourseLinkNotes } from '../course-links.ts'
import { BrokenCourse, type CourseProblem } from '../format/course-problem.ts'
import type { CourseOutline } from '../format/schema.ts'
import type { CourseImportPreview } from './import-course.ts'
import type { ImportTarget, InspectedCourse } from './import-target.ts'

const sendPage = view<{ problems: CourseProblem[]; said: string | null }>('courses/transfer/import')
const previewPage = view<{
  id: string
  /** The name of the uploaded file. */
  name: string
  outline: CourseOutline
  into: string
  ways: { into: string; title: string | null; here: boolean }[]
  look: CourseImportPreview
  /** What was left unread, and which pictures were drawn anew. */
  sent: Pick<InspectedCourse, 'passed_over' | 'redrawn'>
  links: CourseLinkNotes
  /** Addresses of things are made links within the course. */
  relinked: boolean
}>('courses/transfer/import-preview')

const IMPORT_ADDRESS = '/admin/courses/import'
const TICKED_PREFIX = 'take-'

/** Import of a course from a ZIP, with a preview before it is confirmed; and export. */
export function importPages(
  router: Router,
  { courses, courseLinks, courseTransfer, coursePictures, images, pendingUploads, idempotency }: Services,
): void {
  router.get('/admin/courses/import', author, noStore, (_req, res) => send(res, []))

  router.post('/admin/courses/import', author, noStore, async (req, res) => {
    const { id } = currentPerson(req)
    const { taken, left_out } = await readUploads(req, res, 'zip', { take: images.receive, drop: images.discard })
    const [file, ...others] = taken
    for (const other of others) await images.discard(other)
    const { t } = pageContext(res)
    if (!file || others.length + left_out > 0) {
      if (file) await images.discard(file)
      return send(res, [], t('courses.import.one'))
    }
    if (file.problem !== null) return send(res, [], t(`courses.import.${file.problem}`, { name: file.name }))
    const looked = await inspectUpload(id, file).finally(() => images.discard(file))
    if (looked.problems) return send(res, looked.problems)
    res.redirect(303, `${IMPORT_ADDRESS}/${looked.id}`)
  })

  router.get('/admin/courses/import/:id', author, noStore, async (req, res) => {
    const { name, folder } = await pendingImport(req)
    const relinked = queryText(req, 'links') === 'things'
    await show(res, { id: String(req.params['id']), name, folder, into: readTarget(queryText(req, 'into')), relinked })
  })

  router.post('/admin/courses/import/:id', author, noStore, async (req, res) => {
    const { id: by } = currentPerson(req)
    const id = String(req.params['id'])
    const sent: Record<string, unknown> = { ...req.body }
    if (sent['intent'] === 'leave') {
      await pendingUploads.remove(id, by)
      addFlash(req, { kind: 'said', key: 'courses.import.left' })
      return res.redirect(303, '/admin/courses')
    }
    const [key, into] = [String(sent['once'] ?? ''), readTarget(sent['into'])]
    if (idempotency.done(by, key))
      return res.redirect(
        303,
        idempotency.run(by, key, () => '/admin/courses'),
      )
    if (sent['intent'] === 'links')
      return res.redirect(303, `${IMPORT_ADDRESS}/${id}?into=${targetValue(into)}&links=things`)
    const relinked = sent['links'] === 'things'
    const { name, folder: read } = await pendingImport(req)
    const folder = relinked ? withLinks(read) : read
    const seen = Number(sent['seen'])
    const ticked = new Set(
      Object.keys(sent).flatMap((field) =>
        field.startsWith(TICKED_PREFIX) ? [field.slice(TICKED_PREFIX.length)] : [],
      ),
    )
    try {
      await courseTransfer.prepareImport(folder, { into, ticked })
      const taken = () => `/admin/courses/${courseTransfer.importCourse(folder, { into, seen, ticked, by })}`
      const location = idempotency.run(by, key, taken)
      coursePictures.removeReleasedFiles()
      await pendingUploads.remove(id, by)
      addFlash(req, { kind: 'said', key: 'courses.import.done', values: { title: folder.outline.title } })
      res.redirect(303, location)
    } catch (error) {
      if (error instanceof EditConflict) throw new HttpError(409, 'import_stale')
      if (!(error instanceof BrokenCourse)) throw error
      await show(res, { id, name, folder: read, into, relinked, status: 422 })
    }
  })

  router.get('/admin/courses/:slug/export.zip', author, noStore, async (req, res) => {
    const slug = String(req.params['slug'])
    const { things, title } = courses.bySlug(slug) ?? notFound()
    if (things.length === 0) throw new HttpError(409, 'nothing_to_export')
    const archive = (await courseTransfer.exportZip(slug, currentPerson(req).id)) ?? notFound()
    res.setHeader('Content-Type', 'application/zip')
    res.setHeader(
      'Content-Disposition',
      contentDisposition({ words: [title], otherwise: 'course', plain: slug, extension: 'zip' }),
    )
    sendBody(res, archive)
  })

  /** The course with links within it in place of addresses. */
  function withLinks(folder: InspectedCourse): InspectedCourse {
    return { ...folder, outline: courseLinks.linkedCourse(folder.outline, folder.links) }
  }

  /** The problems of an upload, or the id under which it waits to be confirmed. */
  async function inspectUpload(
    person_id: number,
    { at, name }: { at: string; name: string },
  ): Promise<{ id: string; problems?: never } | { problems: CourseProblem[] }> {
    try {
      await courseTransfer.inspect(await readFile(at))
      return { id: await pendingUploads.add(person_id, at, name) }
    } catch (error) {
      if (!(error instanceof BrokenCourse)) throw error
      return { problems: error.problems }
    }
  }

  function send(res: Response, problems: CourseProblem[], said: string | null = null): void {
    const status = problems.length > 0 || said !== null ? 422 : 200
    sendPage(res, { title: pageContext(res).t('courses.import.title'), area: 'admin', status, problems, said })
  }

  async function pendingImport(req: Request): Promise<{ name: string; folder: InspectedCourse }> {
    const found = await pendingUploads.read(String(req.params['id']), currentPerson(req).id)
    if (!found) throw new HttpError(404, 'import_gone')
    return { name: found.name, folder: await courseTransfer.inspect(found.bytes) }
  }

  async function show(
    res: Response,
    { id, name, folder: read, into, relinked, status = 200 }: ShownImport,
  ): Promise<void> {
    const folder = relinked ? withLinks(read) : read
    const look = (await courseTransfer.preview(folder, into)) ?? notFound()
    const { outline } = folder
    const ways = courseTransfer.targets(folder).map((way) => {
      const value = targetValue(way.into)
      return { into: value, title: way.title, here: value === targetValue(into) }
    })
    const title = pageContext(res).t('courses.import.look', { title: outline.title })
    previewPage(res, {
      title,
      area: 'write',
      status,
      id,
      name,
      outline,
      into: targetValue(into),
      ways,
      look,
      sent: folder,
      links: courseLinks.inspect(outline, folder.links),
      relinked,
    })
  }
}

interface ShownImport {
  id: string
  name: string
  folder: InspectedCourse
  into: ImportTarget
  relinked: boolean
  status?: number
}

/** The value of a form field or query parameter: `itself`, `beside` or `fork.<slug>`. */
function targetValue(into: ImportTarget): string {
  return into.kind === 'fork' ? `fork.${into.slug}` : into.kind
}

function readTarget(value: unknown): ImportTarget {
  const [kind, slug] = String(value ?? 'itself').split('.', 2)
  if (kind === 'fork' && slug) return { kind, slug }
  return kind === 'beside' ? { kind } : { kind: 'itself' }
}
