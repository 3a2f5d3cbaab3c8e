import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { isClosed } from '../enrolments/policy.ts'
import type { Services } from '../services.ts'
import { anybody, signedIn } from '../web/http/access.ts'
import { addRule, authorise } from '../web/http/authorisation.ts'
import { currentPerson } from '../web/http/current-user.ts'
import {
  checkbox,
  email,
  emptyForm,
  type Form,
  line,
  newPassword,
  type Problems,
  readForm,
  refusedForm,
} from '../web/http/forms.ts'
import { forbidden, HttpError, notFound } from '../web/http/http-error.ts'
import { queryText } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { JoinableCohort } from './cohorts.ts'
import { findOrCreateAccount } from './join-account.ts'
import { matchesJoinCode } from './join-code.ts'

const joinPage = view<{
  cohort: JoinableCohort
  form: Form
  workplaces: string[]
  /** The reader's place on the waiting list, from 1; null when not on it. */
  place: number | null
}>('cohorts/join')

const code = line({ min: 0, max: 60 }).optional().default('')
/** Join the waiting list when the cohort is full. */
const wait = checkbox
const codeForm = z.object({ code, wait })
const joinForm = z.object({
  // asked of those who have no account yet
  name: line({ min: 0, max: 120 }).optional().default(''),
  email,
  password: newPassword,
  code,
  wait,
  workplace: line({ min: 0, max: 120 }).optional().default(''),
})

export function joinPages(router: Router, services: Services): void {
  const { blocks, clock, cohorts, enrolments, guess, people, signIns, waitingList } = services

  router.get('/join/:cohort', anybody, (req, res) => {
    const cohort = joinable(req)
    if (req.user && enrolments.find(req.user.id, cohort.slug)) return res.redirect(303, mapOf(cohort))
    if (isClosed(cohort, clock.now())) forbidden('cohort_closed')
    if (req.user && blocks.isBlocked(cohort.id, req.user.id)) forbidden('blocked')
    show(res, cohort, emptyForm({ code: queryText(req, 'code')?.slice(0, 60) ?? '' }))
  })

  router.post('/join/:cohort', anybody, (req, res) => {
    const cohort = joinable(req)
    if (req.user && enrolments.find(req.user.id, cohort.slug)) return res.redirect(303, mapOf(cohort))
    if (isClosed(cohort, clock.now())) forbidden('cohort_closed')
    if (cohort.joining === 'invitation') return show(res, cohort, emptyForm(), 403)
    return req.user ? joinAs(req, res, cohort, req.user) : joinAnew(req, res, cohort)
  })

  async function joinAs(req: Request, res: Response, cohort: JoinableCohort, person: Express.User): Promise<void> {
    const form = readForm(codeForm, req.body)
    const code = (form.ok ? form.data.code : form.values['code']) ?? ''
    const problems = { ...(form.ok ? {} : form.problems), ...(await codeProblem(req, cohort, code, person.email)) }
    if (!form.ok || Object.keys(problems).length > 0) return refuse(res, cohort, { code }, problems)
    keepDoor(req, code)
    enter(req, res, cohort, person, form.data)
  }

  async function joinAnew(req: Request, res: Response, cohort: JoinableCohort): Promise<void> {
    const form = readForm(joinForm, req.body)
    const { code = '', email: address = '' } = form.ok ? form.data : form.values
    const wrongCode = await codeProblem(req, cohort, code, address)
    if (!form.ok) {
      const named = form.values['name']?.trim() || services.settings.value('accounts') === 'invitation'
      const nameless: Problems = named ? {} : { name: { key: 'problems.empty' } }
      return refuse(res, cohort, form.values, { ...wrongCode, ...nameless, ...form.problems })
    }
    const { wait, ...typed } = form.data
    if (wrongCode['code']) return refuse(res, cohort, typed, wrongCode)
    keepDoor(req, code)
    const account = await findOrCreateAccount(services, req, { ...typed, workplace: typed.workplace || null })
    if (!account.ok) return refuse(res, cohort, typed, account.problems)
    refuseBlocked(cohort, account.person)
    signIns.start(req, account.person)
    enter(req, res, cohort, account.person, { wait, code: typed.code })
  }

  function enter(
    req: Request,
    res: Response,
    cohort: JoinableCohort,
    person: Express.User,
    { wait, code }: { wait: boolean; code: string },
  ): void {
    authorise(() => refuseBlocked(cohort, person))
    if (enrolments.find(person.id, cohort.slug)) return res.redirect(303, mapOf(cohort))
    const is_in = waitingList.joinOrWait({ cohort_id: cohort.id, person_id: person.id, wait })
    const key = is_in ? 'joined' : wait ? 'waits' : 'full'
    addFlash(req, { kind: 'said', key: `cohorts.said.${key}`, values: { cohort: cohort.title } })
    res.redirect(303, is_in ? mapOf(cohort) : doorOf(cohort, code))
  }

  /** While a password is hashed, the code may be replaced, or the cohort closed. */
  function keepDoor(req: Request, code: string): void {
    addRule(() => {
      const { join_code, joining, closed_at } = joinable(req)
      if (isClosed({ closed_at }, clock.now())) forbidden('cohort_closed')
      const is_open = joining === 'open' || (joining === 'code' && matchesJoinCode(code, join_code))
      if (!is_open) throw new HttpError(409, 'joining_changed')
    })
  }

  function refuseBlocked(cohort: JoinableCohort, person: Express.User): void {
    if (blocks.isBlocked(cohort.id, person.id)) forbidden('blocked')
  }

  router.post('/join/:cohort/step-back', signedIn, (req, res) => {
    const cohort = joinable(req)
    waitingList.leave(cohort.id, currentPerson(req).id)
    addFlash(req, { kind: 'said', key: 'cohorts.said.stepped_back', values: { cohort: cohort.title } })
    res.redirect(303, '/home')
  })

  /** @param account who wants to join; people in one room who mistype the code do not use up each other's guesses */
  async function codeProblem(
    req: Request,
    { joining, join_code }: JoinableCohort,
    typed: string,
    account: string,
  ): Promise<Problems> {
    if (joining !== 'code') return {}
    if (typed.trim() === '') return { code: { key: 'problems.empty' } }
    const fits = () => matchesJoinCode(typed, join_code) || null
    const found = await guess({ kind: 'code', ip: req.ip, account: account || null }, fits)
    return found ? {} : { code: { key: 'cohorts.join.wrong_code' } }
  }

  function joinable(req: Request): JoinableCohort {
    return cohorts.findJoinable(String(req.params['cohort'])) ?? notFound()
  }

  function refuse(res: Response, cohort: JoinableCohort, values: Record<string, string>, problems: Problems): void {
    show(res, cohort, refusedForm(pageContext(res).t, { values, problems }), 422)
  }

  function show(res: Response, cohort: JoinableCohort, form: Form, status = 200): void {
    const title = pageContext(res).t('cohorts.join.title', { cohort: cohort.title })
    const place = res.req.user ? waitingList.placeOfPerson(cohort.id, res.req.user.id) : null
    joinPage(res, { title, area: 'front', alone: true, status, cohort, form, place, workplaces: people.workplaces() })
  }
}

/** The page to join by, with the code that was right. */
function doorOf({ slug, joining }: JoinableCohort, code: string): string {
  return `/join/${slug}${joining === 'code' ? `?code=${encodeURIComponent(code)}` : ''}`
}

function mapOf(cohort: { slug: string }): string {
  return `/cohorts/${cohort.slug}`
}
