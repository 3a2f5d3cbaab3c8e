import { type Claims, claimsOf } from './claims.ts'
import { isObject, type JsonObject, jsonIn, partsOf } from './parse-credential.ts'
import type { Carried } from './unbaking.ts'

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
function isAssertion(document: JsonObject): boolean {
  const typed = [document['type']].flat().includes('Assertion')
  return typed || (isObject(document['verify'] ?? document['verification']) && document['badge'] !== undefined)
}

/** Told in the words of Open Badges 3. */
function claimsOfAssertion({ id, badge, recipient, issuedOn, expires }: JsonObject): Claims {
  const achievement: JsonObject = isObject(badge) ? badge : {}
  const issuer = achievement['issuer']
  const { identity, hashed, salt }: JsonObject = isObject(recipient) ? recipient : {}
  return claimsOf({
    id,
    issuer: isObject(issuer) ? { id: issuer['id'] ?? issuer['url'], name: issuer['name'] } : issuer,
    validFrom: issuedOn,
    validUntil: expires,
    credentialSubject: { achievement, identifier: { identityHash: identity, hashed, salt } },
  })
}
