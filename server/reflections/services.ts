import type { CourseServices } from '../courses/services.ts'
import type { Foundation } from '../foundation.ts'
import type { Images } from '../images/images.ts'
import type { ProgressServices } from '../progress/services.ts'
import type { Search } from '../search/search.ts'
import { createComments } from './comments/comments.ts'
import { createFollowing } from './comments/following.ts'
import { createMentions } from './comments/mentions.ts'
import { createDrafts } from './editor/drafts.ts'
import { createExternalPosts } from './external-posts.ts'
import { createPodPosts } from './pod-posts.ts'
import { createReflections } from './reflections.ts'
import { createRenderAnew } from './render-anew.ts'
import { createStream } from './stream.ts'

export function createReflectionServices(
  { db, clock, activity, jobs, markdown, renderMarkdown, settings }: Foundation,
  {
    courses,
    images,
    progress,
    search,
  }: Pick<CourseServices, 'courses'> & Pick<ProgressServices, 'progress'> & { images: Images; search: Search },
) {
  const drafts = createDrafts(db, clock)
  const mentions = createMentions(db, clock)
  return {
    drafts,
    mentions,
    following: createFollowing(db, clock),
    reflections: createReflections(db, clock, {
      activity,
      courses,
      drafts,
      images,
      mentions,
      progress,
      renderMarkdown,
    }),
    comments: createComments(db, clock, { activity, mentions, renderMarkdown }),
    stream: createStream(db, { courses, matchExpression: search.matchExpression }),
    podPosts: createPodPosts(db, { courses }),
    renderAnew: createRenderAnew(db, { images, jobs, markdown, mentions, settings }),
    externalPosts: createExternalPosts(db, clock, { activity, progress }),
  }
}

export type ReflectionServices = ReturnType<typeof createReflectionServices>
