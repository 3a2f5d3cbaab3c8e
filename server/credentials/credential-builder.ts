import { createHash } from 'node:crypto'
import type { AwardDetails, BadgeDetails } from '../badges/awards/award-details.ts'
import { CREDENTIALS_V2, DID, JWK, MULTIKEY, OPEN_BADGES } from './jsonld-contexts.ts'
import type { PublicKey } from './keys.ts'
import { ed25519Multibase } from './multibase.ts'

/** The site as those see it who receive a badge. Addresses come from its settings, never from a request. */
export interface Issuer {
  base_url: string
  name: string
  /** In the language of the site's words: how a badge was earned. */
  ruleWords: (badge: BadgeDetails) => string
}

/** `did:web` as its method says: a port is written with %3A. */
export function didOf(base_url: string): string {
  return `did:web:${new URL(base_url).host.replace(':', '%3A')}`
}

/** Where a key is found that signed with a Data Integrity proof. */
export const methodOf = (base_url: string, key_id: string): string => `${didOf(base_url)}#${key_id}`

/** Where a key is found that signed a JWT. */
export const keyUrl = (base_url: string, key_id: string): string => `${base_url}/issuer/keys/${key_id}`

export function issuerProfile({ base_url, name }: Pick<Issuer, 'base_url' | 'name'>): Record<string, unknown> {
  return { id: didOf(base_url), type: ['Profile'], name, url: base_url }
}

/** A key as a verification method: Multikey, as Data Integrity proofs ask for it; an RSA key, for JWT alone, as JWK. */
function verificationMethod(base_url: string, { id, jwk }: PublicKey): Record<string, unknown> {
  const named = { id: methodOf(base_url, id), controller: didOf(base_url) }
  if (jwk.kty === 'RSA') return { ...named, type: 'JsonWebKey', publicKeyJwk: jwk }
  return { ...named, type: 'Multikey', publicKeyMultibase: ed25519Multibase(jwk.x) }
}

/** The DID document of the site, with all keys that ever signed. */
export function didDocument(base_url: string, keys: readonly PublicKey[]): Record<string, unknown> {
  const methods = keys.map((key) => verificationMethod(base_url, key))
  return {
    '@context': [DID, MULTIKEY, JWK],
    id: didOf(base_url),
    alsoKnownAs: [`${base_url}/issuer`],
    verificationMethod: methods,
    assertionMethod: methods.map(({ id }) => id),
  }
}

/** A public key as JSON Web Key, for those who verify a JWT. */
export function jwkOf({ id, jwk, alg }: PublicKey): Record<string, unknown> {
  return { ...jwk, kid: id, alg, use: 'sig' }
}

/** What a badge stands for in one of its versions. That of a treasure has no address, which would tell that there is one. */
export function achievementOf(facts: BadgeDetails, { base_url, name, ruleWords }: Issuer): Record<string, unknown> {
  const { badge, course } = facts
  const at = `${base_url}/achievements/${badge.slug}/${badge.version}`
  return {
    id: badge.treasure ? `urn:uuid:${uuidOf(`${base_url} ${badge.id} ${badge.version}`)}` : at,
    type: ['Achievement'],
    name: badge.title,
    description: badge.meaning,
    criteria: { ...(badge.treasure ? {} : { id: `${base_url}/badges/${badge.slug}` }), narrative: ruleWords(facts) },
    ...(badge.treasure ? {} : { image: { id: `${at}/badge.svg`, type: 'Image', caption: badge.title } }),
    achievementType: 'Badge',
    creator: issuerProfile({ base_url, name }),
    inLanguage: course.language,
    version: String(badge.version),
  }
}

export interface StatusListEntry {
  list: number
  place: number
  salt: string
}

/**
 * The award as an Open Badges 3.0 credential, not signed yet. The email address stands in it as a salted hash only, and
 * the subject's id, which the JWT form asks for as `sub`, is another one for each award: it links no two of them.
 */
export function credentialOf(award: AwardDetails, entry: StatusListEntry, issuer: Issuer): Record<string, unknown> {
  const { base_url } = issuer
  const list = `${base_url}/status/${entry.list}`
  return {
    '@context': [CREDENTIALS_V2, OPEN_BADGES],
    id: `${base_url}/awards/${award.id}`,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: award.badge.title,
    issuer: issuerProfile(issuer),
    validFrom: zonedText(award.awarded_at, award.cohort.time_zone),
    credentialSubject: {
      id: `urn:uuid:${uuidOf(`${base_url} recipient of ${award.id}`)}`,
      type: ['AchievementSubject'],
      identifier: [
        {
          type: 'IdentityObject',
          identityType: 'emailAddress',
          hashed: true,
          identityHash: identityHash(award.person.email, entry.salt),
          salt: entry.salt,
        },
      ],
      achievement: achievementOf(award, issuer),
    },
    ...evidenceOf(award, base_url),
    credentialStatus: {
      id: `${list}#${entry.place}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(entry.place),
      statusListCredential: list,
    },
  }
}

/** The claims of the JWT form: the credential and what Open Badges 3.0, section 8.2.4, repeats of it. */
export function jwtClaims(credential: Record<string, unknown>, base_url: string): Record<string, unknown> {
  const from = Temporal.Instant.from(String(credential['validFrom'])).epochMilliseconds
  return {
    ...credential,
    iss: didOf(base_url),
    jti: credential['id'],
    sub: Object(credential['credentialSubject'])['id'],
    nbf: Math.floor(from / 1000),
  }
}

/** An instant with the offset of a zone, so that every reader sees the date that it had there. */
function zonedText(instant: string, time_zone: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(time_zone).toString({ timeZoneName: 'never' })
}

/** What it was earned with, only where its holder wants it named. */
function evidenceOf(
  { evidence_shared, evidence, reflection }: AwardDetails,
  base_url: string,
): { evidence?: object[] } {
  if (!evidence_shared) return {}
  const said = evidence === null ? [] : [{ type: ['Evidence'], narrative: evidence }]
  const written =
    reflection === null
      ? []
      : [{ id: `${base_url}/reflections/${reflection.id}`, type: ['Evidence'], name: reflection.title }]
  const all = [...said, ...written]
  return all.length === 0 ? {} : { evidence: all }
}

/** As Open Badges 3.0 has it: `sha256$` and the hex digest of the address followed by the salt. */
export function identityHash(email: string, salt: string): string {
  return `sha256$${createHash('sha256').update(`${email.trim().toLowerCase()}${salt}`).digest('hex')}`
}

/** A UUID of version 8 that stands for a text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
