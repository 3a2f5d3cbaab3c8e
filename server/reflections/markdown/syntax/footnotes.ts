import type MarkdownIt from 'markdown-it'
import type { StateBlock } from 'markdown-it'
import { paragraphEnd, pushParagraph } from './indentation.ts'

/** The numbers of the footnotes of a text, by label. */
type Numbers = Map<string, string>

const LABEL = String.raw`\[\^([\p{L}\p{N}_-]{1,40})\]`
const DEFINITION = new RegExp(`^${LABEL}:[ \\t]*`, 'u')
const MARK = new RegExp(`${LABEL}(:[ \\t]*)?`, 'uy')
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/**
 * Footnotes: `[^1]` is a raised number, before the note as well, which stays where it was written. A mark without a note
 * is text.
 */
export function readFootnotes(markdown: InstanceType<typeof MarkdownIt>): void {
  markdown.block.ruler.before(
    'reference',
    'footnote',
    (state, start, end, silent) => {
      const label = DEFINITION.exec(lineOf(state, start))?.[1]
      if (label === undefined) return false
      if (silent) return true
      const numbers = numbersOf(state.env)
      if (!numbers.has(label)) numbers.set(label, numberOf(label, numbers))
      pushParagraph(state, start, paragraphEnd(state, start, end))
      return true
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  )
  markdown.inline.ruler.before('link', 'footnote_mark', (state, silent) => {
    if (state.src[state.pos] !== '[' || state.src[state.pos + 1] !== '^') return false
    MARK.lastIndex = state.pos
    const [whole = '', label = '', colon = ''] = MARK.exec(state.src) ?? []
    const number = numbersOf(state.env).get(label)
    if (number === undefined) return false
    const isNote = colon !== '' && state.pos === 0
    if (!silent) state.pending += isNote ? `${number} ` : number
    state.pos += isNote ? whole.length : whole.length - colon.length
    return true
  })
}

function lineOf({ src, bMarks, tShift, eMarks }: StateBlock, line: number): string {
  return src.slice((bMarks[line] ?? 0) + (tShift[line] ?? 0), eMarks[line])
}

function numbersOf(env: Record<PropertyKey, unknown>): Numbers {
  env['footnotes'] ??= new Map()
  return env['footnotes'] as Numbers
}

/** A number keeps its value; other labels are counted. */
function numberOf(label: string, numbers: Numbers): string {
  const number = /^[0-9]{1,4}$/.test(label) ? label : String(numbers.size + 1)
  return Array.from(number, (digit) => RAISED[Number(digit)]).join('')
}
