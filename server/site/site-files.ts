import type { Request, Response, Router } from 'express'
import type { Services } from '../services.ts'
import { anybody } from '../web/http/access.ts'
import { notFound } from '../web/http/http-error.ts'
import { sendBody } from '../web/http/send-body.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'

const textPage = view<{ text_html: string }>('site/text')

const FOR_GOOD = 'public, max-age=31536000, immutable'
const CLOSED = ['/admin', '/me', '/login', '/forgot', '/reset', '/invite', '/join', '/search', '/setup', '/unsubscribe']

/** Public files made from the settings: stylesheet, logo, robots.txt, legal notice and privacy. */
export function siteFileRoutes(router: Router, { appearance, logo, settings }: Services): void {
  router.get('/theme.css', anybody, (req, res) => {
    const css = appearance.css() ?? notFound()
    // an outdated address gets the current stylesheet, which must not be cached under it
    if (req.originalUrl === appearance.current().theme) res.setHeader('Cache-Control', FOR_GOOD)
    sendBody(res.type('css'), css)
  })

  router.get('/logo/:hash', anybody, (req, res) => {
    const bytes = logo.bytes(String(req.params['hash'])) ?? notFound()
    res.setHeader('Cache-Control', FOR_GOOD)
    res.setHeader('Content-Security-Policy', "sandbox; default-src 'none'")
    res.setHeader('X-Content-Type-Options', 'nosniff')
    sendBody(res.type('image/webp'), bytes)
  })

  router.get('/robots.txt', anybody, (_req, res) => {
    const lines = settings.value('robots') === 'none' ? ['/'] : CLOSED
    sendBody(res.type('text'), ['User-agent: *', ...lines.map((path) => `Disallow: ${path}`), ''].join('\n'))
  })

  router.get('/imprint', anybody, (req, res) => showText(req, res, 'imprint'))
  router.get('/privacy', anybody, (req, res) => showText(req, res, 'privacy'))

  async function showText(req: Request, res: Response, name: 'imprint' | 'privacy'): Promise<void> {
    const text_html = (await appearance.textHtml(name)) ?? notFound()
    const title = pageContext(res).t(`settings.text.${name}`)
    textPage(res, { title, area: 'read', alone: !req.user, text_html })
  }
}
