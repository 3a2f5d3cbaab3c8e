export const CREDENTIALS_V2 = 'https://www.w3.org/ns/credentials/v2'
export const OPEN_BADGES = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'
export const MULTIKEY = 'https://w3id.org/security/multikey/v1'
export const JWK = 'https://w3id.org/security/jwk/v1'
export const DID = 'https://www.w3.org/ns/did/v1'

/** The contexts that come with the product: a document that names any other is not canonicalised. */
export const BUNDLED_CONTEXTS: readonly string[] = [
  CREDENTIALS_V2,
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json',
  OPEN_BADGES,
]
