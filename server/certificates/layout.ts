import { createPdfPage } from '../pdf/page.ts'
import type { PaperSize } from '../pdf/paper-size.ts'
import { canTypeset } from '../pdf/text-runs.ts'
import { HUE_COLOURS } from '../web/render/hues.ts'
import { qrPath } from '../web/render/qr.ts'
import type { CertificateTemplate } from './template.ts'

/** The site's own logo, as PNG. */
export interface Logo {
  png: Uint8Array
  width: number
  height: number
  /** In words; empty where the site's name says it. */
  alt: string
}

/** The content of a certificate, in the reader's language. */
export interface CertificateSheet extends Pick<CertificateTemplate, 'title' | 'signer' | 'hue' | 'landscape'> {
  /** A language tag. */
  language: string
  paper: PaperSize
  name: string
  /** The paragraph, with its fields filled in. */
  words: string
  /** The date of the issue. */
  day: string
  site_name: string
  logo: Logo | null
  /** Where anybody can check it, and the words around that address. */
  check_url: string
  labels: { check: string; code: string; link: string }
}

const SOFT = '#4b5168'
const EDGE = 28
const CODE = 84
const LOGO_HEIGHT = 46

/** Task: a certificate as PDF; null where our fonts lack a letter: then it is printed from the browser. */
export async function run(sheet: CertificateSheet): Promise<Buffer | null> {
  const { language, paper, name, title, words, signer, day, site_name, logo, check_url, labels } = sheet
  if (![name, title, words, signer, site_name].every(canTypeset)) return null
  const landscape = sheet.landscape === 1
  const page = createPdfPage({ title: `${title}: ${name}`, language, paper, landscape })
  const colour = HUE_COLOURS[sheet.hue]
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
  const foot = height - EDGE - CODE - 42
  let y = landscape ? 82 : 150
  if (logo !== null) {
    const scale = Math.min(LOGO_HEIGHT / logo.height, (inner * 0.5) / logo.width)
    const size = { width: logo.width * scale, height: logo.height * scale }
    const left = (width - size.width) / 2
    page.figure(logo.alt || site_name, (doc) => doc.image(Buffer.from(logo.png), left, y - size.height * 0.6, size))
    y += size.height * 0.4 + 8
  }
  y = page.text('P', site_name, { ...middle, y, size: 13, colour: SOFT, lines: 1 }) + 14
  y = page.text('H1', title, { ...middle, y, size: 38, weight: 'bold', colour, lines: 2 }) + (landscape ? 20 : 44)
  y = page.text('H2', name, { ...middle, y, size: 32, weight: 'bold', lines: 3 }) + (landscape ? 14 : 30)
  page.text('P', words, { ...middle, y, size: 15, height: foot - y })

  const column = { x, width: inner / 2 - 20, size: 12 }
  page.text('P', signer, { ...column, y: foot + 18, weight: 'bold', lines: 2 })
  page.text('P', day, { ...column, y: foot + 56, lines: 1 })
  const { path, side } = qrPath(check_url)
  page.figure(labels.code, (doc) => {
    doc
      .translate(width - x - CODE, foot)
      .scale(CODE / side)
      .path(path)
      .fill('#000')
  })
  const beside = { x: x + inner / 2, width: inner / 2 - CODE - 16 }
  page.text('P', labels.check, { ...beside, y: foot + 18, size: 9, colour: SOFT, lines: 4 })
  page.link(labels.link, check_url, { ...middle, y: foot + CODE + 12, size: 10 })
  return await page.end()
}
