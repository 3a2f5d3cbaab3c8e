import { type KeyObject, sign, verify } from 'node:crypto'
import type { WorkerPool } from '../workers/worker-pool.ts'
import type { HashInput, HashOutput } from './canonical-hash.ts'
import { fromMultibase, toMultibase } from './multibase.ts'
import type { JsonObject } from './parse-credential.ts'

const PROOF_TYPE = 'DataIntegrityProof'
const CRYPTOSUITE = 'eddsa-rdfc-2022'
/** A real credential takes 10 ms, and half a second where the thread has to load the library first. */
const LONGEST_MS = 5000

/** The bytes that a proof signs. @throws TaskError where making them took too long or too much memory */
export type HashDocument = (input: HashInput) => Promise<HashOutput>

/** Canonicalises in a worker thread, where neither its time nor its memory are the site's. */
export function hashInWorker(workers: WorkerPool): HashDocument {
  const task = new URL('./canonical-hash.ts', import.meta.url)
  return (input) => workers.run(task, input, { ms: LONGEST_MS })
}

interface Signer {
  /** Where its key is found. */
  method: string
  secret: KeyObject
  hash: HashDocument
}

/** The credential with a Data Integrity proof `eddsa-rdfc-2022`. @param now of signing, as an instant */
export async function withProof(
  credential: JsonObject,
  { method, secret, hash }: Signer,
  now: string,
): Promise<JsonObject> {
  const proof = {
    type: PROOF_TYPE,
    created: now.replace(/\.\d+Z$/, 'Z'),
    verificationMethod: method,
    cryptosuite: CRYPTOSUITE,
    proofPurpose: 'assertionMethod',
  }
  const bytes = await hash({ document: credential, proof })
  if (bytes === null) throw new Error('A credential of ours says what its contexts do not define')
  return { ...credential, proof: { ...proof, proofValue: toMultibase(sign(null, bytes, secret)) } }
}

/** Whether a proof is of the kind that we make. One that continues another (`previousProof`) is not. */
export function isOurProof({ type, cryptosuite, previousProof }: JsonObject): boolean {
  return type === PROOF_TYPE && cryptosuite === CRYPTOSUITE && previousProof === undefined
}

/** Whether a proof fits the document that it stands in. @throws what `hash` throws */
export async function proofFits(
  document: JsonObject,
  proof: JsonObject,
  key: KeyObject,
  hash: HashDocument,
): Promise<boolean> {
  const { proofValue, ...options } = proof
  const { proof: _, ...signed } = document
  const signature = fromMultibase(proofValue)
  if (signature?.length !== 64 || options['proofPurpose'] !== 'assertionMethod') return false
  const bytes = await hash({ document: signed, proof: options })
  return bytes !== null && verify(null, bytes, key, signature)
}
