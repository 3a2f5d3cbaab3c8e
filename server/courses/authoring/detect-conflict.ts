import { EditConflict } from '../../db/edit-conflict-error.ts'
import type { ThingState } from './thing-texts.ts'

// Forms name the version that they were made from; these compare it with the saved one, in the transaction that writes.

/** @throws EditConflict (`thing`) where the thing is gone or has another text than the one that was seen */
export function expectText(thing: ThingState | null | undefined, seen: number): ThingState {
  if (!thing || thing.revision !== seen) throw new EditConflict('thing')
  return thing
}

/** @throws EditConflict (`draft`) where there is another draft than the one that was seen; a discarded one is no conflict */
export function expectDraft<Draft extends { version: number }>(draft: Draft | undefined, seen: number): Draft | null {
  if (draft && draft.version !== seen) throw new EditConflict('draft')
  return draft ?? null
}
