import express, { type Express, type Router } from 'express'
import { activityAdminRoutes } from './activity/admin-routes.ts'
import { badgeRoutes } from './badges/routes.ts'
import { certificateRoutes } from './certificates/routes.ts'
import { cohortAdminRoutes } from './cohorts/admin-routes.ts'
import { podRoutes } from './cohorts/pod-routes.ts'
import { cohortRoutes } from './cohorts/routes.ts'
import { courseAdminRoutes } from './courses/admin-routes.ts'
import { courseRoutes } from './courses/routes.ts'
import { credentialRoutes } from './credentials/routes.ts'
import { exportRoutes } from './export/routes.ts'
import { feedAdminRoutes } from './feeds/admin-routes.ts'
import { feedOutRoutes } from './feeds/out-routes.ts'
import { feedRoutes } from './feeds/routes.ts'
import { guidingRoutes } from './guiding/routes.ts'
import { hoursRoutes } from './hours/routes.ts'
import { imageAdminRoutes } from './images/admin-routes.ts'
import { imageRoutes } from './images/routes.ts'
import { importingRoutes } from './importing/admin-routes.ts'
import { insightsAdminRoutes } from './insights/admin-routes.ts'
import { moderationRoutes } from './moderation/routes.ts'
import { outboxRoutes } from './notifications/admin-routes.ts'
import { noticeRoutes } from './notifications/routes.ts'
import { peopleAdminRoutes } from './people/admin-routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { progressAdminRoutes } from './progress/admin-routes.ts'
import { progressRoutes } from './progress/routes.ts'
import { commentRoutes } from './reflections/comment-routes.ts'
import { editorRoutes } from './reflections/editor-routes.ts'
import { mentionRoutes } from './reflections/mention-routes.ts'
import { reportRoutes } from './reflections/report-routes.ts'
import { reflectionRoutes } from './reflections/routes.ts'
import { searchRoutes } from './search/routes.ts'
import type { Services } from './services.ts'
import { healthRoutes } from './site/health-routes.ts'
import { siteRoutes } from './site/routes.ts'
import { settingsRoutes } from './site/settings-routes.ts'
import { upkeepAdminRoutes } from './upkeep/admin-routes.ts'
import { upkeepRoutes } from './upkeep/routes.ts'
import { staticFiles } from './web/assets.ts'
import { checkRules, keepRules } from './web/authority.ts'
import { readBody } from './web/body.ts'
import { byFirstWord } from './web/by-first-word.ts'
import { errorPages, nothingHere } from './web/errors.ts'
import { framed } from './web/frame.ts'
import { keepGuestPages } from './web/guest-pages.ts'
import { keepPrivate, securityHeaders } from './web/headers.ts'
import { logRequests } from './web/log.ts'
import { knownHost, sameOrigin } from './web/origin.ts'
import { endSlowBodies, type Patience } from './web/slow-requests.ts'
import { waitForWriteLock } from './web/write-gate.ts'

/** Every router, in order; a test walks them and asks each route for its policy. */
export function allRouters(services: Services): Router[] {
  return [
    siteRoutes(services),
    settingsRoutes(services),
    peopleRoutes(services),
    courseRoutes(services),
    cohortRoutes(services),
    podRoutes(services),
    progressRoutes(services),
    upkeepRoutes(services),
    editorRoutes(services),
    imageRoutes(services),
    reflectionRoutes(services),
    searchRoutes(services),
    commentRoutes(services),
    mentionRoutes(services),
    reportRoutes(services),
    moderationRoutes(services),
    guidingRoutes(services),
    feedOutRoutes(services),
    feedRoutes(services),
    feedAdminRoutes(services),
    exportRoutes(services),
    badgeRoutes(services),
    certificateRoutes(services),
    hoursRoutes(services),
    credentialRoutes(services),
    noticeRoutes(services),
    courseAdminRoutes(services),
    cohortAdminRoutes(services),
    progressAdminRoutes(services),
    insightsAdminRoutes(services),
    importingRoutes(services),
    peopleAdminRoutes(services),
    activityAdminRoutes(services),
    upkeepAdminRoutes(services),
    outboxRoutes(services),
    imageAdminRoutes(services),
  ]
}

/** @param patience with slow clients; as for a phone on a slow line unless said */
export function createApp(services: Services, patience?: Patience): Express {
  const { config, clock, db, log, lookForOutsideChanges, metrics, seeingAs, sessions, settings, words } = services
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', config.trust_proxy)
  app.set('query parser', 'simple')

  app.use(framed({ clock, words, siteName: settings.siteName, face: services.face.now }))
  app.use(logRequests(log, metrics.answered))
  app.use(endSlowBodies(errorPages(log), patience))
  app.use(staticFiles())
  app.use(securityHeaders(config))
  app.use(healthRoutes(services))
  app.use(knownHost(config))
  // not for static files, which no setting changes
  if (config.workers > 1) app.use((_req, _res, next) => next(void lookForOutsideChanges()))
  app.use(keepGuestPages(db, clock, services.courses.allLanguages))
  app.use(keepRules)
  app.use(sessions.attach)
  app.use(keepPrivate)
  app.use(sameOrigin(config))
  app.use(seeingAs.attach)
  app.use(readBody())
  app.use(waitForWriteLock(db))
  app.use(checkRules)
  app.use(byFirstWord(allRouters(services)))
  app.use(nothingHere)
  app.use(errorPages(log))
  return app
}
