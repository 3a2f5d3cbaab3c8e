import type { Foundation } from '../foundation.ts'
import { createFormWriters } from '../web/forms/form-writer.ts'
import { createGuessLimits } from '../web/http/guess-limits.ts'
import { createSessions } from '../web/http/sessions.ts'
import { createAccountDetails } from './account-details.ts'
import { createDevices } from './devices.ts'
import { createEmailChanges } from './email-change/email-change.ts'
import { createEmailChangeEmails } from './email-change/email-change-emails.ts'
import { createImpersonation } from './impersonation/impersonation.ts'
import { createImpersonationLog } from './impersonation/impersonation-log.ts'
import { createPasswordResets } from './password-reset.ts'
import { createPasswordResetEmails } from './password-reset-emails.ts'
import { createPeople } from './people.ts'
import { createSignIns } from './sign-in.ts'

export function createPeopleServices({
  config,
  db,
  clock,
  activity,
  jobs,
  mail,
  secret,
  site,
  siteName,
  t,
}: Foundation) {
  const people = createPeople(db, clock, { activity, siteName })
  const sessions = createSessions(config, db, clock, {
    find: people.inSession,
    personOf: people.personOfSession,
    roleNow: people.roleNow,
  })
  const formWriters = createFormWriters({
    secret: secret(),
    nameOf: (person_id) => people.find(person_id)?.name ?? null,
    personOfSession: sessions.personOf,
  })
  const guess = createGuessLimits(db, clock)
  const passwordResets = createPasswordResets(db, clock, { activity, people })
  const emailChanges = createEmailChanges(db, clock, { activity })
  createEmailChangeEmails({ jobs, mail, people, emailChanges, t, site })
  return {
    people,
    devices: createDevices(db, clock, activity),
    emailChanges,
    accountDetails: createAccountDetails(db, clock),
    sessions,
    formWriters,
    guess,
    signIns: createSignIns(people, sessions, guess),
    impersonation: createImpersonation(people, createImpersonationLog(db, clock, activity)),
    passwordResets,
    passwordResetEmails: createPasswordResetEmails(clock, { jobs, mail, people, passwordResets, t, site }),
  }
}

export type PeopleServices = ReturnType<typeof createPeopleServices>
