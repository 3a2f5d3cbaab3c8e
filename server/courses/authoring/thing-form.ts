import { z } from 'zod'
import { dateIfAny, idempotencyKey, line, markdownText, type Problems, readForm, text } from '../../web/http/forms.ts'
import { isIcon } from '../../web/render/icons.ts'
import { cleanLine } from '../../web/text/clean-text.ts'
import { hasVisibleCharacter } from '../../web/text/visible.ts'
import { writeThing } from '../format/course-files.ts'
import { BrokenCourse } from '../format/course-problem.ts'
import { BODY_MAX, DEPTHS, type ThingOutline } from '../format/schema.ts'
import { numberedStepFields, readRows } from './step-form.ts'
import { stepFields, stepsByDepth } from './step-rows.ts'

const PROMPT_MAX = 500
const PROMPTS_MAX = 200

const checked = (fits: (typed: string) => boolean, words: string) => z.string().refine(fits, { error: words })
const isMinutes = (typed: string) => /^[1-9]\d{0,2}$/.test(typed) && Number(typed) <= 600
const minutes = checked((typed) => typed === '' || isMinutes(typed), 'courses.edit.no_minutes')
export const lineIfAny = (max: number) => line({ min: 0, max }).optional().default('')

/** One prompt on each line. */
export const promptLines = text({ min: 0, max: BODY_MAX }).transform((typed) =>
  typed.split('\n').map(cleanLine).filter(hasVisibleCharacter),
)
const prompts = promptLines.pipe(
  z
    .array(z.string())
    .refine((all) => all.every(({ length }) => length <= PROMPT_MAX), { error: 'courses.edit.long_prompt' })
    .refine((all) => all.length <= PROMPTS_MAX, { error: 'courses.edit.many_prompts' }),
)

export const revisionNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .optional()
  .default('0')
  .transform(Number)

const fields = {
  title: line({ max: 200 }),
  short: line({ max: 12 }),
  summary: line({ max: 500 }),
  set: line({ max: 60 }),
  icon: line({ max: 60 }).pipe(checked(isIcon, 'courses.edit.no_icon')),
  minutes_start: line({ max: 10 }).pipe(minutes),
  minutes_more: line({ min: 0, max: 10 }).pipe(minutes).optional().default(''),
  minutes_challenge: line({ min: 0, max: 10 }).pipe(minutes).optional().default(''),
  tried: dateIfAny,
  tried_on: lineIfAny(200),
  body: markdownText({ min: 0, max: BODY_MAX }).optional().default(''),
  note: lineIfAny(2000),
  without_account: lineIfAny(2000),
  prompts: prompts.optional().default([]),
  revision: revisionNumber,
  // without it, drafts are left alone
  draft: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
  once: idempotencyKey,
}

/** The names of the form's own fields; those of steps are in step-form.ts. */
export const FIELDS = Object.keys(fields)

/** What the form needs to know of the thing that it changes. */
interface EditedThingFacts {
  slug: string
  sets: readonly { slug: string }[]
  /** Whether the thing has, or once had, a step of this slug. */
  hasStep: (slug: string) => boolean
}

type ReadThing =
  | { ok: true; outline: ThingOutline; revision: number; draft: number | undefined; once: string }
  | { ok: false; problems: Problems }

/** The values of the form's fields. */
export function thingFields({ steps, minutes, prompts, ...thing }: ThingOutline): Record<string, string> {
  const { title, short, summary, set, icon, tried = '', tried_on = '', body, note = '', without_account = '' } = thing
  const lengths = DEPTHS.map((depth) => [`minutes_${depth}`, String(minutes[depth] ?? '')])
  const lines = {
    title,
    short,
    summary,
    set,
    icon,
    tried,
    tried_on,
    body,
    note,
    without_account,
    prompts: prompts.join('\n'),
  }
  return { ...lines, ...Object.fromEntries(lengths), ...numberedStepFields(stepFields(steps)) }
}

/** Reads the form by the rules of the course folder, so that every valid thing can be exported and imported again. */
export function readThingForm(sent: Record<string, unknown>, { slug, sets, hasStep }: EditedThingFacts): ReadThing {
  const set = fields.set.pipe(checked((typed) => sets.some((set) => set.slug === typed), 'problems.choice'))
  const form = readForm(z.object({ ...fields, set }), sent)
  const steps = readRows(sent, hasStep)
  if (!form.ok || !steps.ok) {
    return { ok: false, problems: { ...(!form.ok && form.problems), ...(!steps.ok && steps.problems) } }
  }
  const { revision, draft, once, ...facts } = form.data
  const outline = { slug, ...thingOf(facts), steps: { start: [], ...stepsByDepth(steps.rows) } }
  if (!fitsFolder(outline)) return { ok: false, problems: { '': { key: 'courses.edit.too_much' } } }
  return { ok: true, outline, revision, draft, once }
}

type ThingFormData = Omit<z.infer<z.ZodObject<typeof fields>>, 'revision' | 'draft' | 'once'>

function thingOf({
  minutes_start,
  minutes_more,
  minutes_challenge,
  tried,
  tried_on,
  note,
  without_account,
  ...facts
}: ThingFormData) {
  return {
    ...facts,
    body: facts.body.trim(),
    minutes: {
      start: Number(minutes_start),
      ...(minutes_more && { more: Number(minutes_more) }),
      ...(minutes_challenge && { challenge: Number(minutes_challenge) }),
    },
    ...(tried && { tried }),
    ...(tried_on && { tried_on }),
    ...(note && { note }),
    ...(without_account && { without_account }),
  }
}

function fitsFolder(outline: ThingOutline): boolean {
  try {
    return writeThing(outline) !== ''
  } catch (error) {
    if (error instanceof BrokenCourse) return false
    throw error
  }
}
