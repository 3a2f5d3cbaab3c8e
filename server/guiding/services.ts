import type { Foundation } from '../foundation.ts'
import type { ReflectionServices } from '../reflections/services.ts'
import { createQueue } from './reply-queue.ts'
import { createSavedAnswers } from './saved-replies.ts'

export function createGuidingServices({ db, clock }: Foundation, { stream }: Pick<ReflectionServices, 'stream'>) {
  return {
    queue: createQueue(db, clock, { items: stream.some }),
    savedAnswers: createSavedAnswers(db, clock),
  }
}
