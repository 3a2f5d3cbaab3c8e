import type { Readable } from 'node:stream'
import type { Response, Router } from 'express'
import { z } from 'zod'
import { mayReadAward } from '../badges/policy.ts'
import type { Services } from '../services.ts'
import { anybody } from '../web/access.ts'
import { queryText } from '../web/current.ts'
import { type Form, readForm, refusedForm, text } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { keepNothing } from '../web/headers.ts'
import { readUploads } from '../web/uploads.ts'
import { view } from '../web/view.ts'
import { unbake } from './unbaking.ts'
import type { Verdict } from './verifying.ts'

/** A badge with a picture in it is some hundred kilobytes. */
const LARGEST = 1_000_000

const verifyForm = z.object({
  credential: text({ min: 0, max: LARGEST }).optional(),
  link: text({ min: 0, max: 2000 }).optional(),
  email: text({ min: 0, max: 254 }).optional(),
})

const verifyPage = view<{ form: Form; verdict: Shown | null }>('credentials/verify')

interface Shown extends Verdict {
  from: string | null
  until: string | null
  /** Where its holder shows it. */
  award: { id: string; name: string } | null
}

/** Anybody may ask whether a badge is real: pasted, sent as a file, or by its address. */
export function verifyPages(router: Router, services: Services): void {
  const { awards, config, credentials, fetchPublic, guess, log, verify } = services

  router.get('/verify', anybody, async (req, res) => {
    const id = queryText(req, 'award')
    if (!id) return show(res, empty(''), null)
    const link = `${config.base_url}/awards/${id}`
    const found = await ofLink(link)
    if (found === null) return show(res, withProblem(res, empty(link), 'link', 'not_found'), null, 422)
    show(res, empty(link), await judge(res, found, null))
  })

  router.post('/verify', anybody, keepNothing, async (req, res) => {
    const { taken } = await readUploads(req, res, 'file', { take, drop: () => Promise.resolve() })
    const { t } = frameOf(res)
    const form = readForm(verifyForm, req.body)
    if (!form.ok) return show(res, refusedForm(t, form), null, 422)
    const { credential = '', link = '', email = '' } = form.data
    const values = { credential, link, email }
    const refuse = (field: string, why: string) =>
      show(res, withProblem(res, { values, problems: {} }, field, why), null, 422)
    const file = taken.find((each) => each === 'too_large' || each.length > 0)
    if (file === 'too_large') return refuse('file', 'too_large')
    const sent = file ? unbake(file) : credential.trim() === '' ? null : credential
    if (file && sent === null) return refuse('file', 'nothing_in_it')
    if (sent === null && link.trim() === '') return refuse('credential', 'nothing')
    const guessed = { kind: 'verification', ip: req.ip, account: null } as const
    const found = sent ?? (await guess(guessed, () => ofLink(link.trim())))
    if (found === null) return refuse('link', 'not_found')
    const verdict = await guess(guessed, () => judge(res, found, email.trim() === '' ? null : email), isRefused)
    if (!verdict) return refuse(file ? 'file' : sent === null ? 'link' : 'credential', 'no_credential')
    show(res, { values, problems: {} }, verdict)
  })

  /** What stands at an address: our own are known without asking anybody. */
  async function ofLink(link: string): Promise<string | null> {
    const url = URL.parse(link)
    if (url?.origin === config.base_url) {
      const id = /^\/awards\/([\w-]+)(?:\/.*)?$/.exec(url.pathname)?.[1]
      const award = id === undefined ? null : awards.of(id)
      if (!award || !mayReadAward(award, null)) return null
      const { json } = await credentials.of(award)
      return JSON.stringify(json)
    }
    try {
      const { status, body } = await fetchPublic(link, { max_bytes: LARGEST, timeout: 5000 })
      return status === 200 ? unbake(body) : null
    } catch (error) {
      log.info({ err: error }, 'an address to verify gave nothing')
      return null
    }
  }

  async function judge(res: Response, found: string, email: string | null): Promise<Shown | null> {
    const verdict = await verify(found, email)
    if (!verdict) return null
    const { told, ours } = verdict
    const { dates } = frameOf(res)
    const id = ours ? /\/awards\/([\w-]+)$/.exec(told.id ?? '')?.[1] : undefined
    const award = id === undefined ? null : awards.of(id)
    const dayOf = (instant: Temporal.Instant | null) => (instant ? dates.full(dates.dateOf(instant.toString())) : null)
    return {
      ...verdict,
      from: dayOf(told.from),
      until: dayOf(told.until),
      award: award && mayReadAward(award, null) ? { id: award.id, name: award.person.name } : null,
    }
  }

  function show(res: Response, form: Form, verdict: Shown | null, status = 200): void {
    const { t, person } = frameOf(res)
    verifyPage(res, { title: t('credentials.verify.title'), area: 'badges', alone: !person, status, form, verdict })
  }
}

/** What somebody who tries to forge a badge, or to find out whose one is, is told again and again. */
function isRefused(verdict: Verdict | null): boolean {
  return verdict === null || verdict.state === 'tampered' || verdict.checks.recipient === 'no'
}

const empty = (link: string): Form => ({ values: { credential: '', link, email: '' }, problems: {} })

function withProblem(res: Response, form: Form, field: string, why: string): Form {
  return { ...form, problems: { [field]: frameOf(res).t(`credentials.verify.problem.${why}`) } }
}

/** A small file as it is; of a larger one no more than that it is. */
async function take(stream: Readable): Promise<Buffer | 'too_large'> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of stream as AsyncIterable<Buffer>) {
    length += piece.length
    if (length <= LARGEST) pieces.push(piece)
  }
  return length > LARGEST ? 'too_large' : Buffer.concat(pieces)
}
