import type { Foundation } from '../foundation.ts'
import type { ReflectionServices } from '../reflections/services.ts'
import { createReplyQueue } from './reply-queue.ts'
import { createSavedReplies } from './saved-replies.ts'

export function createGuidingServices({ db, clock }: Foundation, { stream }: Pick<ReflectionServices, 'stream'>) {
  return {
    replyQueue: createReplyQueue(db, clock, { items: stream.byIds }),
    savedReplies: createSavedReplies(db, clock),
  }
}
