import type { CourseServices } from '../courses/services.ts'
import type { EnrolmentServices } from '../enrolments/services.ts'
import type { Foundation } from '../foundation.ts'
import type { NotificationServices } from '../notifications/services.ts'
import type { ProgressServices } from '../progress/services.ts'
import type { ReflectionServices } from '../reflections/services.ts'
import { createFeeds } from './feeds.ts'
import { createGoingOut } from './outgoing-feeds.ts'

type FeedDeps = Pick<EnrolmentServices, 'enrolments'> &
  Pick<CourseServices, 'courses'> &
  Pick<NotificationServices, 'notices'> &
  Pick<ProgressServices, 'progress'> &
  Pick<ReflectionServices, 'outside' | 'reflections'> &
  Pick<Parameters<typeof createFeeds>[2], 'outsideHtml'>

export function createFeedServices(
  { db, clock, base_url, fetchPublic, jobs, log, workers }: Foundation,
  { courses, enrolments, notices, outside, outsideHtml, progress, reflections }: FeedDeps,
) {
  return {
    feeds: createFeeds(db, clock, {
      jobs,
      log,
      fetchPublic,
      enrolments,
      courses,
      progress,
      outside,
      reflections,
      notices,
      outsideHtml,
      workers,
      base_url,
    }),
    goingOut: createGoingOut(db, clock, { courses }),
  }
}
