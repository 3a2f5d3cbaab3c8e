import type { Request, RequestHandler, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { anybody } from '../web/access.ts'
import { queryText } from '../web/current.ts'
import { addFlash } from '../web/flash.ts'
import { email, emptyForm, type Form, line, newPassword, type Problems, readForm, refusedForm } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { forbidden, notFound } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import type { JoinableCohort } from './cohorts.ts'
import { codeFits } from './join-code.ts'
import { accountFor } from './joining.ts'

const joinPage = view<{ cohort: JoinableCohort; form: Form; workplaces: string[] }>('cohorts/join')

const code = line({ min: 0, max: 60 }).optional().default('')
const codeForm = z.object({ code })
const joinForm = z.object({
  // asked of those who have no account yet
  name: line({ min: 0, max: 120 }).optional().default(''),
  email,
  password: newPassword,
  code,
  workplace: line({ min: 0, max: 120 }).optional().default(''),
})

/** @param limited counts tries that did not work and refuses when there are too many */
export function joinPages(router: Router, services: Services, limited: RequestHandler[]): void {
  const { blocks, cohorts, enrolments, people, signIns } = services

  router.get('/join/:cohort', anybody, (req, res) => {
    const cohort = joinable(req)
    if (req.user && enrolments.of(req.user.id, cohort.slug)) return res.redirect(303, mapOf(cohort))
    if (req.user && blocks.has(cohort.id, req.user.id)) forbidden('blocked')
    show(res, cohort, emptyForm({ code: queryText(req, 'code')?.slice(0, 60) ?? '' }))
  })

  router.post('/join/:cohort', anybody, ...limited, (req, res) => {
    const cohort = joinable(req)
    if (req.user && enrolments.of(req.user.id, cohort.slug)) return res.redirect(303, mapOf(cohort))
    if (cohort.joining === 'invitation') return show(res, cohort, emptyForm(), 403)
    return req.user ? joinAs(req, res, cohort, req.user) : joinAnew(req, res, cohort)
  })

  function joinAs(req: Request, res: Response, cohort: JoinableCohort, person: Express.User): void {
    const form = readForm(codeForm, req.body)
    const typed = form.ok ? form.data : form.values
    const problems = { ...(form.ok ? {} : form.problems), ...codeProblem(cohort, typed['code']) }
    if (Object.keys(problems).length > 0) return refuse(res, cohort, typed, problems)
    enter(req, res, cohort, person)
  }

  async function joinAnew(req: Request, res: Response, cohort: JoinableCohort): Promise<void> {
    const form = readForm(joinForm, req.body)
    if (!form.ok) {
      const nameless: Problems = form.values['name']?.trim() ? {} : { name: { key: 'problems.empty' } }
      const problems = { ...codeProblem(cohort, form.values['code']), ...nameless, ...form.problems }
      return refuse(res, cohort, form.values, problems)
    }
    const wrongCode = codeProblem(cohort, form.data.code)
    if (wrongCode['code']) return refuse(res, cohort, form.data, wrongCode)
    const account = await accountFor(services, req, { ...form.data, workplace: form.data.workplace || null })
    if (!account.ok) return refuse(res, cohort, form.data, account.problems)
    if (blocks.has(cohort.id, account.person.id)) forbidden('blocked')
    signIns.start(req, account.person)
    enter(req, res, cohort, account.person)
  }

  function enter(req: Request, res: Response, cohort: JoinableCohort, person: Express.User): void {
    if (blocks.has(cohort.id, person.id)) forbidden('blocked')
    if (!enrolments.of(person.id, cohort.slug)) {
      cohorts.enrol({ cohort_id: cohort.id, person_id: person.id })
      addFlash(req, { kind: 'said', key: 'cohorts.said.joined', values: { cohort: cohort.title } })
    }
    res.redirect(303, mapOf(cohort))
  }

  function joinable(req: Request): JoinableCohort {
    return cohorts.forJoining(String(req.params['cohort'])) ?? notFound()
  }

  function refuse(res: Response, cohort: JoinableCohort, values: Record<string, string>, problems: Problems): void {
    show(res, cohort, refusedForm(frameOf(res).t, { values, problems }), 422)
  }

  function show(res: Response, cohort: JoinableCohort, form: Form, status = 200): void {
    const title = frameOf(res).t('cohorts.join.title', { cohort: cohort.title })
    joinPage(res, { title, area: 'front', alone: true, status, cohort, form, workplaces: people.workplaces() })
  }
}

function codeProblem({ joining, join_code }: JoinableCohort, typed = ''): Problems {
  if (joining !== 'code' || codeFits(typed, join_code)) return {}
  return { code: { key: typed.trim() === '' ? 'problems.empty' : 'cohorts.join.wrong_code' } }
}

function mapOf(cohort: { slug: string }): string {
  return `/cohorts/${cohort.slug}`
}
