import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { storageErrorKind } from '../../db/write-lock.ts'
import { TaskError } from '../../workers/worker-pool.ts'
import { type FormWriters, WRITER_FIELD } from '../forms/form-writer.ts'
import { type ResendableField, resendableFields } from '../forms/resendable-fields.ts'
import type { Log } from '../operations/request-log.ts'
import { pageContext } from '../render/page-context.ts'
import { view } from '../render/view.ts'
import { HttpError, notFound } from './http-error.ts'
import { sendJson } from './send-body.ts'
import { readFields } from './uploads.ts'

/** What was typed, where sending it once more may help. */
interface FormAgain {
  fields: ResendableField[]
  /** What is said above it. */
  lead: string
  /** Words of the button. */
  act: string
  /** Whether one has to sign in before. */
  sign_in: boolean
  /** Files came with it, which have to be chosen again. */
  files: boolean
}

const errorPage = view<{
  text: string
  reference: string | null
  /** Where the button leads. */
  way_on: string
  again: FormAgain | null
}>('errors/error')

export const notFoundHandler: RequestHandler = () => notFound()

/** Renders errors as a page or JSON; details of unexpected ones go only to the log. */
export function errorHandler(log: Log, writers: FormWriters): ErrorRequestHandler {
  return async (error, req, res, _next) => {
    if (res.headersSent) {
      res.destroy()
      return
    }
    const { status, reason, retry_after, values, way_on } = httpErrorOf(error)
    const reference = status >= 500 ? String(req.id ?? '') : null
    if (status >= 500) log.error({ err: error, id: req.id, route: req.route?.path ?? null }, 'a request failed')
    // a handler may have set it before a write failed
    res.removeHeader('Location')
    if (retry_after !== null) res.setHeader('Retry-After', String(retry_after))
    const { t } = pageContext(res)
    const words = { title: t(`errors.${reason}.title`), text: t(`errors.${reason}.text`, values), reference }
    if (req.accepts(['html', 'json']) === 'json') {
      sendJson(res.status(status), { error: words.title, reference, ...values })
      return
    }
    const again = await formAgain(req, res, { status, reason }, writers)
    errorPage(res, { ...words, again, way_on, status, area: 'front', alone: !req.user })
  }
}

/** The request was valid, but the site is busy or its disk is full. */
const NOT_YET = new Set([503, 507])

/** The session is over, or is another person's: nothing is sent before somebody who read the page does so. */
const SIGN_IN = new Set(['signed_out', 'other_account', 'unknown_writer'])

async function formAgain(
  req: Request,
  res: Response,
  { status, reason }: Pick<HttpError, 'status' | 'reason'>,
  writers: FormWriters,
): Promise<FormAgain | null> {
  const { t, person } = pageContext(res)
  const shared = { sign_in: false, files: Boolean(req.is('multipart')), act: t('errors.send_again') }
  if (NOT_YET.has(status)) {
    const fields = resendableFields(req)
    const writer = { name: WRITER_FIELD, value: writers.writerOf(req, reason).token, written: false }
    return fields && { ...shared, fields: [...fields, writer], lead: t('errors.typed_is_kept') }
  }
  if (!SIGN_IN.has(reason)) return null
  res.setHeader('Cache-Control', 'no-store')
  await readFields(req, res)
  const fields = resendableFields(req)
  if (!fields) return null
  const { token, name } = writers.writerOf(req, reason)
  const writer = { name: WRITER_FIELD, value: token, written: false }
  const form = { ...shared, fields: [...fields, writer] }
  if (reason === 'unknown_writer') {
    const values = { name: person?.name ?? '' }
    return { ...form, lead: t('errors.again.yours', values), act: t('errors.again.send_as', values) }
  }
  const lead = name === null ? t('errors.again.sign_in') : t('errors.again.sign_in_as', { name })
  return { ...form, lead, act: t('errors.again.send'), sign_in: true }
}

const KNOWN = new Set([400, 403, 404, 413, 421, 422, 429])

/** Maps errors of body-parser, the router, workers and SQLite to HTTP errors. */
function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof TaskError)
    return new HttpError(503, error.reason === 'busy' ? '503' : 'took_too_long', { retry_after: 5 })
  const { status } = Object(error) as { status?: unknown }
  const trouble = storageErrorKind(error)
  if (trouble === 'busy') return new HttpError(503, '503', { retry_after: 5 })
  if (trouble !== null) return new HttpError(507, '507', { retry_after: 300 })
  if (typeof status === 'number' && KNOWN.has(status)) return new HttpError(status)
  if (typeof status === 'number' && status >= 400 && status < 500) return new HttpError(status, '400')
  return new HttpError(500)
}
