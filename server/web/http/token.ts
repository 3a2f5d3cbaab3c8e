import { createHash, hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A token of 256 random bits in base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a token: a stolen database does not contain usable ones. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'base64url')
}

/** Compares two secrets in constant time. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
