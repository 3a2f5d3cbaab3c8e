import { createHash, hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits say nothing about anybody and need no signature. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What the database knows of a token (a session's, an invitation's, a link's): a copy of it opens nothing. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'base64url')
}

/** Are two secrets the same? It takes as long wherever they differ. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
