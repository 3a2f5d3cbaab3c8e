import type { AwardDetails } from '../badges/awards/award-details.ts'
import { mayReadAward } from '../badges/policy.ts'
import type { Dates } from '../web/text/dates.ts'
import type { ClaimedDate, Claims } from './claims.ts'
import type { Findings, VerdictState } from './verdict.ts'
import type { Verdict } from './verification.ts'

/** One of the four questions that the page answers, each apart. */
interface Statement {
  question: 'unchanged' | 'issuer' | 'counts' | 'recipient'
  /** Chooses the words: `credentials.verify.<question>.<answer>`. */
  answer: string
  mark: 'yes' | 'no' | 'unknown'
}

/** Public verifiers, of which we name one where a badge is none of this product. */
const VERIFIERS = {
  open_badges_2: { name: 'badgecheck.io', href: 'https://badgecheck.io/' },
  open_badges_3: { name: 'VerifierPlus', href: 'https://verifierplus.org/' },
}

/** What a badge may be accused of; whatever could not be found out is none of it. */
const BAD: readonly VerdictState[] = ['changed', 'expired', 'revoked']

export interface ShownVerdict extends Verdict {
  /** Chooses the words of the verdict itself: `credentials.verify.state.<words>`. */
  words: string
  tone: 'good' | 'bad' | 'open'
  statements: Statement[]
  /** What was missing so that it could not be checked: `credentials.verify.missing.<missing>`. */
  missing: string | null
  /** Another place that could check it. */
  elsewhere: { words: string; name: string; href: string } | null
  /** The site that signed it, by its address. */
  host: string | null
  /** How the badge names whom it is about: `credentials.verify.<recipient>`. */
  recipient: 'hashed' | 'plain' | 'nobody'
  from: string | null
  until: string | null
  /** Where its holder shows it. */
  award: { id: string; name: string } | null
}

interface VerdictDeps {
  dates: Dates
  awardDetails: { find(id: string): AwardDetails | null }
}

/** A verdict as its page tells it. */
export function shownVerdict(verdict: Verdict, { dates, awardDetails }: VerdictDeps): ShownVerdict {
  const { claims, findings, issuer } = verdict
  // an unsigned file may name any award
  const award = issuer.kind === 'here' && findings.signature === 'yes' ? awardIn(claims, awardDetails) : null
  const dayOf = (day: ClaimedDate | null) => day && dates.full(day.date)
  return {
    ...verdict,
    words: verdict.state === 'valid' && findings.revoked === 'no_place' ? 'valid_no_place' : verdict.state,
    tone: verdict.state === 'valid' ? 'good' : BAD.includes(verdict.state) ? 'bad' : 'open',
    statements: statementsOf(findings),
    missing: missingIn(verdict),
    elsewhere: elsewhere(findings.signature),
    recipient:
      claims.identities.length === 0 ? 'nobody' : claims.identities.some(({ hashed }) => hashed) ? 'hashed' : 'plain',
    host: issuer.kind === 'site' ? issuer.host : null,
    // credentials from before dates had an offset: the day that the award's own page names
    from: award ? dates.full(dates.dateOf(award.awarded_at, award.cohort.time_zone)) : dayOf(claims.from),
    until: dayOf(claims.until),
    award: award && mayReadAward(award, null) ? { id: award.id, name: award.person.name } : null,
  }
}

function awardIn({ id }: Claims, awardDetails: VerdictDeps['awardDetails']): AwardDetails | null {
  const name = /\/awards\/([\w-]+)$/.exec(id ?? '')?.[1]
  return name === undefined ? null : awardDetails.find(name)
}

function statementsOf({ signature, issuer, dates, revoked, recipient }: Findings): Statement[] {
  const signed = signature === 'yes'
  const known = signed && (issuer === 'here' || issuer === 'site')
  const statements: Statement[] = [
    signature === 'yes' || signature === 'no' || signature === 'none'
      ? { question: 'unchanged', answer: signature, mark: signed ? 'yes' : signature === 'no' ? 'no' : 'unknown' }
      : { question: 'unchanged', answer: 'unknown', mark: 'unknown' },
    { question: 'issuer', answer: signed ? issuer : 'unknown', mark: known ? 'yes' : 'unknown' },
    known ? counts(dates, revoked) : { question: 'counts', answer: 'unchecked', mark: 'unknown' },
  ]
  if (recipient === null) return statements
  const about = known || recipient !== 'yes' ? recipient : 'claimed'
  const mark = about === 'claimed' ? 'unknown' : about
  return [...statements, { question: 'recipient', answer: about, mark }]
}

function counts(dates: Findings['dates'], revoked: Findings['revoked']): Statement {
  const question = 'counts'
  if (revoked === 'yes') return { question, answer: 'revoked', mark: 'no' }
  if (dates === 'over' || dates === 'early') return { question, answer: dates, mark: 'no' }
  if (dates === 'unreadable') return { question, answer: dates, mark: 'unknown' }
  if (revoked === 'no') return { question, answer: 'yes', mark: 'yes' }
  return { question, answer: revoked === 'no_place' ? 'no_place' : 'unknown', mark: 'unknown' }
}

function missingIn({ state, findings: { signature, dates } }: Verdict): string | null {
  if (state !== 'unchecked') return null
  if (signature !== 'yes') return signature
  return dates === 'unreadable' ? 'dates' : 'revocation'
}

function elsewhere(signature: Findings['signature']): ShownVerdict['elsewhere'] {
  if (signature === 'older') return { words: 'open_badges_2', ...VERIFIERS.open_badges_2 }
  const of_others = ['size', 'context', 'method', 'issuer'].includes(signature)
  return of_others ? { words: 'open_badges_3', ...VERIFIERS.open_badges_3 } : null
}
