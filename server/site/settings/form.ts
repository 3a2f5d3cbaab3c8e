import { z } from 'zod'
import { type Problems, readForm } from '../../web/http/forms.ts'
import {
  contrastWithPage,
  MIN_MAIN_CONTRAST,
  MIN_MARKER_CONTRAST,
  markerContrast,
  nearestMain,
  nearestMarker,
} from '../colours.ts'
import { parseColour } from '../theme.ts'
import { DEFINITIONS, SECTIONS, type SettingName, type SettingSection } from './definitions.ts'
import type { SettingValues } from './settings.ts'
import { smtpUrlFrom } from './smtp-url.ts'

type ReadSettings =
  | { ok: true; values: SettingValues }
  | { ok: false; values: Record<string, string>; problems: Problems }

/**
 * Reads the form of a section.
 * @param stored the stored address of the mail server, whose password the form does not contain
 */
export function readSection(section: SettingSection, body: unknown, stored: string): ReadSettings {
  const names: readonly SettingName[] = SECTIONS[section]
  const shape = Object.fromEntries(names.map((name) => [name, DEFINITIONS[name].schema]))
  if (section === 'mail') return readMail(body, stored)
  const form = readForm(z.object(shape), body)
  if (!form.ok) return form
  const values = form.data as SettingValues
  const problems = section === 'colours' ? colourProblems(values) : {}
  return Object.keys(problems).length > 0 ? { ok: false, values: { ...values }, problems } : { ok: true, values }
}

const mailForm = z.object({
  smtp_url: DEFINITIONS.smtp_url.schema,
  smtp_password: z.string().max(200).optional().default(''),
  mail_from: DEFINITIONS.mail_from.schema,
})

function readMail(body: unknown, stored: string): ReadSettings {
  const form = readForm(mailForm, body)
  if (!form.ok) return form
  const { smtp_password, ...typed } = form.data
  const smtp_url = smtpUrlFrom(typed.smtp_url, smtp_password, stored)
  if (smtp_url === null)
    return { ok: false, values: typed, problems: { smtp_url: { key: 'settings.problem.smtp_user' } } }
  return { ok: true, values: { smtp_url, mail_from: typed.mail_from } }
}

/** Problems of colours, with the measured contrast and the nearest colour that is sufficient. */
function colourProblems(values: SettingValues): Problems {
  const [main, dark, marker] = (['main_colour', 'dark_colour', 'marker_colour'] as const).map((name) =>
    parseColour(values[name] ?? ''),
  )
  return {
    ...(main && contrastWithPage(main, 'light') < MIN_MAIN_CONTRAST
      ? {
          main_colour: problem(
            'main_colour',
            contrastWithPage(main, 'light'),
            MIN_MAIN_CONTRAST,
            nearestMain(main, 'light'),
          ),
        }
      : {}),
    ...(dark && contrastWithPage(dark, 'dark') < MIN_MAIN_CONTRAST
      ? {
          dark_colour: problem(
            'dark_colour',
            contrastWithPage(dark, 'dark'),
            MIN_MAIN_CONTRAST,
            nearestMain(dark, 'dark'),
          ),
        }
      : {}),
    ...(marker && markerContrast(marker) < MIN_MARKER_CONTRAST
      ? { marker_colour: problem('marker_colour', markerContrast(marker), MIN_MARKER_CONTRAST, nearestMarker(marker)) }
      : {}),
  }
}

function problem(name: string, ratio: number, least: number, nearest: string): Problems[string] {
  // truncated, so that a refused ratio never reads as sufficient
  const measured = (Math.floor(ratio * 100) / 100).toFixed(2)
  return { key: `settings.problem.apart.${name}`, values: { ratio: measured, least, nearest } }
}
