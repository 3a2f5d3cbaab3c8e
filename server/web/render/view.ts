import type { Response } from 'express'
import { encodableBody } from '../http/compression.ts'
import { cacheIfGuestPage } from '../http/guest-page-cache.ts'
import { sendEncodedBody } from '../http/send-body.ts'
import { takeFlash } from './flash.ts'
import { type PageContext, pageContext } from './page-context.ts'
import { templateOf } from './templates.ts'

/** What every page says about itself beside its own locals. */
interface Page {
  title: string
  status?: number
  /** Which stylesheet of css/ the page takes beside site.css. */
  area: 'map' | 'thing' | 'read' | 'write' | 'badges' | 'front' | 'admin'
  /** Which entry of the bar is the current one. */
  here?: 'map' | 'read' | 'write' | 'badges' | 'me'
  /** Pages outside the course (sign-in, setup, landing) have no bar. */
  alone?: boolean
  description?: string
  /** Address of the original, where this page shows what stands elsewhere. */
  canonical?: string
  /** The page's feed, without the ending that says its kind. */
  feed?: string
  /** The same for programs. */
  alternate?: { href: string; type: string }
  /** How the page shows itself where its address is passed around; only what anybody may read. */
  preview?: { url: string; description: string; image: string | null }
}

/** What the layout prints around the body of a page. */
type LayoutLocals = PageContext & { [Key in Exclude<keyof Page, 'status'>]-?: Exclude<Page[Key], undefined> | null } & {
  part: ReturnType<typeof partsWith>
  body: string
  flash: ReturnType<typeof takeFlash>
}

const bindings = new Set<string>()

/** The names that `view` bound; a test compares them with the files. */
export function boundViews(): ReadonlySet<string> {
  return bindings
}

/**
 * Calls a partial: `it.part('shared/_field', { ... })`. The partial sees the frame of the page and its own locals,
 * not the page's.
 */
function partsWith(frame: PageContext) {
  const part = (name: string, locals: object = {}): string => templateOf(name)({ ...frame, part, ...locals })
  return part
}

const layout = paper<LayoutLocals>('shared/layout')

/** Binds a template to the type of its locals; the result answers a request with the whole page. */
export function view<Locals extends object = object>(name: string): (res: Response, page: Page & Locals) => void {
  bindings.add(name)
  const template = templateOf(name)
  return (res, page) => {
    const frame = pageContext(res)
    const part = partsWith(frame)
    const body = template({ ...frame, part, ...page })
    const html = layout({
      ...frame,
      part,
      description: '',
      canonical: null,
      feed: null,
      alternate: null,
      preview: null,
      here: null,
      alone: false,
      ...(page as Page),
      body,
      flash: takeFlash(res.req),
    })
    res.statusCode = page.status ?? 200
    res.setHeader('Content-Type', 'text/html; charset=utf-8')
    const whole = encodableBody(Buffer.from(html))
    cacheIfGuestPage(res, whole)
    sendEncodedBody(res, whole)
  }
}

/** Binds a template that is no page of the site and knows nothing but its locals: a letter, a file to keep. */
export function paper<Locals extends object>(name: string): (locals: Locals) => string {
  bindings.add(name)
  return templateOf(name)
}
