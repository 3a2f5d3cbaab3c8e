import type { CourseServices } from '../courses/services.ts'
import type { EnrolmentServices } from '../enrolments/services.ts'
import type { Foundation } from '../foundation.ts'
import type { NotificationServices } from '../notifications/services.ts'
import type { ProgressServices } from '../progress/services.ts'
import type { ReflectionServices } from '../reflections/services.ts'
import { createFeeds } from './feeds.ts'
import { createOutgoingFeeds } from './outgoing/outgoing-feeds.ts'

type FeedDeps = Pick<EnrolmentServices, 'enrolments'> &
  Pick<CourseServices, 'courses'> &
  Pick<NotificationServices, 'notices'> &
  Pick<ProgressServices, 'progress'> &
  Pick<ReflectionServices, 'externalPosts' | 'reflections'> &
  Pick<Parameters<typeof createFeeds>[2], 'externalHtml'>

export function createFeedServices(
  { db, clock, base_url, fetchPublic, jobs, log, settings, workers }: Foundation,
  { courses, enrolments, notices, externalPosts, externalHtml, progress, reflections }: FeedDeps,
) {
  return {
    feeds: createFeeds(db, clock, {
      jobs,
      log,
      fetchPublic,
      enrolments,
      courses,
      progress,
      externalPosts,
      reflections,
      notices,
      externalHtml,
      workers,
      base_url,
    }),
    outgoingFeeds: createOutgoingFeeds(db, clock, { courses, settings, base_url }),
  }
}
