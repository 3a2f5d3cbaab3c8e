import type { Claims } from './claims.ts'
import { isObject, jsonIn, partsOf } from './reading.ts'
import type { Carried } from './unbaking.ts'

type Json = Record<string, unknown>

/**
 * Recognises an Open Badges 2 assertion, in JSON, signed (JWS) or as the address that a picture names; null for anything
 * else. It is told as text and not checked: its issuer, its badge and its revocation stand at addresses of their own.
 */
export function readOpenBadges2({ text: carried, older }: Carried): Claims | null {
  const plain = carried.trim()
  const document = jsonIn(plain) ?? partsOf(plain)?.claims ?? null
  if (document && isAssertion(document)) return claimsOfAssertion(document)
  return older ? claimsOfAssertion({ id: plain }) : null
}

/** Open Badges 1 had neither type nor context, but says whom and how to verify in the same words. */
function isAssertion(document: Json): boolean {
  const typed = [document['type']].flat().includes('Assertion')
  return typed || (isObject(document['verify'] ?? document['verification']) && document['badge'] !== undefined)
}

function claimsOfAssertion(document: Json): Claims {
  const badge = Object(document['badge'])
  const issuer = Object(badge['issuer'])
  return {
    id: text(document['id']),
    issuer: text(badge['issuer']) ?? text(issuer['id']) ?? text(issuer['url']),
    issuer_name: text(issuer['name']),
    title: text(badge['name']),
    meaning: text(badge['description']),
    from: null,
    until: null,
    dates_unreadable: false,
    identities: [],
    status: null,
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, 5000) : null)
