import type { CalendarServices } from '../calendar/services.ts'
import type { CourseServices } from '../courses/services.ts'
import type { NotifyCohort } from '../enrolments/notify-cohort.ts'
import type { Foundation } from '../foundation.ts'
import type { NotificationServices } from '../notifications/services.ts'
import type { Pods } from '../pods/pods.ts'
import { createAlumni } from './alumni.ts'
import { createBlocks } from './blocks.ts'
import { createClosing } from './closing.ts'
import { createCohorts } from './cohorts.ts'
import { createMembers } from './members.ts'
import { createCohortSettings } from './settings.ts'
import { createCohortTimeZone } from './time-zone.ts'
import { createWaitingList } from './waiting-list.ts'
import { createWaitingListEmails } from './waiting-list-emails.ts'

type CohortServicesDeps = Pick<CalendarServices, 'calendar'> &
  Pick<CourseServices, 'courses'> &
  Pick<NotificationServices, 'notices'> & { notifyCohort: NotifyCohort; pods: Pods }

export function createCohortServices(
  { db, clock, activity, jobs, mail, renderMarkdown, site, t }: Foundation,
  { calendar, courses, notices, notifyCohort, pods }: CohortServicesDeps,
) {
  const members = createMembers(db, clock, { activity })
  const sendPlaceEmail = createWaitingListEmails(db, { jobs, mail, t, site })
  const waitingList = createWaitingList(db, clock, { members, pods, notices, sendPlaceEmail })
  const closing = createClosing(db, clock, { activity, jobs, notifyCohort })
  return {
    cohorts: createCohorts(db, clock, { activity, calendar, courses, members }),
    members,
    waitingList,
    alumni: createAlumni(db, clock, { activity, renderMarkdown }),
    closing,
    cohortTimeZone: createCohortTimeZone(db, clock, { calendar, closing }),
    blocks: createBlocks(db, clock, { activity, members }),
    cohortSettings: createCohortSettings(db, { activity, renderMarkdown, promoteWaiting: waitingList.promoteWaiting }),
  }
}
