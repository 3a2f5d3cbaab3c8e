import type { CalendarServices } from '../calendar/services.ts'
import type { CourseServices } from '../courses/services.ts'
import type { Foundation } from '../foundation.ts'
import type { NotificationServices } from '../notifications/services.ts'
import { createWeeksHere } from './active-weeks.ts'
import { createBadgeEditing } from './authoring/editing.ts'
import { createBadgePictures } from './authoring/pictures.ts'
import { createAwardFacts } from './awards/award-details.ts'
import { createTrying } from './awards/dry-run.ts'
import { createGiving } from './awards/manual-awards.ts'
import { createReplaying } from './awards/retroactive-awards.ts'
import { createRevoking } from './awards/revocation.ts'
import { createSharing } from './awards/sharing.ts'
import { createBadges } from './badges.ts'
import { drawFile } from './drawing/badge-file.ts'
import { createShown } from './public-badges.ts'

export function createBadgeServices(
  { db, clock, activity, jobs }: Foundation,
  {
    calendarOf,
    courses,
    notices,
  }: Pick<CalendarServices, 'calendarOf'> & Pick<CourseServices, 'courses'> & Pick<NotificationServices, 'notices'>,
) {
  const badges = createBadges(db, clock, { activity, calendarOf, courses })
  const badgePictures = createBadgePictures(db, clock)
  return {
    badges,
    badgePictures,
    badgeEditing: createBadgeEditing(db, clock, { activity, pictures: badgePictures }),
    giving: createGiving(db, clock, { activity, badges, notices }),
    revoking: createRevoking(db, clock, { activity, notices }),
    replaying: createReplaying(db, clock, { activity, badges, jobs }),
    tryBadge: createTrying(db, { badges }),
    awards: createAwardFacts(db, { courses }),
    sharing: createSharing(db),
    shownBy: createShown(db),
    weeksHere: createWeeksHere(db, clock, { calendarOf }),
    drawAward: drawFile,
  }
}
