import { z } from 'zod'
import { idempotencyKey, line } from '../web/http/forms.ts'
import { REPORT_KINDS } from './thing-reports.ts'

/** An HTTP address without credentials. */
function isWebAddress(typed: string): boolean {
  const url = URL.parse(typed)
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' && `${url.username}${url.password}` === ''
  )
}

/** The button gives the kind; a suggested alternative is optional. */
export const reportForm = z.object({
  kind: z.enum(REPORT_KINDS),
  line: line({ min: 0, max: 280 }).optional().default(''),
  link: line({ min: 0, max: 2000 })
    .refine((typed) => typed === '' || isWebAddress(typed), { error: 'upkeep.report.no_link' })
    .optional()
    .default(''),
  once: idempotencyKey,
})
