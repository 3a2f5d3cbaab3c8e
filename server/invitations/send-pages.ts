import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { pageOf } from '../db/page.ts'
import type { Cohort } from '../enrolments/enrolments.ts'
import { ROLES } from '../enrolments/policy.ts'
import type { EmailStatus } from '../mail/email-status.ts'
import type { Services } from '../services.ts'
import { inZone, type ListFile } from '../web/files/list-file.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form, idempotencyKey, readForm, refusedForm, text } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { HttpError, notFound } from '../web/http/http-error.ts'
import { idParam, queryNumber } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { type PageContext, pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { OpenInvitation } from './invitations.ts'
import type { Addressee, BrokenAddress, ParsedAddresses } from './parse-addresses.ts'

/** What of the pasted addresses nothing could be made of, and why. */
interface Left {
  broken: BrokenAddress[]
  /** Addresses of people who are in the cohort. */
  here: string[]
  /** Addresses that came more than once, and were taken once. */
  twice: string[]
}

interface SentInvitation extends Addressee {
  token: string
  link: string
}

const invitePage = view<{
  cohort: Cohort
  roles: typeof ROLES
  form: Form
  left: Left
  mail: boolean
  open: (OpenInvitation & { status: EmailStatus | null })[]
  next: number | null
}>('invitations/send')
/** What was invited, with links that are shown once. */
const sentPage = view<{
  cohort: Cohort
  roles: typeof ROLES
  invited: SentInvitation[]
  links: string
  left: Left
  form: Form
  mail: boolean
}>('invitations/sent')

const MOST = 2000
const READ_ADDRESSES = new URL('./parse-addresses-task.ts', import.meta.url)
const READ_WITHIN = { ms: 20_000 }
const OPEN_PER_PAGE = 50
const NOTHING_LEFT: Left = { broken: [], here: [], twice: [] }

const inviteForm = z.object({
  addresses: text({ max: 100_000 }),
  role: z.enum(ROLES).optional().default('learner'),
  once: idempotencyKey,
})
const linksForm = z.object({ links: text({ max: 350_000 }) })

/** Invites people by address. Links are shown once, to the inviter; with mail set up each address gets an email too. */
export function sendPages(router: Router, services: Services): void {
  const { config, invitationEmails, invitations, mail, may, members, idempotency, sendList, workers } = services

  router.get('/admin/cohorts/:cohort/invitations', may.organising, noStore, (req, res) =>
    show(req, res, emptyForm(), NOTHING_LEFT),
  )

  router.post('/admin/cohorts/:cohort/invitations', may.organising, noStore, async (req, res) => {
    const { t } = pageContext(res)
    const form = readForm(inviteForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form), NOTHING_LEFT)
    const { cohort, person_id: by } = currentEnrolment(req)
    const read = await workers.run<string, ParsedAddresses>(READ_ADDRESSES, form.data.addresses, READ_WITHIN)
    const { good, ...left } = sorted(cohort.id, read)
    const { role } = form.data
    if (good.length + left.broken.length > MOST) {
      return show(req, res, refusal(form.data, t('cohorts.inviting.too_many', { count: MOST })), NOTHING_LEFT)
    }
    if (good.length === 0) return show(req, res, refusal(form.data, noneWords(res, left)), left)
    const made: { tokens?: string[] } = {}
    const location = idempotency.run(by, form.data.once, () => {
      made.tokens = invitations.makeMany({ cohort_id: cohort.id, emails: good.map(({ email }) => email), role, by })
      const { tokens } = made
      invitationEmails.send(good.map((addressee, at) => ({ ...addressee, token: tokens[at] ?? '' })))
      return `/admin/cohorts/${cohort.slug}/invitations`
    })
    // links are shown once: the same form sent again finds them made, and leads back to the list
    if (!made.tokens) return res.redirect(303, location)
    const { tokens } = made
    const invited = good.map((addressee, at) => ({
      ...addressee,
      token: tokens[at] ?? '',
      link: linkOf(tokens[at] ?? ''),
    }))
    const broken = left.broken.map(({ typed }) => typed).join('\n')
    sentPage(res, {
      title: t('cohorts.inviting.made', { count: invited.length }),
      area: 'admin',
      cohort,
      roles: ROLES,
      invited,
      links: invited.map(({ token, name }) => `${token} ${name}`).join('\n'),
      left,
      mail: mail.isSetUp(),
      form: emptyForm({ addresses: broken, role }),
    })
  })

  router.post('/admin/cohorts/:cohort/invitations/links', may.organising, noStore, async (req, res) => {
    const form = readForm(linksForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const { cohort } = currentEnrolment(req)
    await sendList(res, linkList(pageContext(res), cohort, form.data.links))
  })

  router.post('/admin/cohorts/:cohort/invitations/:id/again', may.organising, noStore, async (req, res) => {
    const { cohort } = currentEnrolment(req)
    await invitationEmails.retry(invitations.findOpen(cohort.id, idParam(req.params['id'])) ?? notFound())
    addFlash(req, { kind: 'said', key: 'cohorts.said.invitation_again' })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/invitations`)
  })

  router.post('/admin/cohorts/:cohort/invitations/:id/withdraw', may.organising, noStore, (req, res) => {
    const { cohort } = currentEnrolment(req)
    invitations.withdraw(cohort.id, idParam(req.params['id']))
    addFlash(req, { kind: 'said', key: 'cohorts.said.withdrawn' })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/invitations`)
  })

  function sorted(cohort_id: number, { good, broken, twice }: ParsedAddresses): Left & { good: Addressee[] } {
    const here = members.enrolledAmong(
      cohort_id,
      good.map(({ email }) => email),
    )
    return { good: good.filter(({ email }) => !here.has(email)), broken, twice, here: [...here] }
  }

  /** The file to hand links over from: what the invitation says is read anew, only names come back from the page. */
  function linkList(frame: PageContext, cohort: Cohort, links: string): ListFile {
    const { t, dates } = frame
    const names = new Map(links.split('\n').map(nameByToken))
    const found = invitations.findByTokens(cohort.id, [...names.keys()])
    return {
      name: { words: [cohort.title, 'invitations'], otherwise: 'invitations', plain: `${cohort.slug}-invitations` },
      title: t('cohorts.inviting.title'),
      columns: [
        ...['name', 'email', 'link', 'role'].map((key) => ({ heading: t(`cohorts.inviting.file.${key}`) })),
        { heading: inZone(frame, t('cohorts.inviting.file.until')), holds: 'moment' },
      ],
      rows: [...found].map(([token, { email, role, expires_at }]) => {
        const name = names.get(token) ?? ''
        return [name, email, linkOf(token), t(`cohorts.role.${role}`), dates.timestamp(expires_at)]
      }),
    }
  }

  function linkOf(token: string): string {
    return `${config.base_url}/invite/${token}`
  }

  function show(req: Request, res: Response, form: Form, left: Left): void {
    const { cohort } = currentEnrolment(req)
    const limit = OPEN_PER_PAGE + 1
    const open = pageOf(invitations.listOpen(cohort.id, { before: queryNumber(req, 'before'), limit }), OPEN_PER_PAGE)
    const statuses = invitationEmails.statuses(open.items.map(({ token_hash }) => token_hash))
    invitePage(res, {
      title: pageContext(res).t('cohorts.inviting.title'),
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      cohort,
      roles: ROLES,
      form,
      left,
      mail: mail.isSetUp(),
      open: open.items.map((one) => ({ ...one, status: statuses.get(one.token_hash) ?? null })),
      next: open.next?.id ?? null,
    })
  }
}

/** A line as the page sends it back: the token, and whom it is for. */
function nameByToken(line: string): [token: string, name: string] {
  const [token = '', name = ''] = line.split(/ (.*)/, 2)
  return [token, name.trim()]
}

function refusal({ addresses, role }: { addresses: string; role: string }, words: string): Form {
  return { values: { addresses, role }, problems: { addresses: words } }
}

function noneWords(res: Response, { broken, here }: Left): string {
  const key = broken.length > 0 ? 'none' : here.length === 1 ? 'already_here' : 'all_here'
  return pageContext(res).t(`cohorts.inviting.${key}`, { count: here.length })
}
