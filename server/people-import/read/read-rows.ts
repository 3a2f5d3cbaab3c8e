import { type Addressee, parseAddresses } from '../../invitations/parse-addresses.ts'
import { line } from '../../web/http/forms.ts'
import { cleanLine } from '../../web/text/clean-text.ts'
import { readEmailAddress } from '../../web/text/email-address.ts'
import { joinNames, withFirstNameFirst } from '../../web/text/person-names.ts'
import type { ListField } from './choices.ts'
import type { ColumnChoice } from './guess-columns.ts'
import { meaningOf } from './headings.ts'
import type { TableLine } from './read-table.ts'
import { hasLostLetters } from './repair-text.ts'

/** A line of the list. Where there is a problem the address is what was typed. */
export interface ListRow {
  line: number
  email: string
  name: string
  workplace: string
  pod: string
  /** The key of the words that say what is the matter, with a number behind a space where they need one. */
  problem: string | null
}

const PLAIN_ADDRESS = /^[^\s<>,;:]+$/u
const LONGEST = { name: 120, workplace: 120, pod: 80 }
const TEXTS = {
  name: line({ min: 0, max: LONGEST.name }),
  workplace: line({ min: 0, max: LONGEST.workplace }),
  pod: line({ min: 0, max: LONGEST.pod }),
}

/** Makes people of the lines, as the columns were chosen; of several columns of a field the first filled one counts. */
export function rowsOf(
  lines: readonly TableLine[],
  columns: readonly ColumnChoice[],
  headings: readonly string[],
): ListRow[] {
  const family_first = columns.some((field, at) => field === 'last_name' && meaningOf(headings[at] ?? '')?.family_first)
  const found = new Map<string, number>()
  return lines.map(({ line, cells }) => {
    const of = (field: ListField) => columns.flatMap((one, at) => (one === field && cells[at] ? [cells[at]] : []))
    const row = rowOf(line, of, family_first)
    if (row.problem) return row
    const first = found.get(row.email)
    if (first !== undefined) return { ...row, problem: `twice ${first}` }
    found.set(row.email, line)
    return row
  })
}

function rowOf(line: number, of: (field: ListField) => string[], family_first: boolean): ListRow {
  const typed = of('email')
  const addressee = typed.map(addresseeIn).find((read) => read !== null)
  const address = addressee?.email ?? null
  const [first = '', last = ''] = [of('first_name')[0], of('last_name')[0]].map((cell) => cleanLine(cell ?? ''))
  const parts = family_first && first && last ? `${last} ${first}` : joinNames(first, last)
  const whole = withFirstNameFirst(cleanLine(of('name').find((name) => readEmailAddress(name) === null) ?? ''))
  const name = (first && last ? parts : whole || parts) || withFirstNameFirst(addressee?.name ?? '')
  const texts = { name, workplace: of('workplace')[0] ?? '', pod: of('pod')[0] ?? '' }
  const kept: Record<string, string> = {}
  let problem = address === null ? problemOfAddress(typed[0] ?? '') : null
  for (const field of ['name', 'workplace', 'pod'] as const) {
    const read = TEXTS[field].safeParse(texts[field]).data
    if (read === undefined) problem ??= `${field}_long`
    kept[field] = read ?? printable(texts[field])
    if (texts[field].includes('\ufffd') || (field === 'name' && hasLostLetters(texts[field])))
      problem ??= 'broken_letters'
  }
  const { name: kept_name = '', workplace = '', pod = '' } = kept
  return { line, email: address ?? printable(typed[0] ?? ''), name: kept_name, workplace, pod, problem }
}

/** The address of a cell, with the name that stands beside it there; of several the first. */
function addresseeIn(cell: string): Addressee | null {
  if (PLAIN_ADDRESS.test(cell)) {
    const email = readEmailAddress(cell)
    if (email !== null) return { name: '', email }
  }
  return parseAddresses(cell).good[0] ?? null
}

function problemOfAddress(typed: string): string {
  if (typed === '') return 'no_email'
  if (!typed.includes('@')) return 'no_at'
  if (typed.length > 254) return 'email_long'
  return /\P{ASCII}/u.test(cleanLine(typed).split('@')[0] ?? '') ? 'email_letters' : 'no_address'
}

/** As it was typed, as far as it can be shown. */
function printable(typed: string): string {
  return typed.replace(/\p{C}+/gu, ' ').slice(0, 120)
}
