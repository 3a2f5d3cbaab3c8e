import type { WaitingList } from '../cohorts/waiting-list.ts'
import type { Foundation } from '../foundation.ts'
import { createInvitationLetters } from './invitation-emails.ts'
import { createInvitations } from './invitations.ts'

export function createInvitationServices(
  { db, clock, activity, jobs, mail, site, t }: Foundation,
  { waiting }: { waiting: WaitingList },
) {
  const invitations = createInvitations(db, clock, { activity, waiting })
  return {
    invitations,
    invitationLetters: createInvitationLetters(db, clock, { jobs, mail, invitations, t, site }),
  }
}
