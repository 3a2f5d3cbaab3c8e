import { lookup, Resolver } from 'node:dns/promises'

/** Finds all addresses of a host name; none where the name does not exist. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<string[]>

/** Asks the name servers directly: the system resolver would block threads that password hashing and files need. */
export const resolveByDns: Resolve = async (host, signal) => {
  const resolver = new Resolver({ timeout: 2500, tries: 2 })
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** Asks the system resolver, which reads the hosts file: for names that the operator has allowed. */
export const resolveBySystem: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true })
  return found.map(({ address }) => address)
}
