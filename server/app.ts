import express, { type Express, type Router } from 'express'
import session from 'express-session'
import { badgeRoutes } from './badges/routes.ts'
import { cohortAdminRoutes } from './cohorts/admin-routes.ts'
import { cohortRoutes } from './cohorts/routes.ts'
import { courseAdminRoutes } from './courses/admin-routes.ts'
import { courseRoutes } from './courses/routes.ts'
import { insightsAdminRoutes } from './insights/admin-routes.ts'
import { peopleAdminRoutes } from './people/admin-routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { progressRoutes } from './progress/routes.ts'
import { commentRoutes } from './reflections/comment-routes.ts'
import { editorRoutes } from './reflections/editor-routes.ts'
import { reflectionRoutes } from './reflections/routes.ts'
import type { Services } from './services.ts'
import { healthRoutes } from './site/health-routes.ts'
import { siteRoutes } from './site/routes.ts'
import { staticFiles } from './web/assets.ts'
import { readBody } from './web/body.ts'
import { compressed } from './web/compressed.ts'
import { errorPages, nothingHere } from './web/errors.ts'
import { framed } from './web/frame.ts'
import { keepGuestPages } from './web/guest-pages.ts'
import { keepPrivate, securityHeaders } from './web/headers.ts'
import { logRequests } from './web/log.ts'
import { knownHost, sameOrigin } from './web/origin.ts'
import { sessionOptions } from './web/sessions.ts'

/** Every router, in order; a test walks them and asks each route for its policy. */
export function allRouters(services: Services): Router[] {
  return [
    siteRoutes(services),
    peopleRoutes(services),
    courseRoutes(services),
    cohortRoutes(services),
    progressRoutes(services),
    editorRoutes(services),
    reflectionRoutes(services),
    commentRoutes(services),
    badgeRoutes(services),
    courseAdminRoutes(services),
    cohortAdminRoutes(services),
    insightsAdminRoutes(services),
    peopleAdminRoutes(services),
  ]
}

export function createApp(services: Services): Express {
  const { config, clock, db, log, settings, signIns, words } = services
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', config.trust_proxy)
  app.set('query parser', 'simple')

  app.use(framed({ clock, words, siteName: settings.siteName }))
  app.use(securityHeaders(config))
  app.use(logRequests(log))
  app.use(healthRoutes(services))
  app.use(knownHost(config))
  app.use(compressed())
  app.use(staticFiles())
  app.use(keepGuestPages(db, clock))
  app.use(session(sessionOptions(config, db, clock, settings.secret('session_secret'))))
  app.use(signIns.restore)
  app.use(keepPrivate)
  app.use(sameOrigin(config))
  app.use(readBody())
  app.use(allRouters(services))
  app.use(nothingHere)
  app.use(errorPages(log))
  return app
}
