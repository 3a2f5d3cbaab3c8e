import { X509Certificate } from 'node:crypto'

const ONE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Whether a text has certificates in PEM form in it, each of which can be read. */
export function areCertificates(pem: string): boolean {
  const found = pem.match(ONE) ?? []
  try {
    return found.length > 0 && found.every((one) => new X509Certificate(one).subject !== '')
  } catch {
    return false
  }
}
