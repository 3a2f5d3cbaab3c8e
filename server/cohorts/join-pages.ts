import type { Request, RequestHandler, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { anybody, signedIn } from '../web/access.ts'
import { currentPerson, queryText } from '../web/current.ts'
import { addFlash } from '../web/flash.ts'
import {
  email,
  emptyForm,
  type Form,
  line,
  newPassword,
  onOrOff,
  type Problems,
  readForm,
  refusedForm,
} from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { forbidden, notFound } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import type { JoinableCohort } from './cohorts.ts'
import { codeFits } from './join-code.ts'
import { accountFor } from './joining.ts'
import { isClosed } from './policy.ts'

const joinPage = view<{
  cohort: JoinableCohort
  form: Form
  workplaces: string[]
  /** Where the reader stands in line, where she does. */
  place: number | null
}>('cohorts/join')

const code = line({ min: 0, max: 60 }).optional().default('')
/** To stand in line where every place is taken. */
const wait = onOrOff.optional().default(false)
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

/** @param limited counts tries that did not work and refuses when there are too many */
export function joinPages(router: Router, services: Services, limited: RequestHandler[]): void {
  const { blocks, clock, cohorts, enrolments, people, signIns, waiting } = services

  router.get('/join/:cohort', anybody, (req, res) => {
    const cohort = joinable(req)
    if (req.user && enrolments.of(req.user.id, cohort.slug)) return res.redirect(303, mapOf(cohort))
    if (isClosed(cohort, clock.now())) forbidden('cohort_closed')
    if (req.user && blocks.has(cohort.id, req.user.id)) forbidden('blocked')
    show(res, cohort, emptyForm({ code: queryText(req, 'code')?.slice(0, 60) ?? '' }))
  })

  router.post('/join/:cohort', anybody, ...limited, (req, res) => {
    const cohort = joinable(req)
    if (req.user && enrolments.of(req.user.id, cohort.slug)) return res.redirect(303, mapOf(cohort))
    if (isClosed(cohort, clock.now())) forbidden('cohort_closed')
    if (cohort.joining === 'invitation') return show(res, cohort, emptyForm(), 403)
    return req.user ? joinAs(req, res, cohort, req.user) : joinAnew(req, res, cohort)
  })

  function joinAs(req: Request, res: Response, cohort: JoinableCohort, person: Express.User): void {
    const form = readForm(codeForm, req.body)
    const code = (form.ok ? form.data.code : form.values['code']) ?? ''
    const problems = { ...(form.ok ? {} : form.problems), ...codeProblem(cohort, code) }
    if (!form.ok || Object.keys(problems).length > 0) return refuse(res, cohort, { code }, problems)
    enter(req, res, cohort, person, form.data)
  }

  async function joinAnew(req: Request, res: Response, cohort: JoinableCohort): Promise<void> {
    const form = readForm(joinForm, req.body)
    if (!form.ok) {
      const named = form.values['name']?.trim() || services.settings.value('accounts') === 'invitation'
      const nameless: Problems = named ? {} : { name: { key: 'problems.empty' } }
      const problems = { ...codeProblem(cohort, form.values['code']), ...nameless, ...form.problems }
      return refuse(res, cohort, form.values, problems)
    }
    const { wait, ...typed } = form.data
    const wrongCode = codeProblem(cohort, typed.code)
    if (wrongCode['code']) return refuse(res, cohort, typed, wrongCode)
    const account = await accountFor(services, req, { ...typed, workplace: typed.workplace || null })
    if (!account.ok) return refuse(res, cohort, typed, account.problems)
    if (blocks.has(cohort.id, account.person.id)) forbidden('blocked')
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
    if (blocks.has(cohort.id, person.id)) forbidden('blocked')
    if (enrolments.of(person.id, cohort.slug)) return res.redirect(303, mapOf(cohort))
    const is_in = waiting.come({ cohort_id: cohort.id, person_id: person.id, wait })
    const key = is_in ? 'joined' : wait ? 'waits' : 'full'
    addFlash(req, { kind: 'said', key: `cohorts.said.${key}`, values: { cohort: cohort.title } })
    res.redirect(303, is_in ? mapOf(cohort) : doorOf(cohort, code))
  }

  router.post('/join/:cohort/step-back', signedIn, (req, res) => {
    const cohort = joinable(req)
    waiting.stepBack(cohort.id, currentPerson(req).id)
    addFlash(req, { kind: 'said', key: 'cohorts.said.stepped_back', values: { cohort: cohort.title } })
    res.redirect(303, '/home')
  })

  function joinable(req: Request): JoinableCohort {
    return cohorts.forJoining(String(req.params['cohort'])) ?? notFound()
  }

  function refuse(res: Response, cohort: JoinableCohort, values: Record<string, string>, problems: Problems): void {
    show(res, cohort, refusedForm(frameOf(res).t, { values, problems }), 422)
  }

  function show(res: Response, cohort: JoinableCohort, form: Form, status = 200): void {
    const title = frameOf(res).t('cohorts.join.title', { cohort: cohort.title })
    const place = res.req.user ? waiting.placeOf(cohort.id, res.req.user.id) : null
    joinPage(res, { title, area: 'front', alone: true, status, cohort, form, place, workplaces: people.workplaces() })
  }
}

function codeProblem({ joining, join_code }: JoinableCohort, typed = ''): Problems {
  if (joining !== 'code' || codeFits(typed, join_code)) return {}
  return { code: { key: typed.trim() === '' ? 'problems.empty' : 'cohorts.join.wrong_code' } }
}

/** The page to join by, with the code that was right. */
function doorOf({ slug, joining }: JoinableCohort, code: string): string {
  return `/join/${slug}${joining === 'code' ? `?code=${encodeURIComponent(code)}` : ''}`
}

function mapOf(cohort: { slug: string }): string {
  return `/cohorts/${cohort.slug}`
}
