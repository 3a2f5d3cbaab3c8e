import { z } from 'zod'
import { type Holiday, isHoliday } from '../calendar/plan.ts'
import { date, dateIfAny, idempotencyKey, line } from '../web/http/forms.ts'
import { isTimeZone } from '../web/text/time-zone.ts'

/** How many holidays the form has room for. */
export const HOLIDAYS = [1, 2, 3] as const
export const PER_WEEK = ['1', '2', '3', '4', '5', '6', '7'] as const
export const JOINING = ['code', 'open', 'invitation'] as const

export const timeZoneField = line({ max: 64 }).pipe(z.string().refine(isTimeZone, { error: 'problems.choice' }))

/** "7, 13 and 19" as numbers, in order; anything but numbers is a problem. */
const thingNumbers = line({ min: 0, max: 200 })
  .transform((text) => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .refine((text) => /^(\d{1,3}( \d{1,3})*)?$/.test(text), { error: 'cohorts.make.no_numbers', abort: true }),
  )
  .transform((text) => Array.from(new Set(text.split(' ').filter(Boolean).map(Number))).sort((a, b) => a - b))
  .optional()
  .default([])

const fields = z.object({
  course: line({ max: 60 }),
  title: line({ max: 200 }),
  starts_on: date,
  time_zone: timeZoneField,
  per_week: z.enum(PER_WEEK).transform(Number),
  catch_up_after: thingNumbers,
  joining: z.enum(JOINING),
  holiday_1_from: dateIfAny,
  holiday_1_to: dateIfAny,
  holiday_2_from: dateIfAny,
  holiday_2_to: dateIfAny,
  holiday_3_from: dateIfAny,
  holiday_3_to: dateIfAny,
  once: idempotencyKey,
})

type Fields = z.infer<typeof fields>

/** The form that makes a cohort. @param thingsIn how many things a course has, by its slug; null where there is none */
export function cohortForm(thingsIn: (course: string) => number | null) {
  return fields.superRefine((form, context) => {
    const problem = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
    const things = thingsIn(form.course)
    if (things === null) problem('course', 'problems.choice')
    else if (form.catch_up_after.some((number) => number < 1 || number > things)) {
      problem('catch_up_after', 'cohorts.make.no_such_thing')
    }
    for (const number of HOLIDAYS) {
      const { from, to } = holiday(form, number)
      if (from && to && !isHoliday(from, to)) problem(`holiday_${number}_to`, 'cohorts.make.no_holiday')
    }
  })
}

/** The holidays that were filled in; one with a single date is that day. */
export function holidaysOf(form: Fields): Holiday[] {
  return HOLIDAYS.flatMap((number) => {
    const { from, to } = holiday(form, number)
    return from || to ? [{ from: from || to, to: to || from }] : []
  })
}

function holiday(form: Fields, number: (typeof HOLIDAYS)[number]): Holiday {
  return { from: form[`holiday_${number}_from`], to: form[`holiday_${number}_to`] }
}
