import express, { type Express, Router } from 'express'
import { activityAdminRoutes } from './activity/admin-routes.ts'
import { announcementRoutes } from './announcements/routes.ts'
import { badgeRoutes } from './badges/routes.ts'
import { calendarRoutes } from './calendar/routes.ts'
import { certificateRoutes } from './certificates/routes.ts'
import { cohortAdminRoutes } from './cohorts/admin-routes.ts'
import { cohortRoutes } from './cohorts/routes.ts'
import { courseAdminRoutes } from './courses/admin-routes.ts'
import { courseRoutes } from './courses/routes.ts'
import { credentialRoutes } from './credentials/routes.ts'
import { exportRoutes } from './export/routes.ts'
import { feedAdminRoutes } from './feeds/admin-routes.ts'
import { outgoingFeedRoutes } from './feeds/outgoing/outgoing-routes.ts'
import { feedRoutes } from './feeds/routes.ts'
import { guidingRoutes } from './guiding/routes.ts'
import { hoursRoutes } from './hours/routes.ts'
import { imageAdminRoutes } from './images/admin-routes.ts'
import { imageRoutes } from './images/routes.ts'
import { insightsAdminRoutes } from './insights/admin-routes.ts'
import { invitationRoutes } from './invitations/routes.ts'
import { maintenanceAdminRoutes } from './maintenance/admin-routes.ts'
import { maintenanceRoutes } from './maintenance/routes.ts'
import { moderationRoutes } from './moderation/routes.ts'
import { outboxRoutes } from './notifications/admin-routes.ts'
import { noticeRoutes } from './notifications/routes.ts'
import { peopleAdminRoutes } from './people/admin-routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { peopleImportRoutes } from './people-import/admin-routes.ts'
import { podRoutes } from './pods/routes.ts'
import { progressAdminRoutes } from './progress/admin-routes.ts'
import { progressRoutes } from './progress/routes.ts'
import { mentionRoutes } from './reflections/comments/mention-routes.ts'
import { commentRoutes } from './reflections/comments/routes.ts'
import { editorRoutes } from './reflections/editor/routes.ts'
import { reportRoutes } from './reflections/report-routes.ts'
import { reflectionRoutes } from './reflections/routes.ts'
import { searchRoutes } from './search/routes.ts'
import type { Services } from './services.ts'
import { healthRoutes } from './site/health-routes.ts'
import { siteRoutes } from './site/routes.ts'
import { settingsRoutes } from './site/settings/routes.ts'
import { collectRules, reauthoriseRequest } from './web/http/authorisation.ts'
import { errorHandler, notFoundHandler } from './web/http/errors.ts'
import { parseForm } from './web/http/form-body.ts'
import { cacheGuestPages } from './web/http/guest-page-cache.ts'
import { cachePrivately, securityHeaders } from './web/http/headers.ts'
import { requireKnownHost } from './web/http/host/known-host.ts'
import { reportUnknownHosts } from './web/http/host/unknown-hosts.ts'
import { requireSameOrigin } from './web/http/origin.ts'
import { abortSlowBodies, type Patience } from './web/http/slow-requests.ts'
import { staticFiles } from './web/http/static-files.ts'
import { waitForWriteLock } from './web/http/wait-for-write-lock.ts'
import { logRequests } from './web/operations/request-log.ts'
import { providePageContext } from './web/render/page-context.ts'

/** What each noun answers, in the order in which its routes are asked. */
const NOUNS = [
  siteRoutes,
  settingsRoutes,
  peopleRoutes,
  courseRoutes,
  cohortRoutes,
  calendarRoutes,
  podRoutes,
  invitationRoutes,
  announcementRoutes,
  progressRoutes,
  maintenanceRoutes,
  editorRoutes,
  imageRoutes,
  reflectionRoutes,
  searchRoutes,
  commentRoutes,
  mentionRoutes,
  reportRoutes,
  moderationRoutes,
  guidingRoutes,
  outgoingFeedRoutes,
  feedRoutes,
  feedAdminRoutes,
  exportRoutes,
  badgeRoutes,
  certificateRoutes,
  hoursRoutes,
  credentialRoutes,
  noticeRoutes,
  courseAdminRoutes,
  cohortAdminRoutes,
  progressAdminRoutes,
  insightsAdminRoutes,
  peopleImportRoutes,
  peopleAdminRoutes,
  activityAdminRoutes,
  maintenanceAdminRoutes,
  outboxRoutes,
  imageAdminRoutes,
]

/** Every route on one router: Express asks the routes of one faster than those of many. */
export function allRoutes(services: Services): Router {
  const router = Router()
  for (const register of NOUNS) register(router, services)
  return router
}

/** @param patience with slow clients; as for a phone on a slow line unless said */
export function createApp(services: Services, patience?: Patience): Express {
  const {
    config,
    clock,
    db,
    formWriters,
    log,
    lookForOutsideChanges,
    metrics,
    impersonation,
    sessions,
    settings,
    words,
  } = services
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', config.trust_proxy)
  app.set('query parser', 'simple')

  app.use(providePageContext({ clock, words, siteName: settings.siteName, appearance: services.appearance.current }))
  app.use(logRequests(log, metrics.answered))
  app.use(abortSlowBodies(errorHandler(log, formWriters), patience))
  app.use(staticFiles())
  app.use(securityHeaders(config))
  app.use(healthRoutes(services))
  app.use((req, _res, next) => next(void services.proxyCheck.observe(req)))
  app.use(requireKnownHost(config, reportUnknownHosts(log, clock)))
  // not for static files, which no setting changes
  if (config.workers > 1) app.use((_req, _res, next) => next(void lookForOutsideChanges()))
  app.use(cacheGuestPages(db, clock, services.courses.languages))
  app.use(collectRules)
  app.use(sessions.attach)
  app.use(cachePrivately)
  app.use(requireSameOrigin(config))
  app.use(impersonation.attach)
  app.use(formWriters.attach)
  app.use(parseForm())
  app.use(waitForWriteLock(db))
  app.use(reauthoriseRequest)
  app.use(allRoutes(services))
  app.use(notFoundHandler)
  app.use(errorHandler(log, formWriters))
  return app
}
