import { lookup, Resolver } from 'node:dns/promises'

/** All addresses of a host's name; none where there is no such name. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<string[]>

/** Asks the name servers themselves: the system's own way would hold threads that passwords and files wait for. */
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

/** As the machine knows it, its own file of hosts included: for names that whoever runs the site has allowed. */
export const resolveBySystem: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true })
  return found.map(({ address }) => address)
}
