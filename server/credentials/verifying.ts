import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { verifyCredential } from '@digitalbazaar/vc'
import { decodeList } from '@digitalbazaar/vc-bitstring-status-list'
import { importJWK, jwtVerify } from 'jose'
import type { Clock } from '../db/clock.ts'
import type { FetchPublic } from '../outgoing/fetcher.ts'
import { loaderOf, MULTIKEY, UnknownDocument } from './contexts.ts'
import { didDocument, didOf, identityHash, jwkOf, keyUrl } from './documents.ts'
import type { Keys } from './keys.ts'
import { type Given, readCredential, type Told, tell } from './reading.ts'

type Json = Record<string, unknown>

/** Of each thing that can be checked: yes, no, or that it could not be checked. */
type Answer = 'yes' | 'no' | 'unknown'

export interface Verdict {
  state: 'valid' | 'tampered' | 'revoked' | 'expired' | 'not_yet' | 'unsure'
  told: Told
  /** It names this site as who gave it. */
  ours: boolean
  checks: { signature: Answer; dates: Answer; revocation: Answer; recipient: Answer | null }
}

interface Helpers {
  base_url: string
  keys: Keys
  isRevoked: (list: number, place: number) => boolean | null
  fetchPublic: FetchPublic
}

const PATIENCE = 5000
const MOST = 1_000_000

/** Says of a credential what can be known of it, and never yes to what was not checked. */
export function createVerifying(clock: Clock, { base_url, keys, isRevoked, fetchPublic }: Helpers) {
  /** @param email whose badge it is said to be; null where nobody asks. @returns null for what is no credential */
  return async function verify(text: string, email: string | null): Promise<Verdict | null> {
    const given = readCredential(text)
    const told = given && tell(given.document)
    if (!given || !told) return null
    const ours = told.issuer === didOf(base_url) || told.issuer === `${base_url}/issuer`
    const checks = {
      signature: await signature(given, told, ours),
      dates: dates(told),
      revocation: await revocation(told, ours),
      recipient: email === null ? null : recipient(told, email),
    }
    return { state: stateOf(checks, told), told, ours, checks }
  }

  function stateOf({ signature, revocation }: Verdict['checks'], { from, until }: Told): Verdict['state'] {
    if (signature === 'no') return 'tampered'
    if (revocation === 'no') return 'revoked'
    const now = clock.now()
    if (until && Temporal.Instant.compare(until, now) <= 0) return 'expired'
    if (from && Temporal.Instant.compare(from, now) > 0) return 'not_yet'
    return signature === 'unknown' || revocation === 'unknown' || !from ? 'unsure' : 'valid'
  }

  function dates({ from, until }: Told): Answer {
    if (!from) return 'unknown'
    const now = clock.now()
    const begun = Temporal.Instant.compare(from, now) <= 0
    return begun && (!until || Temporal.Instant.compare(until, now) > 0) ? 'yes' : 'no'
  }

  function recipient({ identifiers }: Told, email: string): Answer {
    if (identifiers.length === 0) return 'unknown'
    return identifiers.some(({ identityHash: hash, salt }) => identityHash(email, salt) === hash) ? 'yes' : 'no'
  }

  async function signature(given: Given, told: Told, ours: boolean): Promise<Answer> {
    try {
      return given.form === 'jwt' ? await jwtFits(given, ours) : await proofFits(given.document, told, ours)
    } catch (error) {
      if (error instanceof UnknownDocument) return 'unknown'
      throw error
    }
  }

  async function jwtFits({ jwt, header }: Given & { form: 'jwt' }, ours: boolean): Promise<Answer> {
    // a key of another's is nowhere but at an address that the JWT itself names: it proves nothing about who that is
    if (!ours) return 'unknown'
    const kid = String(header['kid'] ?? '')
    const key = keys.public().find(({ id }) => keyUrl(base_url, id) === kid)
    if (!key || header['alg'] !== 'EdDSA') return 'no'
    try {
      await jwtVerify(jwt, await importJWK(jwkOf(key)), {
        algorithms: ['EdDSA'],
        currentDate: new Date(clock.now().epochMilliseconds),
      })
      return 'yes'
    } catch (error) {
      const code = String(Object(error).code)
      // when it counts is told apart
      return code === 'ERR_JWT_EXPIRED' || code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' ? 'yes' : 'no'
    }
  }

  async function proofFits(document: Json, told: Told, ours: boolean): Promise<Answer> {
    const proof = Object([document['proof']].flat()[0])
    if (proof['cryptosuite'] !== 'eddsa-rdfc-2022') return ours ? 'no' : 'unknown'
    const holder = ours ? didDocument(base_url, keys.public()) : await holderOf(told.issuer)
    if (!holder) return 'unknown'
    const documents = documentsOf(holder)
    // a key that its issuer does not name as its own
    if (!documents.has(String(proof['verificationMethod']))) return 'no'
    // dates are told apart: here the signature alone is looked at
    const now = new Date(told.from?.epochMilliseconds ?? clock.now().epochMilliseconds)
    const { verified, error } = await verifyCredential({
      credential: document,
      suite: new DataIntegrityProof({ cryptosuite }),
      documentLoader: loaderOf(documents),
      checkStatus: () => Promise.resolve({ verified: true }),
      now,
    })
    if (verified) return 'yes'
    const unknown = [error, ...(error?.errors ?? [])].some((each) => each && isUnknown(each))
    return unknown && !ours ? 'unknown' : 'no'
  }

  /** Who another issuer is, by its own address: `did:key` says it itself, `did:web` where its host does. */
  async function holderOf(issuer: string): Promise<Json | null> {
    const key = /^did:key:(z6Mk[1-9A-HJ-NP-Za-km-z]+)$/.exec(issuer)?.[1]
    if (key !== undefined) {
      const id = `${issuer}#${key}`
      const method = { '@context': MULTIKEY, id, type: 'Multikey', controller: issuer, publicKeyMultibase: key }
      return {
        '@context': ['https://www.w3.org/ns/did/v1', MULTIKEY],
        id: issuer,
        verificationMethod: [method],
        assertionMethod: [id],
      }
    }
    const host = /^did:web:([a-z0-9.-]+(?:%3A\d+)?)$/i.exec(issuer)?.[1]
    if (host === undefined) return null
    const fetched = await fetchJson(`https://${decodeURIComponent(host)}/.well-known/did.json`)
    return fetched?.['id'] === issuer ? fetched : null
  }

  async function revocation({ status }: Told, ours: boolean): Promise<Answer> {
    if (!status) return ours ? 'unknown' : 'yes'
    if (ours) {
      const list = Number(/\/status\/(\d+)$/.exec(status.list)?.[1])
      const revoked = status.list === `${base_url}/status/${list}` ? isRevoked(list, status.index) : null
      return revoked === null ? 'unknown' : revoked ? 'no' : 'yes'
    }
    const list = await fetchJson(status.list)
    const encoded = Object(list?.['credentialSubject'])['encodedList']
    const told = list && tell(list)
    if (!list || !told || typeof encoded !== 'string' || (await proofFits(list, told, false)) !== 'yes')
      return 'unknown'
    try {
      return (await decodeList({ encodedList: encoded })).getStatus(status.index) ? 'no' : 'yes'
    } catch {
      return 'unknown'
    }
  }

  async function fetchJson(url: string): Promise<Json | null> {
    try {
      const { status, body } = await fetchPublic(url, { timeout: PATIENCE, max_bytes: MOST })
      const found: unknown = status === 200 ? JSON.parse(body.toString('utf8')) : null
      return typeof found === 'object' && found !== null ? (found as Json) : null
    } catch {
      return null
    }
  }
}

/** The documents of a holder by their addresses: itself and each of its keys. */
function documentsOf(holder: Json): Map<string, object> {
  const methods = [holder['verificationMethod']].flat().map((each) => ({ '@context': MULTIKEY, ...Object(each) }))
  return new Map([
    [String(holder['id']), holder],
    ...methods.map((method): [string, object] => [String(method['id']), method]),
  ])
}

/** A document that we do not have: a vocabulary that others made. */
function isUnknown(error: Error): boolean {
  for (let inner: unknown = error; inner instanceof Error; inner = inner.cause)
    if (inner instanceof UnknownDocument) return true
  return /loading remote context failed/i.test(error.message)
}
