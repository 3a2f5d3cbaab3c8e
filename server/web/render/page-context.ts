import type { RequestHandler, Response } from 'express'
import type { Clock } from '../../db/clock.ts'
import { newIdempotencyKey } from '../http/idempotency.ts'
import { asset } from '../http/static-files.ts'
import { type Dates, datesFor } from '../text/dates.ts'
import type { Translate } from '../text/i18n.ts'
import { directionOf, languageName } from '../text/languages.ts'
import { greetingName } from '../text/person-names.ts'
import { avatarOf } from './avatar.ts'
import { iconHtml } from './icons.ts'

/** What every template and partial gets: texts, dates, icons, the viewer, the cohort. */
export interface PageContext {
  t: Translate
  locale: string
  dates: Dates
  icon: (name: string, extraClass?: string) => string
  /** Address of a static file, with the hash of the whole folder in it. */
  asset: (file: string) => string
  /** A value for the hidden field `once` of a form that creates something. */
  newIdempotencyKey: () => string
  person: Express.User | null
  /** Set while an admin views the site as another person. */
  impersonation: Express.Request['impersonation'] | null
  /** The cohort of the navigation: that of the page, else the one last visited. */
  cohort: { slug: string; title: string } | null
  site_name: string
  site: SiteAppearance
  /** Hides all game elements: for this viewer, in this cohort, or on the whole site. */
  calm: boolean
  avatarOf: typeof avatarOf
  directionOf: typeof directionOf
  greetingName: typeof greetingName
  languageName: typeof languageName
  /** This page's own address, for forms that lead back to it. */
  address: string
}

/** What formatting in the reader's language and time zone needs. */
export type LocaleContext = Pick<PageContext, 't' | 'dates' | 'locale'>

/** Settings of the site that every page shows or obeys. */
export interface SiteAppearance {
  /** Address of the stylesheet with the site's colours; null for the default ones. */
  theme: string | null
  logo: { href: string; alt: string; width: number; height: number } | null
  /** Legal pages that the footer links. */
  texts: ('imprint' | 'privacy')[]
  /** Asks search engines not to index the site. */
  hidden: boolean
  /** New accounts need an invitation. */
  accounts_by_invitation: boolean
  /** Of every date outside of cohorts, whoever looks. */
  time_zone: string
  /** Hides all game elements for everybody. */
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

/** Must come before all other handlers, so that an error page has its context too. */
export function providePageContext(deps: PageContextDeps): RequestHandler {
  return (_req, res, next) => {
    res.locals['pageContextDeps'] = deps
    next()
  }
}

/** Sets the cohort of a page: its name is in the navigation, its time zone is used for all dates. */
export function setPageCohort(res: Response, cohort: PageCohort): void {
  res.locals['cohort'] = cohort
  delete res.locals['pageContext']
}

/** The context of this response; made at the first call. */
export function pageContext(res: Response): PageContext {
  res.locals['pageContext'] ??= createPageContext(res)
  return res.locals['pageContext'] as PageContext
}

function createPageContext(res: Response): PageContext {
  const { clock, words, siteName, appearance } = res.locals['pageContextDeps'] as PageContextDeps
  const page_cohort = res.locals['cohort'] as PageCohort | undefined
  const { req } = res
  const locale = 'en'
  const t = words(locale)
  const site = appearance()
  const cohort = page_cohort ?? req.user?.last_cohort ?? null
  return {
    t,
    locale,
    dates: datesFor(locale, page_cohort?.time_zone ?? site.time_zone, clock.now(), t),
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
    greetingName,
    languageName,
    address: req.originalUrl,
  }
}
