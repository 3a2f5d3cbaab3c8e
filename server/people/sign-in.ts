import type { Request } from 'express'
import { Passport } from 'passport'
import { Strategy } from 'passport-local'
import type { GuessLimits } from '../web/http/guess-limits.ts'
import type { Sessions } from '../web/http/sessions.ts'
import { passwordMatches } from './passwords.ts'
import type { People } from './people.ts'

/** Sign-in by email and password; one Passport per app. Wrong passwords are counted here, wherever they are typed. */
export function createSignIns(people: People, sessions: Sessions, guess: GuessLimits) {
  const passport = new Passport()
  passport.use(
    new Strategy({ usernameField: 'email' }, async (email, password, done) => {
      try {
        const known = people.credentials(email)
        const fits = await passwordMatches(password, known?.password_hash ?? null)
        // the password may have been changed while this one was checked
        const is_current = people.credentials(email)?.password_hash === known?.password_hash
        done(null, known && fits && is_current ? (people.findSignedIn(known.id) ?? false) : false)
      } catch (error) {
        done(error)
      }
    }),
  )

  function authenticate(req: Request, email: string): Promise<Express.User | null> {
    req.body = { ...req.body, email }
    return new Promise((resolve, reject) => {
      const answer = (error: unknown, person: Express.User | false) => (error ? reject(error) : resolve(person || null))
      passport.authenticate('local', { session: false }, answer)(req, req.res, reject)
    })
  }

  return {
    /**
     * The person of this address, if the form's `password` is theirs; null is a wrong guess at that account.
     * @param email as the form's schema read it
     * @throws HttpError 429 after too many wrong guesses
     */
    check: (req: Request, email: string): Promise<Express.User | null> =>
      guess({ kind: 'password', ip: req.ip, account: email }, () => authenticate(req, email)),

    /** Takes as much time as `check`, for an address without an account. */
    async checkNobody(password: string): Promise<null> {
      await passwordMatches(password, null)
      return null
    },

    /**
     * Whether the password is that of who is signed in; a wrong one is a guess at this account.
     * @throws HttpError 429 after too many wrong guesses
     */
    confirm: (req: Request, { email }: Express.User, password: string): Promise<boolean> =>
      guess(
        { kind: 'password', ip: req.ip, account: email },
        () => passwordMatches(password, people.credentials(email)?.password_hash ?? null),
        (fits) => !fits,
      ),

    /** Starts a signed-in session under a new id. @param shared a computer that others use: until the browser closes */
    start: (req: Request, person: Express.User, shared = false): void => sessions.begin(req, person, shared),

    /** Ends the session; an empty one follows, for flash messages. */
    end: (req: Request): void => sessions.end(req),
  }
}
