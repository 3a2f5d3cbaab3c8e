const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** Multicodec of an Ed25519 public key. */
const ED25519 = Buffer.of(0xed, 0x01)
/** The longest encoded signature or key has 89 characters; reading costs the square of the length. */
const LONGEST = 128

/** Bytes as multibase, base58btc (`z...`). */
export function toMultibase(bytes: Buffer): string {
  let value = BigInt(`0x0${bytes.toString('hex')}`)
  let text = ''
  for (; value > 0n; value /= 58n) text = BASE58.charAt(Number(value % 58n)) + text
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return `z${'1'.repeat(zeros < 0 ? bytes.length : zeros)}${text}`
}

/** Null where it is no multibase in base58btc, or too long to be a key or a signature. */
export function fromMultibase(text: unknown): Buffer | null {
  if (typeof text !== 'string' || text.length > LONGEST || !/^z[1-9A-HJ-NP-Za-km-z]*$/.test(text)) return null
  const [, zeros = '', digits = ''] = /^z(1*)(.*)$/.exec(text) ?? []
  let value = 0n
  for (const digit of digits) value = value * 58n + BigInt(BASE58.indexOf(digit))
  const hex = value === 0n ? '' : value.toString(16)
  return Buffer.concat([Buffer.alloc(zeros.length), Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')])
}

/** An Ed25519 public key, as the `x` of its JWK, in multibase. */
export const ed25519Multibase = (x: string): string =>
  toMultibase(Buffer.concat([ED25519, Buffer.from(x, 'base64url')]))

/** The `x` of an Ed25519 public key in multibase; null where it is none. */
export function ed25519X(multibase: unknown): string | null {
  const bytes = fromMultibase(multibase)
  if (bytes?.length !== 34 || !bytes.subarray(0, 2).equals(ED25519)) return null
  return bytes.subarray(2).toString('base64url')
}
