import { z } from 'zod'

type Json = Record<string, unknown>

/** A credential as somebody gave it to us: with an embedded proof, or as JWT. */
export type Given = { form: 'proof'; document: Json } | { form: 'jwt'; document: Json; header: Json; jwt: string }

const DEEPEST = 30
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** Reads what somebody pasted or sent; null where it is no credential at all. */
export function readCredential(text: string): Given | null {
  const plain = text.trim()
  if (JWT.test(plain)) return readJwt(plain)
  const document = jsonIn(plain)
  return document && isCredential(document) ? { form: 'proof', document } : null
}

function readJwt(jwt: string): Given | null {
  const [head = '', payload = ''] = jwt.split('.')
  const header = jsonIn(Buffer.from(head, 'base64url').toString('utf8'))
  const claims = jsonIn(Buffer.from(payload, 'base64url').toString('utf8'))
  if (!header || !claims) return null
  // the older form of a JWT keeps the credential in a claim of its own
  const document = isObject(claims['vc']) ? { ...claims['vc'], issuer: claims['iss'] } : claims
  return isCredential(document) ? { form: 'jwt', document, header, jwt } : null
}

function jsonIn(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && isShallow(value, DEEPEST) ? value : null
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isShallow(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return left > 0 && Object.values(value).every((inner) => isShallow(inner, left - 1))
}

const isCredential = (document: Json): boolean => [document['type']].flat().includes('VerifiableCredential')

const text = z.string().max(5000)
const named = z.union([
  text.transform((id) => ({ id, name: undefined })),
  z.looseObject({ id: text, name: text.optional() }),
])
const shown = z.looseObject({
  id: text.optional(),
  issuer: named,
  validFrom: text.optional(),
  issuanceDate: text.optional(),
  validUntil: text.optional(),
  expirationDate: text.optional(),
  credentialSubject: z.looseObject({
    identifier: z
      .array(z.looseObject({ identityHash: text, salt: text.optional(), hashed: z.boolean().optional() }))
      .optional(),
    achievement: z.looseObject({ name: text, description: text.optional() }).optional(),
  }),
  credentialStatus: z
    .looseObject({ statusListCredential: text, statusListIndex: z.union([text, z.number()]) })
    .optional(),
})

export interface Told {
  id: string | null
  issuer: string
  issuer_name: string | null
  title: string | null
  meaning: string | null
  from: Temporal.Instant | null
  until: Temporal.Instant | null
  identifiers: { identityHash: string; salt: string }[]
  status: { list: string; index: number } | null
}

/** What a credential says, as far as we understand it; null where it does not say who gave what. */
export function tell(document: Json): Told | null {
  const read = shown.safeParse(document)
  if (!read.success) return null
  const { data } = read
  const { achievement, identifier = [] } = data.credentialSubject
  const status = data.credentialStatus
  return {
    id: data.id ?? null,
    issuer: data.issuer.id,
    issuer_name: data.issuer.name ?? null,
    title: achievement?.name ?? null,
    meaning: achievement?.description ?? null,
    from: instantIn(data.validFrom ?? data.issuanceDate),
    until: instantIn(data.validUntil ?? data.expirationDate),
    identifiers: identifier.map(({ identityHash, salt = '' }) => ({ identityHash, salt })),
    status: status ? { list: status.statusListCredential, index: Number(status.statusListIndex) } : null,
  }
}

function instantIn(text: string | undefined): Temporal.Instant | null {
  try {
    return text === undefined ? null : Temporal.Instant.from(text)
  } catch {
    return null
  }
}
