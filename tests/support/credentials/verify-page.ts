import { type Part, sendForm } from '../../images/photos.ts'
import type { TestSite } from '../site.ts'

/** What /verify says to somebody without an account. */
export async function verified(
  site: TestSite,
  facts: { text?: string; file?: Buffer; link?: string; email?: string },
): Promise<{ status: number; html: string; state: string | null }> {
  const parts: Part[] = [
    ['credential', facts.text ?? ''],
    ['link', facts.link ?? ''],
    ['email', facts.email ?? ''],
  ]
  if (facts.file) parts.push(['file', { bytes: facts.file, name: 'badge', type: 'application/octet-stream' }])
  const answer = await sendForm(site.guest(), '/verify', parts)
  const html = await answer.text()
  return { status: answer.status, html, state: /data-verdict="([a-z_]+)"/.exec(html)?.[1] ?? null }
}
