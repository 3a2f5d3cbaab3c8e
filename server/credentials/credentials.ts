import { createHash, randomBytes, randomInt } from 'node:crypto'
import type { ActivityLog } from '../activity/activity.ts'
import type { AwardDetails, BadgeDetails } from '../badges/awards/award-details.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { writeIfPossible } from '../db/write-lock.ts'
import { credentialOf, type Issuer, jwtClaims, keyUrl, methodOf, type StatusListEntry } from './credential-builder.ts'
import { type HashDocument, withProof } from './data-integrity.ts'
import { type JwtAlgorithm, signJwt } from './jwt.ts'
import { createKeys, NoKeys, newKeyFor, type SigningKey } from './keys.ts'
import { createStatusLists, LENGTH } from './status-lists.ts'

/** When half of a list is taken, the next one begins: a free place is found at once. */
const FULL = LENGTH / 2

interface CredentialRow extends StatusListEntry {
  id: number
  mark: string | null
  signed: string | null
}

interface CredentialsDeps {
  activity: ActivityLog
  data_dir: string
  base_url: string
  siteName: () => string
  ruleWords: (badge: BadgeDetails) => string
  hash: HashDocument
}

/** Awards as Open Badges 3.0 credentials: signed at the first request, and kept until their content changes. */
export function createCredentials(
  db: Database,
  clock: Clock,
  { activity, data_dir, base_url, siteName, ruleWords, hash }: CredentialsDeps,
) {
  const signedBefore = db.prepare<[], 1>('SELECT 1 FROM credential WHERE signed_at IS NOT NULL LIMIT 1').pluck()
  const keys = createKeys(data_dir, clock, () => signedBefore.get() !== undefined)
  const lists = createStatusLists(db, clock, { key: proofKey, sign, base_url, siteName })

  const find = db.prepare<[string], CredentialRow>(
    'SELECT id, list, place, salt, mark, signed FROM credential WHERE award_id = ?',
  )
  const last = db.prepare<[], { list: number; taken: number }>(`
    SELECT list, (SELECT count(*) FROM credential AS other WHERE other.list = credential.list) AS taken
      FROM credential ORDER BY list DESC LIMIT 1`)
  const taken = db.prepare<[number, number], 1>('SELECT 1 FROM credential WHERE list = ? AND place = ?').pluck()
  const insert = db.prepare<{ award_id: string; revoked: 0 | 1 } & StatusListEntry>(`
    INSERT INTO credential (award_id, list, place, salt, revoked) VALUES (:award_id, :list, :place, :salt, :revoked)`)
  const keep = db.prepare<{ id: number; mark: string; signed: string; now: string }>(
    'UPDATE credential SET mark = :mark, signed = :signed, signed_at = :now WHERE id = :id',
  )
  const noteSigned = db.prepare<{ id: number; now: string }>(
    'UPDATE credential SET signed_at = :now WHERE id = :id AND signed_at IS NULL',
  )
  const revocation = db
    .prepare<{ list: number; place: number }, 0 | 1>(
      'SELECT revoked FROM credential WHERE list = :list AND place = :place',
    )
    .pluck()

  /** Its index in a status list, which never changes; random, so that it tells nothing of when and to whom it was awarded. */
  function placed(award: AwardDetails): CredentialRow {
    return transaction(db, () => {
      const known = find.get(award.id)
      if (known) return known
      const newest = last.get()
      const list = newest === undefined ? 1 : newest.taken < FULL ? newest.list : newest.list + 1
      let place = randomInt(LENGTH)
      while (taken.get(list, place) !== undefined) place = randomInt(LENGTH)
      const salt = randomBytes(16).toString('base64url')
      insert.run({ award_id: award.id, list, place, salt, revoked: award.revoked_at === null ? 0 : 1 })
      const row = find.get(award.id)
      if (!row) throw new Error(`The credential of ${award.id} was not kept`)
      return row
    })
  }

  function proofKey(): SigningKey {
    const key = keys.signing('EdDSA')
    if (!key) throw new NoKeys('no key is in use')
    return key
  }

  async function newSigningKey(alg: JwtAlgorithm): Promise<SigningKey> {
    const fresh = await newKeyFor(alg, clock)
    return transaction(db, () => keys.add(fresh))
  }

  function sign(credential: Record<string, unknown>, { id, secret }: SigningKey): Promise<Record<string, unknown>> {
    return withProof(credential, { method: methodOf(base_url, id), secret, hash }, nowText(clock))
  }

  const issuer = (): Issuer => ({ base_url, name: siteName(), ruleWords })

  return {
    keys,
    lists,
    issuer,

    /** The award as JSON with a proof, which is kept. @throws NoKeys */
    async json(award: AwardDetails): Promise<Record<string, unknown>> {
      const key = proofKey()
      const row = find.get(award.id) ?? placed(award)
      const credential = credentialOf(award, row, issuer())
      const mark = createHash('sha256')
        .update(`${key.id} ${JSON.stringify(credential)}`)
        .digest('base64url')
      if (row.mark === mark && row.signed !== null) return JSON.parse(row.signed)
      const signed = await sign(credential, key)
      // where it cannot be kept, it is signed again the next time
      writeIfPossible(db, () => keep.run({ id: row.id, mark, signed: JSON.stringify(signed), now: nowText(clock) }))
      return signed
    },

    /** The same as JWT: signed in a millisecond, and alike each time. @throws NoKeys */
    async jwt(award: AwardDetails, alg: JwtAlgorithm): Promise<string> {
      const { id, secret } = keys.signing(alg) ?? (await newSigningKey(alg))
      const row = find.get(award.id) ?? placed(award)
      writeIfPossible(db, () => noteSigned.run({ id: row.id, now: nowText(clock) }))
      const claims = jwtClaims(credentialOf(award, row, issuer()), base_url)
      return signJwt(claims, { alg, kid: keyUrl(base_url, id), secret })
    },

    /** Whether the credential at an index of a status list is revoked; null where there is none. */
    isRevoked(list: number, place: number): boolean | null {
      const found = revocation.get({ list, place })
      return found === undefined ? null : found === 1
    },

    /** Whether keys that were there are missing or cannot be read: nothing can be signed until somebody puts them back. */
    isInTrouble(): boolean {
      try {
        keys.check()
        return false
      } catch (error) {
        if (error instanceof NoKeys) return true
        throw error
      }
    },

    /** From now on a new key signs. @throws NoKeys */
    rotate(by: number): void {
      transaction(db, () => {
        const key = keys.rotate()
        activity.record('keys.rotated', { person_id: by, detail: { key } })
      })
    },
  }
}
