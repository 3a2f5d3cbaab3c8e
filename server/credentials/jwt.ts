import { type KeyObject, sign, verify } from 'node:crypto'

/** `EdDSA`: Ed25519. `RS256`: what the validator of 1EdTech takes. */
export const JWT_ALGORITHMS = ['RS256', 'EdDSA'] as const
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number]

const DIGEST: Record<JwtAlgorithm, string | null> = { EdDSA: null, RS256: 'RSA-SHA256' }

/** @param kid where the key is found */
export function signJwt(claims: object, { alg, kid, secret }: { alg: JwtAlgorithm; kid: string; secret: KeyObject }) {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg, typ: 'JWT', kid })}.${part(claims)}`
  return `${signed}.${sign(DIGEST[alg], Buffer.from(signed), secret).toString('base64url')}`
}

/** Whether the signature of a JWT fits. @param alg that of the key, never the one that the JWT names */
export function jwtFits(jwt: string, alg: JwtAlgorithm, key: KeyObject): boolean {
  const at = jwt.lastIndexOf('.')
  return verify(DIGEST[alg], Buffer.from(jwt.slice(0, at)), key, Buffer.from(jwt.slice(at + 1), 'base64url'))
}
