import { randomUUID } from 'node:crypto'
import type { Browser } from '../support/http-client.ts'
import type { Shot } from './load.ts'

/** What Chromium sends when it opens an address over https. */
const BROWSER = {
  'upgrade-insecure-requests': '1',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36',
  'sec-ch-ua': '"Chromium";v="145", "Not?A_Brand";v="24"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  accept:
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-user': '?1',
  'sec-fetch-dest': 'document',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en-US;q=0.9,en;q=0.8',
}

export interface BenchPage {
  name: string
  /** Processor time that a request may take, in microseconds, in a run where "hello" takes 30. */
  goal: number
  next: () => Shot
}

const COMMENTS = 20
const TEXT = 'We tried it at the desk. **It worked**, and then it did not. '.repeat(8)

/** A reflection that the learner may read with exactly twenty comments; the guide writes what is missing. */
async function reflectionWithComments(cohort: string, learner: Browser, guide: Browser): Promise<string> {
  const stream = await learner.read(`/cohorts/${cohort}/reflections`)
  for (const [, address = ''] of stream.matchAll(/href="(\/reflections\/\d+)"/g)) {
    const count = (await guide.read(address)).match(/id="comment-/g)?.length ?? 0
    if (count > COMMENTS) continue
    for (let missing = COMMENTS - count; missing > 0; missing--) {
      const body = 'Thank you, that helped me at the desk this morning.'
      await guide.post(`${address}/comments`, { body, once: randomUUID() })
    }
    return address
  }
  throw new Error('Every reflection of the stream has too many comments')
}

function headersOf(who: Browser | null): Record<string, string> {
  if (!who) return BROWSER
  return { ...BROWSER, cookie: Array.from(who.cookies, ([name, value]) => `${name}=${value}`).join('; ') }
}

function get(path: string, who: Browser | null): () => Shot {
  const shot: Shot = { method: 'GET', path, headers: headersOf(who) }
  return () => shot
}

function post(path: string, who: Browser, fields: () => Record<string, string>): () => Shot {
  const headers = { ...headersOf(who), 'content-type': 'application/x-www-form-urlencoded' }
  return () => ({ method: 'POST', path, headers, body: new URLSearchParams(fields()).toString() })
}

/** The pages that are measured, with the goals of docs/performance.md. */
export async function benchPages(cohort: string, learner: Browser, guide: Browser) {
  const base = `/cohorts/${cohort}`
  const reflection = await reflectionWithComments(cohort, learner, guide)
  const signedIn: BenchPage[] = [
    { name: 'reflection with 20 comments', goal: 700, next: get(reflection, learner) },
    { name: 'map', goal: 850, next: get(base, learner) },
    { name: 'thing', goal: 700, next: get(`${base}/things/1`, learner) },
    { name: 'stream', goal: 700, next: get(`${base}/reflections`, learner) },
    { name: 'badge wall', goal: 700, next: get(`${base}/badges`, learner) },
  ]
  const guests: BenchPage[] = [
    { name: 'thing, guest', goal: 80, next: get('/courses/23-mobile-things/things/1', null) },
    { name: 'landing page, guest', goal: 80, next: get('/', null) },
  ]
  const writing: BenchPage[] = [
    {
      name: 'writing a comment',
      goal: 1000,
      next: post(`${reflection}/comments`, guide, () => ({ body: 'Same here.', once: randomUUID() })),
    },
    {
      name: 'publishing a reflection again',
      goal: 1200,
      next: post(`${base}/things/1/reflection`, guide, () => ({
        intent: 'publish',
        title: 'Bench',
        body: TEXT,
        version: '',
      })),
    },
  ]
  return { signedIn, guests, writing }
}

/** The same request by a client that takes no compressed answer. */
export function uncompressed({ method, path, headers = {} }: Shot): Shot {
  return { method, path, headers: { ...headers, 'accept-encoding': 'identity' } }
}
