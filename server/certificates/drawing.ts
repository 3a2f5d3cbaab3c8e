import { canSet } from '../pdf/lines.ts'
import { createPage } from '../pdf/page.ts'
import type { Frame } from '../web/frame.ts'
import { HUE_COLOURS } from '../web/hues.ts'
import { qrPath } from '../web/qr.ts'
import { filled, type Issue } from './design.ts'

/** The site's own sign, as PNG. */
export interface Sign {
  png: Buffer
  width: number
  height: number
  /** In words; empty where the site's name says it. */
  alt: string
}

export interface Sheet {
  issue: Issue
  /** As it is read. */
  day: string
  /** Who gives it. */
  site_name: string
  logo: Sign | null
  /** Where anybody can check it. */
  check_url: string
}

type Voice = Pick<Frame, 't' | 'locale'>

const SOFT = '#4b5168'
const EDGE = 28
const CODE = 84
/** How high the site's sign is. */
const SIGN = 46

/** Whether the page can be drawn: where our fonts lack a letter, it is printed from the browser instead. */
export function canDraw({ issue, site_name }: Pick<Sheet, 'issue' | 'site_name'>): boolean {
  return [issue.name, issue.title, issue.body, issue.signer, issue.course, issue.cohort, site_name].every(canSet)
}

/** A certificate as PDF. */
export function drawCertificate(
  { t, locale }: Voice,
  { issue, day, site_name, logo, check_url }: Sheet,
): Promise<Buffer> {
  const landscape = issue.landscape === 1
  const page = createPage({ title: `${issue.title}: ${issue.name}`, language: locale, landscape })
  const colour = HUE_COLOURS[issue.hue]
  const { width, height } = page
  page.adorn((doc) => {
    doc.rect(0, 0, width, 14).fill(colour)
    doc
      .rect(EDGE, EDGE, width - 2 * EDGE, height - 2 * EDGE)
      .lineWidth(1.2)
      .stroke(colour)
  })
  const inner = width - 2 * (EDGE + 36)
  const x = EDGE + 36
  const middle = { x, width: inner, align: 'middle' as const }
  let y = landscape ? 82 : 150
  if (logo !== null) {
    const scale = Math.min(SIGN / logo.height, (inner * 0.5) / logo.width)
    const size = { width: logo.width * scale, height: logo.height * scale }
    const left = (width - size.width) / 2
    page.figure(logo.alt || site_name, (doc) => doc.image(logo.png, left, y - size.height * 0.6, size))
    y += size.height * 0.4 + 8
  }
  y = page.text('P', site_name, { ...middle, y, size: 13, colour: SOFT, lines: 1 }) + 14
  y = page.text('H1', issue.title, { ...middle, y, size: 38, weight: 'bold', colour, lines: 2 }) + (landscape ? 20 : 44)
  y = page.text('H2', issue.name, { ...middle, y, size: 32, weight: 'bold', lines: 3 }) + (landscape ? 14 : 30)
  page.text('P', filled(issue, day, locale), { ...middle, y, size: 15, lines: landscape ? 5 : 12 })

  const foot = height - EDGE - CODE - 30
  const right = width - x - CODE
  page.text('P', issue.signer, { x, y: foot + 18, width: inner / 2 - 20, size: 12, weight: 'bold', lines: 2 })
  page.text('P', day, { x, y: foot + 56, width: inner / 2 - 20, size: 12, lines: 1 })
  const { path, side } = qrPath(check_url)
  page.figure(t('certificates.sheet.code'), (doc) => {
    doc
      .translate(right, foot)
      .scale(CODE / side)
      .path(path)
      .fill('#000')
  })
  page.text('P', t('certificates.sheet.check', { url: check_url }), {
    x: x + inner / 2,
    y: foot + 18,
    width: inner / 2 - CODE - 16,
    size: 9,
    colour: SOFT,
    lines: 4,
  })
  return page.end()
}
