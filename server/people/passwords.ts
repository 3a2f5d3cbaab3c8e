import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { withoutOuterSpace } from '../web/text/clean-text.ts'

/** OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane. */
const MEMORY = 19_456
const PASSES = 2
const LANES = 1
const LENGTH = 32
/** Hashes that run at once: each holds 19 MiB. */
const MAX_RUNNING = 4

const derive = promisify(argon2)
const waiting: (() => void)[] = []
let running = 0

async function withLimit<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= MAX_RUNNING) await new Promise<void>((start) => waiting.push(start))
  else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

function argon2id(password: string, nonce: Buffer): Promise<Buffer> {
  const message = password.normalize('NFKC')
  const options = { message, nonce, parallelism: LANES, tagLength: LENGTH, memory: MEMORY, passes: PASSES }
  return withLimit(() => derive('argon2id', options))
}

/** The argon2id hash of a password as a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const tag = await argon2id(password, salt)
  return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${LANES}$${bare(salt)}$${bare(tag)}`
}

/**
 * Whether the password matches, as it was typed or without the white space that a copy may have brought along at its
 * ends. Takes as long for an unknown account (`stored` null) as for a known one.
 */
export async function passwordMatches(typed: string, stored: string | null): Promise<boolean> {
  if (await matchesExactly(typed, stored)) return true
  const password = withoutOuterSpace(typed)
  return password !== typed && password !== '' && (await matchesExactly(password, stored))
}

async function matchesExactly(password: string, stored: string | null): Promise<boolean> {
  const [, , , , salt = '', tag = ''] = (stored ?? DUMMY_HASH).split('$')
  const expected = Buffer.from(tag, 'base64')
  const found = await argon2id(password, Buffer.from(salt, 'base64'))
  return expected.length === found.length && timingSafeEqual(expected, found) && stored !== null
}

function bare(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

const DUMMY_HASH = `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${LANES}$${bare(Buffer.alloc(16))}$${bare(Buffer.alloc(LENGTH))}`
