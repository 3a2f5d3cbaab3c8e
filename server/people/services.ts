import type { Foundation } from '../foundation.ts'
import { createGuessLimits } from '../web/http/limits.ts'
import { createSessions } from '../web/http/sessions.ts'
import { createDossiers } from './account-details.ts'
import { createSeeingAs } from './impersonation.ts'
import { createSeeing } from './impersonation-log.ts'
import { createPassport } from './passport.ts'
import { createResets } from './password-reset.ts'
import { createResetLetters } from './password-reset-emails.ts'
import { createPeople } from './people.ts'

export function createPeopleServices({ config, db, clock, activity, jobs, mail, site, siteName, t }: Foundation) {
  const people = createPeople(db, clock, { activity, siteName })
  const sessions = createSessions(config, db, clock, { find: people.inSession, roleNow: people.roleNow })
  const guess = createGuessLimits(db, clock)
  const resets = createResets(db, clock, { activity, people })
  return {
    people,
    dossiers: createDossiers(db, clock),
    sessions,
    guess,
    signIns: createPassport(people, sessions, guess),
    seeingAs: createSeeingAs(people, createSeeing(db, clock, activity)),
    resets,
    resetLetters: createResetLetters(clock, { jobs, mail, people, resets, t, site }),
  }
}

export type PeopleServices = ReturnType<typeof createPeopleServices>
