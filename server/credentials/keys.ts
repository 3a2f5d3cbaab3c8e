import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { type Clock, nowText } from '../db/clock.ts'
import { Refusal } from '../web/refusal.ts'

const part = z.string().regex(/^[\w-]{43}$/)
const keptKeys = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9]{12}$/),
        made_at: z.iso.datetime(),
        /** Of an earlier key; what it signed stays verifiable. */
        retired_at: z.iso.datetime().nullable(),
        jwk: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: part, d: part }),
      }),
    )
    .min(1),
})

type KeptKey = z.infer<typeof keptKeys>['keys'][number]

export interface PublicKey {
  id: string
  made_at: string
  retired_at: string | null
  jwk: { kty: 'OKP'; crv: 'Ed25519'; x: string }
}

export interface SigningKey extends PublicKey {
  secret: KeyObject
  secret_jwk: KeptKey['jwk']
}

/** The keys are not there, or cannot be read: nothing can be signed until somebody puts them back. The site goes on without. */
export class NoKeys extends Refusal {
  constructor(message: string, options?: { cause: unknown }) {
    super(503, 'no_keys')
    this.message = message
    if (options) this.cause = options.cause
  }
}

/**
 * The site's own Ed25519 keys, in one file that only its user reads: `keys/issuer.json` in the data folder. The first is
 * made at first use; two processes that come at once end up with the same.
 * @param issued whether something was signed before: then missing keys are a loss and not a beginning
 */
export function createKeys(data_dir: string, clock: Clock, issued: () => boolean) {
  const folder = path.join(data_dir, 'keys')
  const file = path.join(folder, 'issuer.json')
  let known: { mark: string; keys: KeptKey[] } | null = null

  function read(): KeptKey[] {
    const mark = markOf(file)
    if (mark === null) return begin()
    if (known?.mark === mark) return known.keys
    const keys = parse(file)
    known = { mark, keys }
    return keys
  }

  function begin(): KeptKey[] {
    if (issued()) throw new NoKeys('the keys that credentials were signed with are gone')
    const part = write([newKey(clock)])
    try {
      // fails where another process was first, and then its keys count
      linkSync(part, file)
    } catch (error) {
      if (Object(error).code !== 'EEXIST') throw new NoKeys('keys cannot be written', { cause: error })
    } finally {
      rmSync(part, { force: true })
    }
    return parse(file)
  }

  function write(keys: KeptKey[]): string {
    const part = `${file}.${randomBytes(6).toString('hex')}.part`
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(part, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true })
      chmodSync(part, 0o600)
    } catch (error) {
      throw new NoKeys('keys cannot be written', { cause: error })
    }
    return part
  }

  return {
    file,

    /** Whether they can be used, where there are any yet. @throws NoKeys */
    check(): void {
      if (markOf(file) !== null || issued()) read()
    },

    /** All keys that ever signed, the present one first. @throws NoKeys */
    public: (): PublicKey[] => read().map(publicOf),

    /** @throws NoKeys */
    signing(): SigningKey {
      const key = read().find(({ retired_at }) => retired_at === null)
      if (!key) throw new NoKeys('no key is in use')
      const secret = createPrivateKey({ key: key.jwk, format: 'jwk' })
      return { ...publicOf(key), secret, secret_jwk: key.jwk }
    },

    /** From now on a new key signs; the others stay to verify by. Called within a transaction, so that one comes after the other. */
    rotate(): string {
      const fresh = newKey(clock)
      const now = nowText(clock)
      const others = read().map((key) => ({ ...key, retired_at: key.retired_at ?? now }))
      renameSync(write([fresh, ...others]), file)
      return fresh.id
    },
  }
}

export type Keys = ReturnType<typeof createKeys>

function markOf(file: string): string | null {
  try {
    const { mtimeMs, size, ino } = statSync(file)
    return `${mtimeMs} ${size} ${ino}`
  } catch (error) {
    if (Object(error).code === 'ENOENT') return null
    throw new NoKeys('keys cannot be read', { cause: error })
  }
}

function parse(file: string): KeptKey[] {
  try {
    const { keys } = keptKeys.parse(JSON.parse(readFileSync(file, 'utf8')))
    // a pair whose halves do not belong together would sign what nobody can verify
    for (const { jwk } of keys)
      if (createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).export({ format: 'jwk' }).x !== jwk.x)
        throw new Error('the halves of a key do not belong together')
    return keys
  } catch (error) {
    throw new NoKeys('keys cannot be read', { cause: error })
  }
}

function newKey(clock: Clock): KeptKey {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const { x, d } = jwk
  if (x === undefined || d === undefined) throw new Error('a key without its halves')
  const id = randomBytes(9).toString('hex').slice(0, 12)
  return { id, made_at: nowText(clock), retired_at: null, jwk: { kty: 'OKP', crv: 'Ed25519', x, d } }
}

function publicOf({ id, made_at, retired_at, jwk }: KeptKey): PublicKey {
  return { id, made_at, retired_at, jwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x } }
}
