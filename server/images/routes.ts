import { type Request, Router } from 'express'
import { byAudience } from '../reflections/policy.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/access.ts'
import { currentPerson, numberIn } from '../web/current.ts'
import { frameOf } from '../web/frame.ts'
import { notFound } from '../web/refusal.ts'
import { readUploads } from '../web/uploads.ts'
import type { NotAdded } from './adding.ts'
import type { Seen } from './images.ts'
import { type Format, type Size, STEPS, sizeFor } from './sizes.ts'

export function imageRoutes({ images }: Services): Router {
  const router = Router()

  // for scripts; a form without them sends its pictures to the editor's own address
  router.post('/images', signedIn, async (req, res) => {
    const sent = await readUploads(req, res, 'picture', { take: images.receive, drop: images.forget })
    const { images: added, problems } = await images.add(currentPerson(req).id, sent.taken)
    const { t } = frameOf(res)
    const said = [...problems, ...tooMany(sent.left_out)].map(({ name, why }) => {
      return { name, why, problem: t(`images.problem.${why}`, { name }) }
    })
    res.status(statusOf(added.length, problems)).json({ images: added, problems: said })
  })

  router.get('/images/:id/:width', byAudience, (req, res) => {
    const step = STEPS.find((each) => String(each) === req.params['width']) ?? notFound()
    const picture = images.find(numberIn(req.params['id']), req.user?.id ?? 0) ?? notFound()
    const size = sizeFor(picture, step) ?? notFound()
    const format: Format = /\bimage\/webp\b/.test(req.headers.accept ?? '') ? 'webp' : 'jpeg'
    const { root, file } = images.fileOf(picture, size, format)
    const headers = headersOf(picture, size, format)
    if (hasIt(req, headers.ETag)) return res.status(304).set(headers).end()
    res.sendFile(file, { ...PLAIN, root, headers })
  })

  return router
}

/** Nothing is said of the file itself; a data folder may well begin with a dot. */
const PLAIN = { etag: false, lastModified: false, cacheControl: false, dotfiles: 'allow' } as const

/**
 * A picture goes to whoever may read it and to nobody's program: no script, no type but its own. What everybody may see
 * is kept by everybody for five minutes, and may be shown by other sites' readers; the rest is asked for again each time.
 */
function headersOf({ id, hash, public: open }: Seen, { step }: Size, format: Format) {
  return {
    'Content-Type': `image/${format}`,
    'Content-Disposition': `inline; filename="picture-${id}.${format}"`,
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': open ? 'public, max-age=300' : 'private, no-cache',
    'Cross-Origin-Resource-Policy': open ? 'cross-origin' : 'same-origin',
    ETag: `"${hash.slice(0, 16)}-${step}-${format}"`,
    Vary: open ? 'Accept' : 'Accept, Cookie',
  }
}

/** Some say "no-cache" while they ask whether theirs is still good: that is for caches on the way, not for us. */
function hasIt(req: Request, etag: string): boolean {
  const known = (req.headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''))
  return known.includes(etag)
}

function tooMany(left_out: number): { name: string; why: string }[] {
  return left_out > 0 ? [{ name: '', why: 'too_many' }] : []
}

function statusOf(added: number, problems: NotAdded[]): number {
  if (added > 0 || problems.length === 0) return 200
  if (problems.some(({ why }) => why === 'not_kept')) return 507
  return problems.some(({ why }) => why === 'busy') ? 503 : 422
}
