import type { Request } from 'express'
import { Passport } from 'passport'
import { Strategy } from 'passport-local'
import type { Sessions } from '../web/sessions.ts'
import { passwordFits } from './passwords.ts'
import type { People } from './people.ts'

/** Sign-in by e-mail and password; one Passport per app. */
export function createPassport(people: People, sessions: Sessions) {
  const passport = new Passport()
  passport.use(
    new Strategy({ usernameField: 'email' }, async (email, password, done) => {
      try {
        const known = people.credentials(email.trim())
        const fits = await passwordFits(password, known?.password_hash ?? null)
        done(null, known && fits ? (people.forSession(known.id) ?? false) : false)
      } catch (error) {
        done(error)
      }
    }),
  )

  return {
    /** The person whom the form's `email` and `password` belong to, or null. */
    check(req: Request): Promise<Express.User | null> {
      return new Promise((resolve, reject) => {
        const answer = (error: unknown, person: Express.User | false) =>
          error ? reject(error) : resolve(person || null)
        passport.authenticate('local', { session: false }, answer)(req, req.res, reject)
      })
    },

    /** Starts a signed-in session under a new id. @param shared a computer that others use: until the browser closes */
    start: (req: Request, person: Express.User, shared = false): void => sessions.begin(req, person, shared),

    /** Ends the session; an empty one follows, for words on the next page. */
    end: (req: Request): void => sessions.end(req),
  }
}
