import { type Clock, localDate } from '../db/clock.ts'
import type { Images } from '../images/images.ts'
import type { PaperSize } from '../pdf/paper-size.ts'
import type { LogoStore } from '../site/logo.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { type Dates, datesFor } from '../web/text/dates.ts'
import type { Translate } from '../web/text/i18n.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import type { Certificate } from './certificates.ts'
import type { CertificateSheet, Logo } from './layout.ts'
import { fillIn } from './template.ts'

interface CertificatePdfDeps {
  t: Translate
  base_url: string
  siteName: () => string
  /** The default size of paper. */
  paper: () => PaperSize
  logo: Pick<LogoStore, 'bytes' | 'current'>
  logoWords: () => string
  images: Pick<Images, 'webpToPng'>
  workers: Pick<WorkerPool, 'run'>
}

const DRAWING = new URL('./layout.ts', import.meta.url)
/** The longest a drawing may take, in milliseconds; with a fresh thread it takes some 300. */
const MOST_MS = 20_000

/** Certificates as pages and as files. */
export function createCertificatePdf(
  clock: Clock,
  { t, base_url, siteName, paper, logo, logoWords, images, workers }: CertificatePdfDeps,
) {
  let kept: { hash: string; png: Promise<Buffer> } | null = null

  /** The logo as PDF takes it, made once. */
  async function logoPng(): Promise<Logo | null> {
    const now = logo.current()
    const bytes = now && logo.bytes(now.hash)
    if (!now || !bytes) return null
    if (kept?.hash !== now.hash) kept = { hash: now.hash, png: images.webpToPng(bytes) }
    const making = kept
    try {
      return { png: await making.png, width: now.width, height: now.height, alt: logoWords() }
    } catch (error) {
      // another time it may work
      if (kept === making) kept = null
      throw error
    }
  }

  /** The content of the page, without the logo. @param voice in the language of the reader */
  function sheetOf(
    issue: Certificate,
    { t, locale, dates }: LocaleContext,
    size = paper(),
  ): Omit<CertificateSheet, 'logo'> {
    const { name, title, signer, hue, landscape } = issue
    const day = dayOf(issue, dates)
    return {
      ...{ name, title, signer, hue, landscape, day },
      language: locale,
      paper: size,
      words: fillIn(issue, day, { t, locale }),
      site_name: siteName(),
      check_url: `${base_url}/certificates/${issue.id}`,
      labels: {
        check: t('certificates.sheet.check'),
        code: t('certificates.sheet.code'),
        link: t('certificates.sheet.link'),
      },
    }
  }

  /** The PDF; null where our fonts lack a letter. */
  async function draw(issue: Certificate, voice: LocaleContext, size?: PaperSize): Promise<Uint8Array | null> {
    const sheet: CertificateSheet = { ...sheetOf(issue, voice, size), logo: await logoPng() }
    return workers.run(DRAWING, sheet, { ms: MOST_MS })
  }

  return {
    sheetOf,
    draw,

    /** In English, for a bulk export. */
    drawPlain(issue: Certificate): Promise<Uint8Array | null> {
      return draw(issue, { t, locale: 'en', dates: datesFor('en', issue.time_zone, clock.now(), t) })
    },
  }
}

/** The day of the issue, in the time zone of the cohort. */
export function dayOf({ issued_at, time_zone }: Certificate, dates: Pick<Dates, 'full'>): string {
  return dates.full(localDate(Temporal.Instant.from(issued_at), time_zone))
}
