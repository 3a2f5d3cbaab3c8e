import { createActivity } from './activity/activity.ts'
import { createBadges } from './badges/badges.ts'
import { createCohorts } from './cohorts/cohorts.ts'
import { createEnrolments } from './cohorts/enrolments.ts'
import { createInvitations } from './cohorts/invitations.ts'
import { cohortPolicy } from './cohorts/policy.ts'
import type { Config } from './config.ts'
import { createCourses } from './courses/courses.ts'
import type { Clock } from './db/clock.ts'
import type { Database } from './db/open.ts'
import { createInsights } from './insights/insights.ts'
import { knowFolding } from './people/folding.ts'
import { createPassport } from './people/passport.ts'
import { createPeople } from './people/people.ts'
import { createResets } from './people/resets.ts'
import { createProgress } from './progress/progress.ts'
import { createComments } from './reflections/comments.ts'
import { createDrafts } from './reflections/drafts.ts'
import { renderMarkdown } from './reflections/markdown.ts'
import { createReflections } from './reflections/reflections.ts'
import { createStream } from './reflections/stream.ts'
import { createSettings } from './site/settings.ts'
import { createSetup } from './site/setup.ts'
import type { Log } from './web/log.ts'
import { createOnce } from './web/once.ts'
import { loadWords } from './web/words.ts'

/** Wires every noun once; what a noun needs of another arrives here as an argument. */
export function createServices(config: Config, db: Database, { clock, log }: { clock: Clock; log: Log }) {
  knowFolding(db)
  const settings = createSettings(db)
  // the subscribers of what happened, in the order they run
  const activity = createActivity(db, clock, () => [badges.onActivity])
  const once = createOnce(db, clock)

  const people = createPeople(db, clock, activity)
  const signIns = createPassport(people)
  const resets = createResets(db, clock, { activity, people })

  const courses = createCourses(db, clock, { activity, renderMarkdown })
  const enrolments = createEnrolments(db, clock)
  const may = cohortPolicy(enrolments)
  const cohorts = createCohorts(db, clock, { activity, courses })
  const invitations = createInvitations(db, clock, { activity, cohorts })
  const setup = createSetup(db, { settings, people, activity })

  const progress = createProgress(db, clock, { courses })
  const badges = createBadges(db, clock, { activity, courses })
  const drafts = createDrafts(db, clock)
  const reflections = createReflections(db, clock, { activity, courses, drafts, progress, renderMarkdown })
  const comments = createComments(db, clock, { activity, renderMarkdown })
  const stream = createStream(db, { courses })
  const insights = createInsights(db, clock, {
    courses,
    entries: cohorts.entries,
    unanswered: stream.unanswered,
  })

  return {
    config,
    db,
    clock,
    log,
    words: loadWords(),
    settings,
    activity,
    once,
    people,
    signIns,
    resets,
    courses,
    enrolments,
    may,
    cohorts,
    invitations,
    setup,
    progress,
    badges,
    drafts,
    reflections,
    comments,
    stream,
    insights,
  }
}

export type Services = ReturnType<typeof createServices>
