import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { type Clock, nowText } from '../db/clock.ts'
import { HttpError } from '../web/http/http-error.ts'
import type { JwtAlgorithm } from './jwt.ts'

const part = z.string().regex(/^[\w-]{43}$/)
const number = z.string().regex(/^[\w-]{4,800}$/)
const ed25519 = z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: part, d: part })
const rsa = z.strictObject({
  kty: z.literal('RSA'),
  n: number,
  e: number,
  d: number,
  p: number,
  q: number,
  dp: number,
  dq: number,
  qi: number,
})
const keptKeys = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9]{12}$/),
        made_at: z.iso.datetime(),
        /** Of an earlier key; what it signed stays verifiable. */
        retired_at: z.iso.datetime().nullable(),
        jwk: z.discriminatedUnion('kty', [ed25519, rsa]),
      }),
    )
    .min(1),
})

type KeptKey = z.infer<typeof keptKeys>['keys'][number]

export interface PublicKey {
  id: string
  made_at: string
  retired_at: string | null
  alg: JwtAlgorithm
  jwk: { kty: 'OKP'; crv: 'Ed25519'; x: string } | { kty: 'RSA'; n: string; e: string }
}

export interface SigningKey {
  id: string
  secret: KeyObject
}

/** The keys are missing or unreadable: nothing can be signed until they are restored. All else goes on working. */
export class NoKeys extends HttpError {
  constructor(message: string, options?: { cause: unknown }) {
    super(503, 'no_keys')
    this.message = message
    if (options) this.cause = options.cause
  }
}

/**
 * The site's own keys, in one file that only its user reads: `keys/issuer.json` in the data folder. The first, for
 * Ed25519, is made at first use, and one for RSA when the first JWT asks for it; two processes that come at once end up
 * with the same.
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

    /** The key that signs with an algorithm now; null where one has yet to be made. @throws NoKeys */
    signing: (alg: JwtAlgorithm): SigningKey | null => inUse(read(), alg),

    /** Saves a new key, or returns the one in use. To be called within a transaction. @throws NoKeys */
    add(fresh: KeptKey): SigningKey {
      const keys = read()
      const known = inUse(keys, algorithmOf(fresh))
      if (known) return known
      renameSync(write([...keys, fresh]), file)
      return signingKey(fresh)
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
    for (const { jwk } of keys) {
      const half = createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).export({ format: 'jwk' })
      if (jwk.kty === 'OKP' ? half.x !== jwk.x : half.n !== jwk.n)
        throw new Error('the halves of a key do not belong together')
    }
    return keys
  } catch (error) {
    throw new NoKeys('keys cannot be read', { cause: error })
  }
}

const algorithmOf = ({ jwk }: KeptKey): JwtAlgorithm => (jwk.kty === 'OKP' ? 'EdDSA' : 'RS256')

const signingKey = ({ id, jwk }: KeptKey): SigningKey => ({ id, secret: createPrivateKey({ key: jwk, format: 'jwk' }) })

function inUse(keys: readonly KeptKey[], alg: JwtAlgorithm): SigningKey | null {
  const key = keys.find((each) => each.retired_at === null && algorithmOf(each) === alg)
  return key ? signingKey(key) : null
}

function newKey(clock: Clock): KeptKey {
  return kept(clock, ed25519.parse(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })))
}

/** A new key for an algorithm. One for RSA takes a tenth of a second and more, so it is made beside the event loop. */
export async function newKeyFor(alg: JwtAlgorithm, clock: Clock): Promise<KeptKey> {
  if (alg === 'EdDSA') return newKey(clock)
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return kept(clock, rsa.parse(privateKey.export({ format: 'jwk' })))
}

function kept(clock: Clock, jwk: KeptKey['jwk']): KeptKey {
  return { id: randomBytes(6).toString('hex'), made_at: nowText(clock), retired_at: null, jwk }
}

function publicOf(key: KeptKey): PublicKey {
  const { id, made_at, retired_at, jwk } = key
  const half: PublicKey['jwk'] =
    jwk.kty === 'OKP' ? { kty: jwk.kty, crv: jwk.crv, x: jwk.x } : { kty: jwk.kty, n: jwk.n, e: jwk.e }
  return { id, made_at, retired_at, alg: algorithmOf(key), jwk: half }
}
