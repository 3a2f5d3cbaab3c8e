import type { Router } from 'express'
import { byAudience } from '../reflections/policy.ts'
import type { Services } from '../services.ts'
import { sendPicture } from '../web/files/send-picture.ts'
import { signedIn } from '../web/http/access.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { notFound } from '../web/http/http-error.ts'
import { idParam } from '../web/http/params.ts'
import { sendJson } from '../web/http/send-body.ts'
import { readUploads } from '../web/http/uploads.ts'
import { pageContext } from '../web/render/page-context.ts'
import type { NotAdded } from './add-images.ts'
import { type Format, STEPS, sizeFor } from './sizes.ts'

export function imageRoutes(router: Router, { images }: Services): void {
  // for scripts; a form without them sends its pictures to the editor's own address
  router.post('/images', signedIn, async (req, res) => {
    const sent = await readUploads(req, res, 'picture', { take: images.receive, drop: images.discard })
    const { images: added, problems } = await images.add(currentPerson(req).id, sent.taken)
    const { t } = pageContext(res)
    const said = [...problems, ...tooMany(sent.left_out)].map(({ name, why }) => {
      return { name, why, problem: t(`images.problem.${why}`, { name }) }
    })
    sendJson(res.status(statusOf(added.length, problems)), { images: added, problems: said })
  })

  router.get('/images/:id/:width', byAudience, (req, res) => {
    const step = STEPS.find((each) => String(each) === req.params['width']) ?? notFound()
    const picture = images.find(idParam(req.params['id']), req.user?.id ?? 0) ?? notFound()
    const size = sizeFor(picture, step) ?? notFound()
    const format: Format = /\bimage\/webp\b/.test(req.headers.accept ?? '') ? 'webp' : 'jpeg'
    sendPicture(req, res, images.fileOf(picture, size, format), {
      type: `image/${format}`,
      name: `picture-${picture.id}.${format}`,
      tag: `${picture.hash.slice(0, 16)}-${size.step}-${format}`,
      open: Boolean(picture.public),
      vary: picture.public ? 'Accept' : 'Accept, Cookie',
    })
  })
}

function tooMany(left_out: number): { name: string; why: string }[] {
  return left_out > 0 ? [{ name: '', why: 'too_many' }] : []
}

function statusOf(added: number, problems: NotAdded[]): number {
  if (added > 0 || problems.length === 0) return 200
  if (problems.some(({ why }) => why === 'not_kept')) return 507
  return problems.some(({ why }) => why === 'busy') ? 503 : 422
}
