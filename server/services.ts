import { createAuditLog } from './activity/log.ts'
import { presentLogEntry } from './activity/log-presenter.ts'
import { createAnnouncementServices } from './announcements/services.ts'
import { titlesIn } from './badges/badge-page.ts'
import { ruleSentence } from './badges/rules/rule-sentence.ts'
import { createBadgeServices } from './badges/services.ts'
import { createCalendarServices } from './calendar/services.ts'
import { createCertificateServices } from './certificates/services.ts'
import { createRepeatCohort } from './cohorts/repeat-cohort.ts'
import { createCohortServices } from './cohorts/services.ts'
import type { Config } from './config.ts'
import { createCourseServices } from './courses/services.ts'
import { createCredentialServices, type RuleWords } from './credentials/services.ts'
import type { Database } from './db/open.ts'
import { createEnrolmentServices } from './enrolments/services.ts'
import { createPersonExport } from './export/export.ts'
import { createFeedServices } from './feeds/services.ts'
import { createFoundation, type Start } from './foundation.ts'
import { createGuidingServices } from './guiding/services.ts'
import { createHours } from './hours/hours.ts'
import { createImages } from './images/images.ts'
import { createInsights } from './insights/insights.ts'
import { createInvitationServices } from './invitations/services.ts'
import { createMaintenance } from './maintenance/maintenance.ts'
import { createModeration } from './moderation/moderation.ts'
import { createNotificationServices } from './notifications/services.ts'
import { createPeopleServices } from './people/services.ts'
import { createImports } from './people-import/imports.ts'
import { createPods } from './pods/pods.ts'
import { createProgressServices } from './progress/services.ts'
import { createExternalHtmlRenderer } from './reflections/markdown/external-html-renderer.ts'
import { countWords } from './reflections/markdown/word-count.ts'
import { createReflectionServices } from './reflections/services.ts'
import { thingLabel } from './reflections/thing-label.ts'
import { createSearch } from './search/search.ts'
import { createSiteServices } from './site/services.ts'

/** Wires every noun once; what a noun needs of another arrives as an argument. */
export function createServices(config: Config, db: Database, start: Start) {
  const base = createFoundation(config, db, start)
  const { clock, activity, base_url, fetchPublic, jobs, log, plainText, settings, t, uploads_folder, workers } = base

  const notifications = createNotificationServices(base)
  const { notices } = notifications
  const people = createPeopleServices(base)
  const images = createImages(db, clock, { folder: uploads_folder, settings, jobs, log })
  const course = createCourseServices(base, { images })
  const { courses } = course

  const enrolment = createEnrolmentServices(base, notifications)
  const pods = createPods(db, clock, { activity })
  const calendars = createCalendarServices(base, enrolment)
  const { calendar } = calendars
  const cohort = createCohortServices(base, { ...enrolment, calendar, courses, notices, pods })
  const { cohorts } = cohort
  const invitation = createInvitationServices(base, cohort)
  const { invitations, invitationEmails } = invitation

  const learning = { ...calendars, courses, notices }
  const progress = createProgressServices(base, { ...learning, countWords })
  const search = createSearch(db, clock, { jobs, courses, thingLabel, plainText })
  const reflections = createReflectionServices(base, { ...progress, courses, images, search })
  const ruleWords: RuleWords = ({ badge, course: { id, revision } }) =>
    ruleSentence({ t, locale: 'en' }, badge.rule, titlesIn(courses.content(id, revision)))
  const externalHtml = createExternalHtmlRenderer(workers)

  const services = {
    ...base,
    ...notifications,
    ...people,
    ...createSiteServices(base, people),
    auditLog: createAuditLog(db),
    presentLogEntry,
    images,
    ...course,
    ...enrolment,
    pods,
    ...calendars,
    ...cohort,
    ...invitation,
    ...createAnnouncementServices(base, notifications),
    repeatCohort: createRepeatCohort(db, { calendar, cohorts, courses, inviteMany: invitations.makeMany }),
    peopleImports: createImports(db, clock, { activity, jobs, notices, pods, invitations, invitationEmails }),
    ...progress,
    ...createBadgeServices(base, learning),
    hours: createHours(db, clock, { activity, ...learning }),
    ...createCertificateServices(base, { courses, images, notices }),
    ...createCredentialServices(base, { ruleWords }),
    search,
    ...reflections,
    ...createGuidingServices(base, reflections),
    moderation: createModeration(db, clock, { activity, notices }),
    ...createFeedServices(base, { ...reflections, ...progress, ...enrolment, courses, notices, externalHtml }),
    maintenance: createMaintenance(db, clock, { ...course, activity, jobs, notices, fetchPublic, t, base_url }),
    personExport: createPersonExport(db),
    insights: createInsights(db, clock, {
      courses,
      entries: calendar.entries,
      unanswered: reflections.stream.unanswered,
    }),
  }

  // in the order they run
  activity.subscribe([
    services.badges.onActivity,
    services.certificates.onActivity,
    notices.onActivity,
    services.calendarNotifications.onActivity,
    services.waitingList.onActivity,
  ])
  return services
}

export type Services = ReturnType<typeof createServices>
