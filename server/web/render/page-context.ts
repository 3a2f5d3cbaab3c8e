import type { RequestHandler, Response } from 'express'
import type { Clock } from '../../db/clock.ts'
import { newIdempotencyKey } from '../http/idempotency.ts'
import { asset } from '../http/static-files.ts'
import { type Dates, datesFor } from '../text/dates.ts'
import type { Translate } from '../text/i18n.ts'
import { directionOf, languageName } from '../text/languages.ts'
import { avatarOf } from './avatar.ts'
import { iconHtml } from './icons.ts'

/** What stands around every page and is there in every partial: words, dates, icons, who is looking, where. */
export interface PageContext {
  t: Translate
  locale: string
  dates: Dates
  icon: (name: string, extraClass?: string) => string
  /** Address of a static file, with the hash of the whole folder in it. */
  asset: (file: string) => string
  /** A new value for the hidden field of a form that makes something. */
  newIdempotencyKey: () => string
  person: Express.User | null
  /** Whose eyes an admin looks through. */
  impersonation: Express.Request['impersonation'] | null
  /** The cohort the bar leads to: the one of the page, else the one last visited. */
  cohort: { slug: string; title: string } | null
  site_name: string
  site: SiteAppearance
  /** Every game part is left out of this page: for who looks, in this cohort, or on the whole site. */
  calm: boolean
  /** The two letters and the hue that stand for a person. */
  avatarOf: typeof avatarOf
  /** Which way a language is written. */
  directionOf: typeof directionOf
  /** What a language is called in itself. */
  languageName: typeof languageName
  /** This page's own address, for forms that lead back to it. */
  address: string
}

/** What turns facts into words in the reader's language and time zone. */
export type LocaleContext = Pick<PageContext, 't' | 'dates' | 'locale'>

/** What the site's own settings put on every page. */
export interface SiteAppearance {
  /** Address of the site's own stylesheet; null where its colours are those of the house. */
  theme: string | null
  logo: { href: string; alt: string; width: number; height: number } | null
  /** Pages that are linked at the foot. */
  texts: ('imprint' | 'privacy')[]
  /** Search engines stay away. */
  hidden: boolean
  /** Nobody makes an account by joining. */
  accounts_by_invitation: boolean
  /** Where no cohort says another. */
  time_zone: string
  /** No game parts, for anybody. */
  calm: boolean
}

interface PageContextDeps {
  clock: Clock
  words: (locale: string) => Translate
  siteName: () => string
  appearance: () => SiteAppearance
}

interface PageCohort {
  slug: string
  title: string
  time_zone: string
  calm: 0 | 1
}

/** First in line: whatever goes wrong later, there is a frame for the page that says so. */
export function providePageContext(surroundings: PageContextDeps): RequestHandler {
  return (_req, res, next) => {
    res.locals['surroundings'] = surroundings
    next()
  }
}

/** From here on the page stands in a cohort: its name in the frame, its time zone for every date. */
export function setPageCohort(res: Response, place: PageCohort): void {
  res.locals['place'] = place
  delete res.locals['frame']
}

/** The frame of this answer; made when it is first asked for. */
export function pageContext(res: Response): PageContext {
  res.locals['frame'] ??= createPageContext(res)
  return res.locals['frame'] as PageContext
}

function createPageContext(res: Response): PageContext {
  const { clock, words, siteName, appearance } = res.locals['surroundings'] as PageContextDeps
  const place = res.locals['place'] as PageCohort | undefined
  const { req } = res
  const locale = 'en'
  const t = words(locale)
  const site = appearance()
  const cohort = place ?? req.user?.last_cohort ?? null
  return {
    t,
    locale,
    dates: datesFor(locale, cohort?.time_zone ?? site.time_zone, clock.now(), t),
    icon: iconHtml,
    asset,
    newIdempotencyKey,
    person: req.user ?? null,
    impersonation: req.impersonation ?? null,
    cohort,
    site_name: siteName(),
    site,
    calm: site.calm || req.user?.calm === 1 || cohort?.calm === 1,
    avatarOf,
    directionOf,
    languageName,
    address: req.originalUrl,
  }
}
