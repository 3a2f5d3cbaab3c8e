import type { Request } from 'express'
import { isUniqueViolation } from '../db/open.ts'
import type { Services } from '../services.ts'
import { addRule } from '../web/http/authorisation.ts'
import type { Problems } from '../web/http/forms.ts'
import { HttpError } from '../web/http/http-error.ts'

interface Newcomer {
  /** May be empty where the account is there already. */
  name: string
  email: string
  password: string
  workplace: string | null
}

type JoinResult = { ok: true; person: Express.User } | { ok: false; problems: Problems }

/**
 * The account of a person who joins: the existing one when the address is known and the password is right (checked as
 * in sign-in, with its words), a new one where the address is not known.
 */
export async function findOrCreateAccount(
  { people, settings, signIns }: Services,
  req: Request,
  newcomer: Newcomer,
): Promise<JoinResult> {
  const { password, ...facts } = newcomer
  // asked before the password is tried: the same form sent twice may make the account meanwhile
  const is_known = people.credentials(facts.email) !== null
  const closed = registrationProblem(settings, facts.email)
  // where no account may be made, a free address answers as a known one does, and counts as a guess like one
  const known = is_known || closed ? await signIns.check(req, facts.email) : await signIns.checkNobody(password)
  if (known) return { ok: true, person: known }
  // said before whether the address is known: both get the same answer
  if (closed) return { ok: false, problems: closed }
  if (!facts.name) return { ok: false, problems: { name: { key: 'problems.empty' } } }
  const chosen = await people.newPassword(password, facts)
  if (!chosen.ok) return { ok: false, problems: { password: chosen.problem } }
  if (is_known) return wrongPassword
  addRule(() => {
    if (registrationProblem(settings, facts.email)) throw new HttpError(409, 'joining_changed')
  })
  const made = register(people, { ...facts, password_hash: chosen.password_hash })
  const person = made ?? (await signIns.check(req, facts.email))
  return person ? { ok: true, person } : wrongPassword
}

const wrongPassword: JoinResult = { ok: false, problems: { '': { key: 'people.sign_in.wrong' } } }

/** Why an address may not register by joining, or null. Invitations do not need this check. */
function registrationProblem(settings: Services['settings'], address: string): Problems | null {
  if (settings.value('accounts') === 'invitation') return { '': { key: 'cohorts.join.accounts_by_invitation' } }
  const domains = settings.value('email_domains').split(' ').filter(Boolean)
  const theirs = address.slice(address.lastIndexOf('@') + 1)
  if (domains.length === 0 || domains.includes(theirs)) return null
  return { email: { key: 'cohorts.join.other_domain', values: { domains: domains.join(', ') } } }
}

function register(
  people: Services['people'],
  account: Parameters<Services['people']['create']>[0],
): Express.User | null {
  try {
    return people.findSignedIn(people.create(account))
  } catch (error) {
    if (isUniqueViolation(error)) return null
    throw error
  }
}
