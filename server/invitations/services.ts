import type { WaitingList } from '../cohorts/waiting-list.ts'
import type { Foundation } from '../foundation.ts'
import { createInvitationEmails } from './invitation-emails.ts'
import { createInvitations } from './invitations.ts'

export function createInvitationServices(
  { db, clock, activity, jobs, mail, site, t }: Foundation,
  { waitingList }: { waitingList: WaitingList },
) {
  const invitations = createInvitations(db, clock, { activity, waitingList })
  return {
    invitations,
    invitationEmails: createInvitationEmails(db, clock, { jobs, mail, invitations, t, site }),
  }
}
