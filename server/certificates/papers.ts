import type { Clock } from '../db/clock.ts'
import type { Images } from '../images/images.ts'
import type { LogoShelf } from '../site/logo.ts'
import { type Dates, datesFor, localDate } from '../web/dates.ts'
import type { Frame } from '../web/frame.ts'
import type { Translate } from '../web/words.ts'
import type { Certificate } from './certificates.ts'
import { canDraw, drawCertificate, type Sheet, type Sign } from './drawing.ts'

interface Helpers {
  t: Translate
  base_url: string
  siteName: () => string
  /** The site's own sign. */
  logo: Pick<LogoShelf, 'bytes' | 'current'>
  logoWords: () => string
  images: Pick<Images, 'toPng'>
}

/** The paper of a certificate, as a page or as a file. */
export function createPapers(clock: Clock, { t, base_url, siteName, logo, logoWords, images }: Helpers) {
  let kept: { hash: string; png: Promise<Buffer> } | null = null

  /** The sign as PDF takes it, made once. */
  async function sign(): Promise<Sign | null> {
    const now = logo.current()
    const bytes = now && logo.bytes(now.hash)
    if (!now || !bytes) return null
    if (kept?.hash !== now.hash) kept = { hash: now.hash, png: images.toPng(bytes) }
    const making = kept
    try {
      return { png: await making.png, width: now.width, height: now.height, alt: logoWords() }
    } catch (error) {
      // another time it may work
      if (kept === making) kept = null
      throw error
    }
  }

  /** @param dates of who reads it */
  function sheetOf(issue: Certificate, dates: Pick<Dates, 'full'>): Omit<Sheet, 'logo'> {
    return {
      issue,
      day: dayOf(issue, dates),
      site_name: siteName(),
      check_url: `${base_url}/certificates/${issue.id}`,
    }
  }

  /** The PDF; null where our fonts lack a letter. */
  function draw(issue: Certificate, voice: Pick<Frame, 't' | 'locale' | 'dates'>): Promise<Buffer> | null {
    const sheet = sheetOf(issue, voice.dates)
    return canDraw(sheet) ? sign().then((logo) => drawCertificate(voice, { ...sheet, logo })) : null
  }

  return {
    sheetOf,
    draw,

    /** In the language of the site, where nobody in particular asks. */
    drawPlain(issue: Certificate): Promise<Buffer> | null {
      return draw(issue, { t, locale: 'en', dates: datesFor('en', issue.time_zone, clock.now(), t) })
    },
  }
}

/** The day of the issue, in the time zone of the cohort. */
export function dayOf({ issued_at, time_zone }: Certificate, dates: Pick<Dates, 'full'>): string {
  return dates.full(localDate(Temporal.Instant.from(issued_at), time_zone))
}
