import type { Request, RequestHandler } from 'express'
import { Passport } from 'passport'
import { Strategy } from 'passport-local'
import { passwordFits } from './passwords.ts'
import type { People } from './people.ts'

/** Sign-in by e-mail and password; one Passport per app. */
export function createPassport(people: People) {
  const passport = new Passport()
  passport.serializeUser((person, done) => done(null, person.id))
  passport.deserializeUser((id: number, done) => done(null, people.forSession(id)))
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
  const restore: RequestHandler = passport.session()

  return {
    /** Puts the session's person on the request. */
    restore,

    /** The person whom the form's `email` and `password` belong to, or null. */
    check(req: Request): Promise<Express.User | null> {
      return new Promise((resolve, reject) => {
        const answer = (error: unknown, person: Express.User | false) =>
          error ? reject(error) : resolve(person || null)
        passport.authenticate('local', answer)(req, req.res, reject)
      })
    },

    /** Starts a signed-in session under a new id. @param shared a computer that others use: until the browser closes */
    start(req: Request, person: Express.User, shared = false): Promise<void> {
      return new Promise((resolve, reject) => {
        req.logIn(person, (error: unknown) => {
          if (error) return reject(error)
          if (shared) {
            req.session.shared = true
            req.session.cookie.expires = null
          }
          resolve()
        })
      })
    },

    /** Ends the session: its id is worth nothing from now on. An empty one follows, for words on the next page. */
    end(req: Request): Promise<void> {
      return new Promise((resolve, reject) =>
        req.session.regenerate((error: unknown) => (error ? reject(error) : resolve())),
      )
    },
  }
}
