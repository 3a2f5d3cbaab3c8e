import type MarkdownIt from 'markdown-it'
import type { StateBlock, StateCore, Token } from 'markdown-it'

/** Maximum number of missing cells in all tables of one text. */
const MOST_LEFT_OUT = 1000

/**
 * Bounds what tables cost. The parser fills short rows up with empty cells: 1,500 characters become 65,000 cells, and a
 * text of 40,000 characters took three seconds. From the table on whose rows leave out too much, pipes are plain text.
 */
export function limitTables(markdown: InstanceType<typeof MarkdownIt>): void {
  const table = markdown.block.ruler.getRules('').find(({ name }) => name === 'table')
  if (!table) throw new Error('The rule for tables has another name')
  const limited: typeof table = (state, start, end, silent) => {
    const { env } = state as { env: { left_out?: number } }
    const before = env.left_out ?? 0
    if (before > MOST_LEFT_OUT || !table(state, start, end, true)) return false
    const all = before + cellsLeftOut(state, start, end)
    if (all <= MOST_LEFT_OUT) {
      if (silent) return true
      env.left_out = all
      return table(state, start, end, false)
    }
    // also ends the count, which would start again at each row
    env.left_out = all
    return false
  }
  markdown.block.ruler.at('table', limited, { alt: ['paragraph', 'reference'] })
  markdown.core.ruler.after('block', 'short_rows', (state: StateCore) => {
    state.tokens = withoutFilling(state.tokens)
  })
}

/** An upper bound of the cells that the parser adds below the header row. */
function cellsLeftOut(state: StateBlock, start: number, end: number): number {
  const columns = cellsIn(state, start)
  let left_out = 0
  for (let line = start + 2; line < end && !state.isEmpty(line) && left_out <= MOST_LEFT_OUT; line += 1) {
    left_out += Math.max(0, columns - cellsIn(state, line))
  }
  return left_out
}

function cellsIn({ src, bMarks, tShift, eMarks }: StateBlock, line: number): number {
  const row = src.slice((bMarks[line] ?? 0) + (tShift[line] ?? 0), eMarks[line]).trim()
  return row.replace(/^\|/, '').replace(/\|$/, '').split('|').length
}

/** Removes the cells that the parser added to short rows. */
function withoutFilling(tokens: Token[]): Token[] {
  const kept: Token[] = []
  let rowEnds = false
  for (let at = tokens.length - 1; at >= 0; at -= 1) {
    const token = tokens[at]
    if (!token) continue
    if (rowEnds && token.type === 'td_close' && tokens[at - 1]?.content === '') at -= 2
    else {
      rowEnds = token.type === 'tr_close'
      kept.push(token)
    }
  }
  return kept.reverse()
}
