import type { ActivityLog } from '../../activity/activity.ts'
import type { Clock } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import { createCompletionSetting } from '../completion.ts'
import type { CourseMarkdown } from '../course-markdown.ts'
import type { Courses } from '../courses.ts'
import { createCourseFacts } from './course-facts.ts'
import { createCourseCreation } from './create-course.ts'
import { createSets } from './sets.ts'
import { createThingDrafts } from './thing-drafts.ts'
import { createThingOrder } from './thing-order.ts'
import { createThingRevisions } from './thing-revisions.ts'

interface CourseAuthoringDeps {
  activity: ActivityLog
  courses: Pick<Courses, 'forget'>
  courseMarkdown: Pick<CourseMarkdown, 'render'>
}

/** Everything that authors change in courses, except translations and pictures. */
export function createCourseAuthoring(
  db: Database,
  clock: Clock,
  { activity, courses, courseMarkdown: { render: renderMarkdown } }: CourseAuthoringDeps,
) {
  const drafts = createThingDrafts(db, clock, { activity, renderMarkdown })
  return {
    ...createCourseCreation(db, clock, { activity, courses }),
    ...createCourseFacts(db, { activity }),
    ...createCompletionSetting(db, { activity }),
    ...createSets(db, clock, { activity }),
    ...createThingOrder(db, clock, { activity, renderMarkdown }),
    ...createThingRevisions(db, clock, { activity, drafts, renderMarkdown }),
    ...drafts,
  }
}

export type CourseAuthoring = ReturnType<typeof createCourseAuthoring>
