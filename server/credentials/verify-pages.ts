import type { Readable } from 'node:stream'
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { mayReadAward, viewerOf } from '../badges/policy.ts'
import type { Services } from '../services.ts'
import { anybody } from '../web/http/access.ts'
import { ConcurrencyLimitError, createConcurrencyLimiter } from '../web/http/concurrency-limiter.ts'
import { type Form, line, readForm, refusedForm, text } from '../web/http/forms.ts'
import { networkOf } from '../web/http/guess-limits.ts'
import { noStore } from '../web/http/headers.ts'
import { HttpError } from '../web/http/http-error.ts'
import { queryText } from '../web/http/params.ts'
import { readUploads } from '../web/http/uploads.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { readEmailAddress } from '../web/text/email-address.ts'
import { TaskError } from '../workers/worker-pool.ts'
import { type Carried, unbake } from './unbaking.ts'
import { type ShownVerdict, shownVerdict } from './verdict-presenter.ts'
import type { Verdict } from './verification.ts'

/** A badge with a picture in it is some hundred kilobytes. */
const LARGEST_FILE = 1_000_000
/** A credential has 2 to 6 kB; much larger texts are not even parsed. */
const LARGEST_CREDENTIAL = 250_000
/** The Accept header with which a credential is requested at the address of its page. */
const ACCEPT = 'application/vc, application/ld+json, application/json;q=0.9, */*;q=0.5'
const LINK_PATIENCE = 5000
const TURN_MS = 10_000
const TURNS = { at_once: 2, wait_ms: TURN_MS, queue: 50 }

const verifyForm = z.object({
  credential: text({ min: 0, max: LARGEST_CREDENTIAL }).optional(),
  link: line({ min: 0, max: 2000 }).optional(),
  email: line({ min: 0, max: 1000 }).optional(),
})

const verifyPage = view<{ form: Form; verdict: ShownVerdict | null }>('credentials/verify')

/** What somebody wants to know about: where it came in, and what it is. */
interface VerifyQuestion {
  values: { credential: string; link: string; email: string }
  file: Buffer | null
  /** Who asks: an award that nobody else sees is verified by its address for its holder alone. */
  viewer: number | null
}

type VerifyField = 'file' | 'link' | 'credential'
type VerifyAnswer = Verdict | { field: VerifyField; problem: string }

/** Anybody may ask whether a badge is valid: pasted, sent as a file, or by its address. */
export function verifyPages(router: Router, services: Services): void {
  const { awardDetails, config, credentials, fetchPublic, guess, log, verify } = services
  const inTurn = createConcurrencyLimiter(TURNS)

  router.get('/verify', anybody, async (req, res) => {
    const id = queryText(req, 'award')
    const values = { credential: '', link: id ? `${config.base_url}/awards/${id}` : '', email: '' }
    if (!id) return show(res, { values, problems: {} }, null)
    answer(res, values, await inOwnTurn(req, { values, file: null, viewer: viewerOf(req) }))
  })

  router.post('/verify', anybody, noStore, async (req, res) => {
    const { taken } = await readUploads(req, res, 'file', { take, drop: () => Promise.resolve() })
    const form = readForm(verifyForm, req.body)
    if (!form.ok) return show(res, refusedForm(pageContext(res).t, form), null, 422)
    const { credential = '', link = '', email = '' } = form.data
    const values = { credential, link, email }
    const file = taken.find((each) => each === 'too_large' || each.length > 0) ?? null
    if (file === 'too_large') return answer(res, values, { field: 'file', problem: 'too_large' })
    answer(res, values, await inOwnTurn(req, { values, file, viewer: viewerOf(req) }))
  })

  /** One check for each address and two in all; who is refused again and again is a guess, and slowed down as such. */
  async function inOwnTurn({ ip }: Request, question: VerifyQuestion): Promise<VerifyAnswer> {
    const facts = { kind: 'verification', ip, account: null } as const
    try {
      return await inTurn(networkOf(ip ?? ''), () => guess(facts, () => find(question), isRefused))
    } catch (error) {
      const busy = error instanceof ConcurrencyLimitError || (error instanceof TaskError && error.reason === 'busy')
      throw busy ? new HttpError(429, 'verify_busy', { retry_after: TURN_MS / 1000 }) : error
    }
  }

  async function find({ values, file, viewer }: VerifyQuestion): Promise<VerifyAnswer> {
    const pasted = values.credential.trim()
    // an address may be pasted where there is room for a badge, too
    const link = /^https?:\/\/\S+$/.test(pasted) ? pasted : values.link
    const field = file ? 'file' : pasted !== '' ? 'credential' : 'link'
    const refuse = (problem: string): VerifyAnswer => ({ field, problem })
    if (!file && pasted === '' && link === '') return { field: 'credential', problem: 'nothing' }
    const written = !file && pasted !== '' && pasted !== link
    const carried = file ? unbake(file) : written ? { text: pasted, older: false } : await atLink(link, viewer)
    if (carried === null) return refuse(file ? 'nothing_in_it' : 'not_found')
    if (Buffer.byteLength(carried.text) > LARGEST_CREDENTIAL) return refuse('too_much_in_it')
    const email = readEmailAddress(values.email) ?? values.email
    return (await verify(carried, email === '' ? null : email)) ?? refuse('no_credential')
  }

  /** The credential at an address; awards of this site are read without a request. */
  async function atLink(link: string, viewer: number | null): Promise<Carried | null> {
    const url = URL.parse(link)
    if (url?.origin === config.base_url) {
      const id = /^\/awards\/([\w-]+)(?:\/.*)?$/.exec(url.pathname)?.[1]
      const award = id === undefined ? null : awardDetails.find(id)
      if (!award || !mayReadAward(award, viewer)) return null
      return { text: JSON.stringify(await credentials.json(award)), older: false }
    }
    try {
      const options = { max_bytes: LARGEST_FILE, timeout: LINK_PATIENCE, headers: { accept: ACCEPT } }
      const { status, body } = await fetchPublic(link, options)
      return status === 200 ? unbake(body) : null
    } catch (error) {
      log.info({ err: error }, 'an address to verify gave nothing')
      return null
    }
  }

  function answer(res: Response, values: VerifyQuestion['values'], found: VerifyAnswer): void {
    const { t, dates } = pageContext(res)
    if (!('problem' in found)) return show(res, { values, problems: {} }, shownVerdict(found, { dates, awardDetails }))
    const problems = { [found.field]: t(`credentials.verify.problem.${found.problem}`) }
    show(res, { values, problems }, null, 422)
  }

  function show(res: Response, form: Form, verdict: ShownVerdict | null, status = 200): void {
    const { t, person } = pageContext(res)
    verifyPage(res, { title: t('credentials.verify.title'), area: 'badges', alone: !person, status, form, verdict })
  }
}

/** The results that are counted against guessing: of trying to forge a badge, or to find out whose it is. */
function isRefused(answer: VerifyAnswer): boolean {
  if ('problem' in answer) return ['not_found', 'no_credential'].includes(answer.problem)
  return answer.state === 'changed' || answer.findings.recipient === 'no'
}

/** A small file as it is; of a larger one no more than that it is. */
async function take(stream: Readable): Promise<Buffer | 'too_large'> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of stream as AsyncIterable<Buffer>) {
    length += piece.length
    if (length <= LARGEST_FILE) pieces.push(piece)
  }
  return length > LARGEST_FILE ? 'too_large' : Buffer.concat(pieces)
}
