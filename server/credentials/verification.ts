import type { Clock } from '../db/clock.ts'
import type { FetchPublic } from '../http-client/fetcher.ts'
import { TaskError } from '../workers/worker-pool.ts'
import { type Claims, claimsOf } from './claims.ts'
import { didDocument } from './credential-builder.ts'
import { type HashDocument, isOurProof, proofFits } from './data-integrity.ts'
import { type FoundKey, type Issuer, issuerOf, type KnownKey, keyInDocument, keyOfDidKey } from './issuers.ts'
import { jwtFits } from './jwt.ts'
import { type Keys, NoKeys } from './keys.ts'
import { refusedBefore } from './limits.ts'
import { readOpenBadges2 } from './open-badges-2.ts'
import { type Given, type JsonObject, jsonIn, readCredential, type Signed } from './parse-credential.ts'
import { isAbout } from './recipients.ts'
import { createRevocation, type FetchJson } from './revocation.ts'
import type { Carried } from './unbaking.ts'
import { type Findings, stateOf, type VerdictState } from './verdict.ts'

export interface Verdict {
  state: VerdictState
  findings: Findings
  claims: Claims
  issuer: Issuer
}

interface VerificationDeps {
  base_url: string
  keys: Keys
  isRevoked: (list: number, place: number) => boolean | null
  fetchPublic: FetchPublic
  hash: HashDocument
}

/** For everything that is asked of other sites in one check. */
const PATIENCE = 8000
const MOST_FETCHED = 250_000

/**
 * Says of a credential what can be known of it. Whole checks are for badges of this product, from this site or another
 * one: for any other the claims are told as text, and what was not checked.
 */
export function createVerification(clock: Clock, { base_url, keys, isRevoked, fetchPublic, hash }: VerificationDeps) {
  const revocation = createRevocation({ base_url, isRevoked, signature })

  /** @param email whose badge it is said to be; null where nobody asks. @returns null for what is no badge */
  return async function verify(carried: Carried, email: string | null): Promise<Verdict | null> {
    const given = carried.older ? null : readCredential(carried.text)
    if (!given) return older(carried, email)
    const claims = claimsOf(given.document)
    if (claims.issuer === null && claims.title === null) return null
    const issuer = issuerOf(claims.issuer, base_url)
    const look = createLook()
    const signed = await signature(given, issuer, look)
    const known = signed === 'yes' && (issuer.kind === 'here' || issuer.kind === 'site')
    const findings: Findings = {
      signature: signed,
      issuer: issuer.kind,
      dates: datesOf(claims),
      revoked: known ? await revocation(claims, issuer, look) : 'withoutAuthorisation',
      recipient: email === null ? null : isAbout(claims.identities, email),
    }
    return { state: stateOf(findings), findings, claims, issuer }
  }

  function older(carried: Carried, email: string | null): Verdict | null {
    const claims = readOpenBadges2(carried)
    if (!claims) return null
    const recipient = email === null ? null : ('unknown' as const)
    const findings = {
      signature: 'older',
      issuer: 'unknown',
      dates: 'unstated',
      revoked: 'withoutAuthorisation',
      recipient,
    } as const
    return { state: stateOf(findings), findings, claims, issuer: { kind: 'unknown' } }
  }

  function datesOf({ from, until, dates_unreadable }: Claims): Findings['dates'] {
    const now = clock.now()
    if (dates_unreadable) return 'unreadable'
    if (until && Temporal.Instant.compare(until.instant, now) <= 0) return 'over'
    if (!from) return 'unstated'
    return Temporal.Instant.compare(from.instant, now) > 0 ? 'early' : 'yes'
  }

  /** What can be found out without anybody's help comes first, and nobody is asked where that is enough. */
  async function signature(
    { document, signed }: Given,
    issuer: Issuer,
    look: FetchJson,
  ): Promise<Findings['signature']> {
    if (signed.form === 'none') return 'none'
    if (issuer.kind === 'unknown') return 'issuer'
    const refused = refusedBefore(document)
    if (refused !== null && (signed.form === 'proof' || refused === 'size')) return refused
    const named = namedKey(signed)
    if (named?.issuer !== undefined && named.issuer !== issuer.id) return 'issuer'
    const found = named ? await keyOf(issuer, named.key, look) : 'method'
    if (found === 'absent') return 'no'
    // others may sign in ways that are not known here; this site does not
    if (found === 'method' || (typeof found === 'object' && found.alg !== named?.alg))
      return issuer.kind === 'here' ? 'no' : 'method'
    return typeof found === 'string' ? found : fits({ document, signed }, found)
  }

  async function fits({ document, signed }: Given, { alg, key }: KnownKey): Promise<'yes' | 'no' | 'time'> {
    if (signed.form === 'jwt') return jwtFits(signed.jwt, alg, key) ? 'yes' : 'no'
    const proof = ourProof(signed)
    try {
      return proof && (await proofFits(document, proof, key, hash)) ? 'yes' : 'no'
    } catch (error) {
      if (error instanceof TaskError && error.reason === 'busy') throw error
      return 'time'
    }
  }

  async function keyOf(
    issuer: Issuer,
    wanted: unknown,
    look: FetchJson,
  ): Promise<FoundKey | 'site' | 'own_keys' | 'issuer'> {
    const name = String(wanted ?? '')
    if (issuer.kind === 'key') return keyOfDidKey(issuer, name)
    if (issuer.kind === 'unknown') return 'issuer'
    if (issuer.kind === 'here') {
      try {
        return keyInDocument(didDocument(base_url, keys.public()), issuer, name)
      } catch (error) {
        if (error instanceof NoKeys) return 'own_keys'
        throw error
      }
    }
    const document = await look(`${issuer.origin}/.well-known/did.json`)
    return document?.['id'] === issuer.id ? keyInDocument(document, issuer, name) : 'site'
  }

  /** Asks other sites: each address once, and all of them within one limit of time. */
  function createLook(): FetchJson {
    const signal = AbortSignal.timeout(PATIENCE)
    const asked = new Map<string, Promise<JsonObject | null>>()
    return (url) => {
      const answer = asked.get(url) ?? fetchJson(url, signal)
      asked.set(url, answer)
      return answer
    }
  }

  async function fetchJson(url: string, signal: AbortSignal): Promise<JsonObject | null> {
    try {
      const { status, body } = await fetchPublic(url, { signal, max_bytes: MOST_FETCHED })
      return status === 200 ? jsonIn(body.toString('utf8')) : null
    } catch {
      return null
    }
  }
}

const ourProof = (signed: Signed): JsonObject | undefined =>
  signed.form === 'proof' ? signed.proofs.find(isOurProof) : undefined

/** By which key a credential says it is signed, and how; null where that is another way than ours. */
function namedKey(signed: Signed): { key: unknown; alg: unknown; issuer?: unknown } | null {
  const proof = ourProof(signed)
  if (proof) return { key: proof['verificationMethod'], alg: 'EdDSA' }
  if (signed.form !== 'jwt' || signed.header['crit'] !== undefined) return null
  return { key: signed.header['kid'], alg: signed.header['alg'], issuer: signed.claims['iss'] }
}
