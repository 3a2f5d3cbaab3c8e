/** A JSON object whose members are still to be checked. */
export type JsonObject = Record<string, unknown>

/** How a credential is signed, if it is. */
export type Signed =
  | { form: 'proof'; proofs: JsonObject[] }
  | { form: 'jwt'; header: JsonObject; claims: JsonObject; jwt: string }
  | { form: 'none' }

/** A credential as it was submitted. */
export interface Given {
  document: JsonObject
  signed: Signed
}

const DEEPEST = 30
/** The signature is empty where the algorithm is `none`. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/

/** Parses submitted text; null where it is no verifiable credential. */
export function readCredential(text: string): Given | null {
  const plain = text.trim()
  if (JWT.test(plain)) return readJwt(plain)
  const document = jsonIn(plain)
  if (!document || !isCredential(document)) return null
  const proofs = [document['proof']].flat().filter(isObject)
  return { document, signed: proofs.length === 0 ? { form: 'none' } : { form: 'proof', proofs } }
}

function readJwt(jwt: string): Given | null {
  const found = partsOf(jwt)
  if (!found) return null
  const { header, claims } = found
  // the older form of a JWT keeps the credential in a claim of its own
  const document = isObject(claims['vc']) ? { ...claims['vc'], issuer: claims['iss'] } : claims
  if (!isCredential(document)) return null
  return { document, signed: header['alg'] === 'none' ? { form: 'none' } : { form: 'jwt', header, claims, jwt } }
}

/** Header and claims of a JWT, unchecked. */
export function partsOf(jwt: string): { header: JsonObject; claims: JsonObject } | null {
  const [head = '', payload = ''] = JWT.test(jwt) ? jwt.split('.') : []
  const header = jsonIn(Buffer.from(head, 'base64url').toString('utf8'))
  const claims = jsonIn(Buffer.from(payload, 'base64url').toString('utf8'))
  return header && claims && { header, claims }
}

/** The object that a text is in JSON; null where it is none, or one that is nested deeper than anything real. */
export function jsonIn(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && isShallow(value, DEEPEST) ? value : null
  } catch {
    return null
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isShallow(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return left > 0 && Object.values(value).every((inner) => isShallow(inner, left - 1))
}

const isCredential = (document: JsonObject): boolean => [document['type']].flat().includes('VerifiableCredential')
