import type { Response, Router } from 'express'
import { admin } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { noStore } from '../web/http/headers.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { didOf, keyUrl } from './credential-builder.ts'
import type { PublicKey } from './keys.ts'

const keysPage = view<{
  keys: (PublicKey & { url: string })[]
  trouble: boolean
  issuer: string
  public_address: boolean
}>('credentials/keys')
const rotatePage = view<{ at: string }>('credentials/rotate')

/** The keys that the site signs badges with: since when, and a new one. */
export function keyPages(router: Router, { config, credentials, idempotency }: Services): void {
  router.get('/admin/credentials', admin, noStore, (_req, res) => show(res))

  router.get('/admin/credentials/new-key', admin, noStore, (_req, res) => {
    rotatePage(res, { title: pageContext(res).t('credentials.rotate.title'), area: 'admin', at: '/admin/credentials' })
  })

  router.post('/admin/credentials/new-key', admin, noStore, (req, res) => {
    const { id } = currentPerson(req)
    const location = idempotency.run(id, String(Object(req.body)['once'] ?? ''), () => {
      credentials.rotate(id)
      return '/admin/credentials'
    })
    addFlash(req, { kind: 'said', key: 'credentials.said.rotated' })
    res.redirect(303, location)
  })

  function show(res: Response): void {
    const { t } = pageContext(res)
    const trouble = credentials.isInTrouble()
    const keys = trouble ? [] : credentials.keys.public()
    keysPage(res, {
      title: t('credentials.keys.title'),
      area: 'admin',
      trouble,
      keys: keys.map((key) => ({ ...key, url: keyUrl(config.base_url, key.id) })),
      issuer: didOf(config.base_url),
      public_address: config.base_url.startsWith('https:'),
    })
  }
}
