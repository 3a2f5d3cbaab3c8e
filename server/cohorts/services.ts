import type { CourseServices } from '../courses/services.ts'
import type { Foundation } from '../foundation.ts'
import type { NotificationServices } from '../notifications/services.ts'
import type { Pods } from '../pods/pods.ts'
import { createAlumni } from './alumni.ts'
import { createBlocks } from './blocks.ts'
import { createClosing } from './closing.ts'
import { createCohorts } from './cohorts.ts'
import { createNotifyCohort } from './notify-cohort.ts'
import { createCohortSettings } from './settings.ts'
import { createWaitingList } from './waiting-list.ts'
import { createWaitingListEmails } from './waiting-list-emails.ts'

export function createCohortServices(
  { db, clock, activity, jobs, mail, renderMarkdown, site, t }: Foundation,
  { courses, notices, pods }: Pick<CourseServices, 'courses'> & Pick<NotificationServices, 'notices'> & { pods: Pods },
) {
  const cohorts = createCohorts(db, clock, { activity, courses })
  const notifyCohort = createNotifyCohort(db, { jobs, notices })
  const sendPlaceEmail = createWaitingListEmails(db, { jobs, mail, t, site })
  const waitingList = createWaitingList(db, clock, { cohorts, pods, notices, sendPlaceEmail })
  return {
    cohorts,
    notifyCohort,
    waitingList,
    alumni: createAlumni(db, clock, { activity, renderMarkdown }),
    closing: createClosing(db, clock, { activity, jobs, notifyCohort }),
    blocks: createBlocks(db, clock, { activity, cohorts }),
    cohortSettings: createCohortSettings(db, { activity, renderMarkdown, promoteWaiting: waitingList.promoteWaiting }),
  }
}
