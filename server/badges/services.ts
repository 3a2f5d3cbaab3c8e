import type { CalendarServices } from '../calendar/services.ts'
import type { CourseServices } from '../courses/services.ts'
import type { Foundation } from '../foundation.ts'
import type { NotificationServices } from '../notifications/services.ts'
import { createActiveWeeks } from './active-weeks.ts'
import { createBadgeEditing } from './authoring/editing.ts'
import { createBadgePictures } from './authoring/pictures.ts'
import { createAwardDetails } from './awards/award-details.ts'
import { createClaims } from './awards/claims.ts'
import { createDryRun } from './awards/dry-run.ts'
import { createManualAwards } from './awards/manual-awards.ts'
import { createRetroactiveAwards } from './awards/retroactive-awards.ts'
import { createRevocation } from './awards/revocation.ts'
import { createSharing } from './awards/sharing.ts'
import { createBadges } from './badges.ts'
import { drawFile } from './drawing/badge-file.ts'
import { createPublicBadges } from './public-badges.ts'

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
  const manualAwards = createManualAwards(db, { activity, badges })
  return {
    badges,
    badgePictures,
    badgeEditing: createBadgeEditing(db, clock, { activity, pictures: badgePictures }),
    manualAwards,
    claims: createClaims(db, clock, { activity, manualAwards, notices }),
    revocation: createRevocation(db, clock, { activity, notices }),
    retroactiveAwards: createRetroactiveAwards(db, clock, { activity, badges, jobs }),
    dryRun: createDryRun(db, { badges }),
    awardDetails: createAwardDetails(db, { courses }),
    sharing: createSharing(db),
    publicBadges: createPublicBadges(db),
    activeWeeks: createActiveWeeks(db, clock, { calendarOf }),
    drawAward: drawFile,
  }
}
