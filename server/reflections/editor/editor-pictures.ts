import type { Request, Response } from 'express'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { readUploads } from '../../web/http/uploads.ts'
import { pageContext } from '../../web/render/page-context.ts'

/** Why some pictures were refused. */
export interface RejectedPictures {
  reasons: string[]
  status: 422 | 507
}

/**
 * Stores the pictures sent with the editor's form, as browsers without JavaScript do: their Markdown is added at
 * the end of the text, whether or not the text is accepted.
 * @returns the problem with refused pictures; null when all were added
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
