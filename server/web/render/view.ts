import type { Response } from 'express'
import { markWriter } from '../forms/form-writer.ts'
import { encodableBody } from '../http/compression.ts'
import { cacheIfGuestPage } from '../http/guest-page-cache.ts'
import { sendEncodedBody } from '../http/send-body.ts'
import { takeFlash } from './flash.ts'
import { type PageContext, pageContext } from './page-context.ts'
import { isRefusal, markProblems } from './refused-form.ts'
import { templateOf } from './templates.ts'

/** What every page sets beside its own locals. */
interface Page {
  title: string
  status?: number
  /** Which stylesheet of css/ the page takes beside site.css. */
  area: 'map' | 'thing' | 'read' | 'write' | 'badges' | 'front' | 'admin'
  /** The current entry of the navigation bar. */
  here?: 'map' | 'read' | 'write' | 'badges' | 'me'
  /** No navigation bar: pages outside of courses (sign-in, setup, landing). */
  alone?: boolean
  description?: string
  /** Address of the original, where this page shows another page's content. */
  canonical?: string
  /** Address of the page's feed, without its extension. */
  feed?: string
  /** A machine-readable form of the page. */
  alternate?: { href: string; type: string }
  /** Open Graph data; only what anybody may read. */
  preview?: { url: string; description: string; image: string | null }
}

/** What the layout prints around the body of a page. */
type LayoutLocals = PageContext & { [Key in Exclude<keyof Page, 'status'>]-?: Exclude<Page[Key], undefined> | null } & {
  part: ReturnType<typeof partsWith>
  body: string
  flash: ReturnType<typeof takeFlash>
}

const bindings = new Set<string>()

/** Names of the templates that are bound; a test compares them with the files. */
export function boundViews(): ReadonlySet<string> {
  return bindings
}

/**
 * Calls a partial: `it.part('shared/_field', { ... })`. It gets the page context and its own locals, not the page's.
 */
function partsWith(context: PageContext) {
  const part = (name: string, locals: object = {}): string => templateOf(name)({ ...context, part, ...locals })
  return part
}

const layout = renderStandalone<LayoutLocals>('shared/layout')

/** Binds a template to the type of its locals; the result sends the whole page. */
export function view<Locals extends object = object>(name: string): (res: Response, page: Page & Locals) => void {
  bindings.add(name)
  const template = templateOf(name)
  return (res, page) => {
    const context = pageContext(res)
    const part = partsWith(context)
    const status = page.status ?? 200
    const body = template({ ...context, part, ...page })
    const refused = isRefusal(res, status)
    const html = layout({
      ...context,
      part,
      description: '',
      canonical: null,
      feed: null,
      alternate: null,
      preview: null,
      here: null,
      alone: false,
      ...(page as Page),
      title: refused ? context.t('frame.error_title', { title: page.title }) : page.title,
      body: refused ? markProblems(body) : body,
      flash: takeFlash(res.req),
    })
    res.statusCode = status
    res.setHeader('Content-Type', 'text/html; charset=utf-8')
    const page_body = encodableBody(Buffer.from(markWriter(res, html)))
    cacheIfGuestPage(res, page_body)
    sendEncodedBody(res, page_body)
  }
}

/** Binds a template that stands alone and gets nothing but its locals: an email, a file to download. */
export function renderStandalone<Locals extends object>(name: string): (locals: Locals) => string {
  bindings.add(name)
  return templateOf(name)
}
