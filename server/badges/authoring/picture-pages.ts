import type { Response, Router } from 'express'
import type { CourseContent } from '../../courses/course-content.ts'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { anybody } from '../../web/http/access.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import type { Problems } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { notFound } from '../../web/http/http-error.ts'
import { sendBody } from '../../web/http/send-body.ts'
import { readUpload } from '../../web/http/uploads.ts'
import { addFlash } from '../../web/render/flash.ts'
import { badgeAt } from './badge-in-address.ts'
import type { EditedBadge } from './editing.ts'

const YEAR = 31_536_000

/** The badge's page again, with what is wrong with the picture. */
type Refuse = (res: Response, course: CourseContent, badge: EditedBadge, problem: Problems[string]) => void

/** A picture in place of a badge's sign: sent, drawn anew, shown, taken out again. */
export function badgePicturePages(router: Router, services: Services, refuse: Refuse): void {
  const { badgeEditing: editing, badgePictures, images } = services

  router.get('/badge-pictures/:name', anybody, (req, res) => {
    const [, hash] = /^([0-9a-f]{64})\.jpg$/.exec(String(req.params['name'])) ?? []
    const bytes = badgePictures.bytes(hash ?? '') ?? notFound()
    res.setHeader('Content-Type', 'image/jpeg')
    // a treasure's too: who knows the address has seen it
    res.setHeader('Cache-Control', `private, max-age=${YEAR}, immutable`)
    sendBody(res, bytes)
  })

  router.post('/admin/courses/:slug/badges/:badge/picture', author, noStore, async (req, res) => {
    const { course, badge } = badgeAt(services, req)
    const sent = await readUpload(req, res, 'picture', { take: images.receive, drop: images.discard })
    if (!sent) return refuse(res, course, badge, { key: 'badges.picture.none' })
    const picture = await images.resize(sent, 'smallest', 'jpeg')
    if (picture.why !== null) {
      const problem = { key: `images.problem.${picture.why}`, values: { name: picture.name } }
      return refuse(res, course, badge, problem)
    }
    editing.showPicture(course.id, badge.slug, picture.bytes, currentPerson(req).id)
    addFlash(req, { kind: 'said', key: 'badges.said.changed' })
    res.redirect(303, `/admin/courses/${course.slug}/badges/${badge.slug}`)
  })

  router.post('/admin/courses/:slug/badges/:badge/picture/remove', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    editing.showPicture(course.id, badge.slug, null, currentPerson(req).id)
    addFlash(req, { kind: 'said', key: 'badges.said.changed' })
    res.redirect(303, `/admin/courses/${course.slug}/badges/${badge.slug}`)
  })
}
