import type { Router } from 'express'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { sendPicture } from '../../web/files/send-picture.ts'
import { anybody } from '../../web/http/access.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError, notFound } from '../../web/http/http-error.ts'
import { wantsJson } from '../../web/http/params.ts'
import { sendJson } from '../../web/http/send-body.ts'
import { readUploads } from '../../web/http/uploads.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { CourseContent } from '../course-content.ts'
import { PICTURE_NAME, pictureAddress } from '../format/picture-links.ts'
import type { CoursePicture } from './picture-files.ts'
import type { PictureRefused } from './pictures.ts'

const listPage = view<{
  course: CourseContent
  pictures: (CoursePicture & {
    address: string
    markdown: string
    kilobytes: number
    used: boolean
    shown: { width: number; height: number }
  })[]
  problems: string[]
}>('courses/pictures/pictures')

/** Pictures of a course: shown to everybody who may read it, managed by authors. */
export function picturePages(router: Router, { courses, coursePictures: pictures, images, settings }: Services): void {
  const courseOf = (slug: unknown) => courses.bySlug(String(slug)) ?? notFound()

  router.get('/courses/:slug/pictures/:name', anybody, (req, res) => {
    const [slug, name] = [String(req.params['slug']), String(req.params['name'])]
    if (!PICTURE_NAME.test(name)) notFound()
    const guests_read = settings.value('guests_read') === '1'
    if (!req.user && !guests_read) notFound()
    const author = req.user !== undefined && req.user.role !== 'member'
    const picture = pictures.visibleTo(slug, name, { viewer: req.user?.id ?? 0, author }) ?? notFound()
    const open = picture.public === 1 && guests_read
    sendPicture(req, res, pictures.fileOf(picture), {
      type: 'image/webp',
      name: picture.name,
      tag: picture.hash.slice(0, 24),
      open,
      vary: open ? 'Accept' : 'Cookie',
    })
  })

  router.get('/admin/courses/:slug/pictures', author, noStore, (req, res) =>
    show(courseOf(req.params['slug']), [], 200, res),
  )

  router.post('/admin/courses/:slug/pictures', author, noStore, async (req, res) => {
    const course = courseOf(req.params['slug'])
    const sent = await readUploads(req, res, 'picture', { take: images.receive, drop: images.discard })
    const by = currentPerson(req).id
    const refused: PictureRefused[] = []
    const added: string[] = []
    for (const file of sent.taken) {
      const one = await pictures.add(course.id, file, by)
      if (one.why === null) added.push(one.name)
      else refused.push(one)
    }
    const { t } = pageContext(res)
    const problems = refused.map(({ name, why }) => t(wordsOf(why), { name }))
    if (sent.left_out > 0) problems.push(t('images.problem.too_many'))
    if (sent.taken.length === 0) problems.push(t('courses.pictures.none_sent'))
    if (wantsJson(req)) return sendJson(res.status(added.length > 0 ? 200 : 422), { names: added, problems })
    if (problems.length > 0) return show(courseOf(course.slug), problems, 422, res)
    addFlash(req, { kind: 'said', key: 'courses.pictures.said', values: { count: added.length } })
    res.redirect(303, `/admin/courses/${course.slug}/pictures`)
  })

  router.post('/admin/courses/:slug/pictures/:name/delete', author, noStore, (req, res) => {
    const course = courseOf(req.params['slug'])
    const name = String(req.params['name'])
    if (!pictures.list(course.id).some((picture) => picture.name === name)) notFound()
    if (!pictures.remove(course.id, name, currentPerson(req).id)) throw new HttpError(409, 'picture_used')
    addFlash(req, { kind: 'said', key: 'courses.pictures.deleted', values: { name } })
    res.redirect(303, `/admin/courses/${course.slug}/pictures`)
  })

  function show(course: CourseContent, problems: string[], status: number, res: Parameters<typeof listPage>[0]): void {
    const used = pictures.usedNames(course.id)
    const rows = pictures.list(course.id).map((picture) => ({
      ...picture,
      address: pictureAddress(course.slug, picture.name),
      markdown: `![](pictures/${picture.name})`,
      kilobytes: Math.ceil(picture.bytes / 1000),
      used: used.has(picture.name),
      shown: smallOf(picture),
    }))
    const title = pageContext(res).t('courses.pictures.title', { course: course.title })
    listPage(res, { title, area: 'admin', status, course, pictures: rows, problems })
  }
}

const SMALL = 200

/** The size at which the list shows it, in pixels. */
function smallOf({ width, height }: CoursePicture): { width: number; height: number } {
  const scale = Math.min(1, SMALL / Math.max(width, height))
  return { width: Math.ceil(width * scale), height: Math.ceil(height * scale) }
}

function wordsOf(why: PictureRefused['why']): string {
  return why === 'moving' || why === 'course_full' ? `courses.pictures.problem.${why}` : `images.problem.${why}`
}
