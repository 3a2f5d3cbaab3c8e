import type { Request, Response } from 'express'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { readUploads } from '../../web/http/uploads.ts'
import { pageContext } from '../../web/render/page-context.ts'

/** Why some of the pictures are not in the text. */
export interface RejectedPictures {
  reasons: string[]
  status: 422 | 507
}

/**
 * Takes the pictures that came with the editor's form, as browsers without scripts send them: their Markdown goes to
 * the end of the text, whatever becomes of the text then.
 * @returns what is to be said of those that could not be added; null where all were
 */
export async function receivePictures(
  { images }: Services,
  req: Request,
  res: Response,
): Promise<RejectedPictures | null> {
  const sent = await readUploads(req, res, 'picture', { take: images.receive, drop: images.discard })
  if (sent.taken.length === 0) return null
  const { images: added, problems } = await images.add(currentPerson(req).id, sent.taken)
  if (added.length > 0) req.body.body = withPictures(req.body.body, added)
  const { t } = pageContext(res)
  const reasons = problems.map(({ name, why }) => t(`images.problem.${why}`, { name }))
  if (sent.left_out > 0) reasons.push(t('images.problem.too_many'))
  const status = problems.some(({ why }) => why === 'not_kept') ? 507 : 422
  return reasons.length > 0 ? { reasons, status } : null
}

function withPictures(body: unknown, added: { markdown: string }[]): string {
  const text = typeof body === 'string' ? body.trimEnd() : ''
  return [...(text ? [text] : []), ...added.map(({ markdown }) => markdown)].join('\n\n')
}
