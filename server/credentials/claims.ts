import { isObject, type JsonObject } from './parse-credential.ts'

/** What a credential says of itself: of a badge of others only as far as we understand it, and never more than said. */
export interface Claims {
  id: string | null
  issuer: string | null
  issuer_name: string | null
  title: string | null
  meaning: string | null
  from: ClaimedDate | null
  until: ClaimedDate | null
  /** It gives a date that cannot be read. */
  dates_unreadable: boolean
  identities: ClaimedIdentity[]
  /** Null where it names no place at which a revocation could be looked up. */
  status: StatusEntry | 'of_another_kind' | null
}

/** An instant, and the date that it has where it was written. */
export interface ClaimedDate {
  instant: Temporal.Instant
  date: string
}

export interface ClaimedIdentity {
  hashed: boolean
  identity: string
  salt: string
}

interface StatusEntry {
  list: string
  index: number
}

const LONGEST = 5000

export function claimsOf(document: JsonObject): Claims {
  const subject = firstObject(document['credentialSubject'])
  const achievement = firstObject(subject['achievement'])
  const issuer = firstObject(document['issuer'])
  const dates = [
    document['validFrom'] ?? document['issuanceDate'],
    document['validUntil'] ?? document['expirationDate'],
  ]
  const [from = null, until = null] = dates.map(dayOf)
  return {
    id: textOf(document['id']),
    issuer: textOf(document['issuer']) ?? textOf(issuer['id']),
    issuer_name: textOf(issuer['name']),
    title: textOf(achievement['name']) ?? textOf(document['name']),
    meaning: textOf(achievement['description']) ?? textOf(document['description']),
    from,
    until,
    dates_unreadable: dates.some((date) => date !== undefined && dayOf(date) === null),
    identities: [subject['identifier']].flat().filter(isObject).flatMap(identityOf),
    status: statusOf(document['credentialStatus']),
  }
}

const firstObject = (value: unknown): JsonObject => [value].flat().find(isObject) ?? {}

function textOf(value: unknown): string | null {
  // in one language or in several
  const text = isObject(value) ? value['@value'] : value
  return typeof text === 'string' && text.trim() !== '' ? text.slice(0, LONGEST) : null
}

function dayOf(value: unknown): ClaimedDate | null {
  try {
    const text = String(value)
    return { instant: Temporal.Instant.from(text), date: Temporal.PlainDate.from(text.slice(0, 10)).toString() }
  } catch {
    return null
  }
}

function identityOf({ identityType, identityHash, hashed, salt }: JsonObject): ClaimedIdentity[] {
  const of_email = identityType === undefined || identityType === 'emailAddress'
  if (!of_email || typeof identityHash !== 'string') return []
  return [{ hashed: hashed === true, identity: identityHash, salt: typeof salt === 'string' ? salt : '' }]
}

/** The first place where a revocation can be looked up by the one method that we use ourselves. */
function statusOf(value: unknown): Claims['status'] {
  const entries = [value].flat().filter(isObject)
  const ours = entries.find(({ type, statusPurpose }) => {
    return [type].flat().includes('BitstringStatusListEntry') && statusPurpose === 'revocation'
  })
  const list = textOf(ours?.['statusListCredential'])
  const index = String(ours?.['statusListIndex'])
  if (list !== null && /^\d{1,9}$/.test(index)) return { list, index: Number(index) }
  return value === undefined || value === null ? null : 'of_another_kind'
}
