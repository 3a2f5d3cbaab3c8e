import { Readable } from 'node:stream'
import type { Request, Response, Router } from 'express'
import type { Enrolment } from '../enrolments/enrolments.ts'
import { otherPaper, type PaperSize, paperSize } from '../pdf/paper-size.ts'
import type { Services } from '../services.ts'
import { sendDownload } from '../web/files/download.ts'
import { currentEnrolment, currentPerson } from '../web/http/current-user.ts'
import { emptyForm, type Form, type Problems, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { HoursSheet } from './hours.ts'
import { MOST_MINUTES } from './rules.ts'
import {
  COLUMNS,
  hoursFile,
  type Statement,
  statementList,
  statementRows,
  statementSheet,
  totalsText,
} from './statement.ts'
import type { StatementSheet } from './statement-pdf.ts'

const DRAWING = new URL('./statement-pdf.ts', import.meta.url)
const MOST_MS = 20_000

const sheetPage = view<{
  sheet: HoursSheet
  form: Form
  totals: string
  base: string
  /** The size that a PDF is not made for unless asked. */
  other_paper: PaperSize
}>('hours/sheet')
const statementPage = view<{
  statement: Statement
  rows: string[][]
  columns: readonly string[]
  totals: string
  base: string
}>('hours/statement')

/** Hours of one's own in a cohort: what one states, and the statement. */
export function learnerHoursPages(
  router: Router,
  { courses, hours, may, idempotency, sendList, settings, workers }: Services,
): void {
  const baseOf = ({ cohort }: Enrolment) => `/cohorts/${cohort.slug}/hours`

  router.get('/cohorts/:cohort/hours', may.enrolled, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const sheet = hours.sheet(enrolment.id)
    // what was not said yet begins with what the thing is meant to take
    const values = sheet.rows.map(({ thing_id, minutes, estimate }) => [fieldOf(thing_id), String(minutes ?? estimate)])
    show(res, enrolment, sheet, emptyForm(Object.fromEntries(values)))
  })

  router.post('/cohorts/:cohort/hours', may.enrolled, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const sheet = hours.sheet(enrolment.id)
    const sent: Record<string, unknown> = { ...req.body }
    const { stated, values, problems } = readMinutes(sheet, sent)
    if (Object.keys(problems).length > 0)
      return show(res, enrolment, sheet, refusedForm(pageContext(res).t, { values, problems }), 422)
    const location = idempotency.run(enrolment.person_id, String(sent['once'] ?? '').slice(0, 64), () => {
      const changed = hours.state(enrolment, stated)
      addFlash(req, { kind: 'said', key: changed > 0 ? 'hours.said.stated' : 'courses.said.unchanged' })
      return baseOf(enrolment)
    })
    res.redirect(303, location)
  })

  router.get('/cohorts/:cohort/hours/statement', may.enrolled, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const frame = pageContext(res)
    const statement = statementOf(req)
    statementPage(res, {
      title: frame.t('hours.statement.title'),
      area: 'admin',
      statement,
      rows: statementRows(frame, statement),
      columns: COLUMNS,
      totals: totalsText(frame, statement.sheet),
      base: baseOf(enrolment),
    })
  })

  router.get('/cohorts/:cohort/hours/statement.pdf', may.enrolled, noStore, async (req, res) => {
    const enrolment = currentEnrolment(req)
    const size = paperSize(req.query['paper'], settings.value('paper'))
    const sheet = statementSheet(pageContext(res), statementOf(req), size)
    const file = await workers.run<StatementSheet, Uint8Array | null>(DRAWING, sheet, { ms: MOST_MS })
    if (file === null) return res.redirect(303, `${baseOf(enrolment)}/statement`)
    await sendDownload(
      res,
      { ...hoursFile(enrolment.cohort), extension: 'pdf', type: 'application/pdf' },
      Readable.from([file]),
    )
  })

  router.get('/cohorts/:cohort/hours/statement.csv', may.enrolled, noStore, async (req, res) => {
    await sendList(res, statementList(pageContext(res), currentEnrolment(req).cohort, statementOf(req)))
  })

  function statementOf(req: Request): Statement {
    const { id, cohort, language } = currentEnrolment(req)
    const course = courses.content(cohort.course_id, cohort.course_revision, language)
    const site_name = settings.siteName()
    return {
      name: currentPerson(req).name,
      course: course.title,
      cohort: cohort.title,
      site_name,
      sheet: hours.sheet(id),
    }
  }

  function show(res: Response, enrolment: Enrolment, sheet: HoursSheet, form: Form, status = 200): void {
    const frame = pageContext(res)
    const title = frame.t('hours.title')
    sheetPage(res, {
      title,
      area: 'write',
      status,
      sheet,
      form,
      totals: totalsText(frame, sheet),
      base: baseOf(enrolment),
      other_paper: otherPaper(settings.value('paper')),
    })
  }
}

const fieldOf = (thing_id: number) => `minutes_${thing_id}`

/** The figures of things that are done; an empty field says nothing. */
function readMinutes({ rows }: HoursSheet, sent: Record<string, unknown>) {
  const stated = new Map<number, number>()
  const values: Record<string, string> = {}
  const problems: Problems = {}
  for (const { thing_id } of rows) {
    const name = fieldOf(thing_id)
    const typed = typeof sent[name] === 'string' ? sent[name].trim() : ''
    values[name] = typed.slice(0, 20)
    if (typed === '') continue
    const minutes = /^\d{1,3}$/.test(typed) ? Number(typed) : Number.NaN
    if (minutes <= MOST_MINUTES) stated.set(thing_id, minutes)
    else problems[name] = { key: 'hours.no_minutes', values: { max: MOST_MINUTES } }
  }
  return { stated, values, problems }
}
