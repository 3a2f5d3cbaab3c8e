import type { Clock } from '../../../db/clock.ts'
import type { Log } from '../../operations/request-log.ts'

interface RefusedHost {
  /** The name as it came. */
  came: string
  expected: string
}

export type Reporter = (refused: RefusedHost) => void

const SECONDS_APART = 60
/** Names that are remembered at once; more of them within a minute, as a scanner sends, share one line. */
const MOST_NAMES = 50

/** Logs names that the site does not answer to: each once a minute, and no more than 51 lines a minute. */
export function reportUnknownHosts(log: Pick<Log, 'warn'>, clock: Clock): Reporter {
  const reported = new Map<string, number>()
  return ({ came, expected }) => {
    const now = clock.now().epochMilliseconds / 1000
    for (const [name, at] of reported) {
      if (now - at < SECONDS_APART) break
      reported.delete(name)
    }
    const is_known = reported.has(came)
    const name = is_known || reported.size < MOST_NAMES ? came : null
    const key = name ?? OTHERS
    if (reported.has(key)) return
    reported.set(key, now)
    log.warn({ came: name ?? 'further names', expected }, 'asked for by a name that is not the one of BASE_URL')
  }
}

/** No host has a space in it. */
const OTHERS = 'further names'
