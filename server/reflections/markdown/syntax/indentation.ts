import type MarkdownIt from 'markdown-it'
import type { StateBlock } from 'markdown-it'

/** Columns from which CommonMark reads a code block. */
const DEEP = 4
const LIST_ITEM = /^(?:[-+*]|1[.)])[ \t]+\S/

/**
 * Indentation makes no code block and a line of dashes no heading: people begin paragraphs with a tab, and draw lines
 * under words. What is indented is read as if it were not; in a list it belongs to the item above, at any depth.
 */
export function ignoreIndentation(markdown: InstanceType<typeof MarkdownIt>): void {
  markdown.block.ruler.disable(['code', 'lheading'])
  markdown.block.ruler.before('table', 'indented', (state, line, end) => {
    if (isDeep(state, line)) dedent(state, line, end)
    return false
  })
  markdown.block.ruler.at('paragraph', (state, start, end) => {
    pushParagraph(state, start, paragraphEnd(state, start, end))
    return true
  })
}

/** Adds the lines as a paragraph. */
export function pushParagraph(state: StateBlock, start: number, end: number): void {
  const content = state.getLines(start, end, state.blkIndent, false).replace(/^[ \t\r\n]+/, '')
  state.line = end
  state.push('paragraph_open', 'p', 1).map = [start, end]
  Object.assign(state.push('inline', '', 0), { content: trimmedEnd(content), map: [start, end], children: [] })
  state.push('paragraph_close', 'p', -1)
}

/** The line after a paragraph: an empty one, or one that begins something else. */
export function paragraphEnd(state: StateBlock, start: number, end: number): number {
  const parent = state.parentType
  const rules = state.md.block.ruler.getRules('paragraph')
  state.parentType = 'paragraph'
  let line = start + 1
  for (; line < end && !state.isEmpty(line); line += 1) {
    if (isDeep(state, line)) {
      if (LIST_ITEM.test(textOf(state, line))) break
    } else if (!isLazy(state, line) && rules.some((rule) => rule(state, line, end, true))) break
  }
  state.parentType = parent
  return line
}

function isDeep({ sCount, blkIndent }: StateBlock, line: number): boolean {
  return (sCount[line] ?? 0) - blkIndent >= DEEP
}

/** Does the line continue a quotation without its sign? The parser gives it a negative indentation. */
function isLazy({ sCount }: StateBlock, line: number): boolean {
  return (sCount[line] ?? 0) < 0
}

/** Moves a deeply indented line, and those after it that are deep too, to where its block begins. */
function dedent(state: StateBlock, start: number, end: number): void {
  const { blkIndent, bMarks, bsCount, sCount, tShift } = state
  const by = (sCount[start] ?? 0) - blkIndent
  for (let line = start; line < end && (isDeep(state, line) || state.isEmpty(line)); line += 1) {
    if (state.isEmpty(line)) continue
    const { signs, columns } = indentationOf(state, line, by)
    bMarks[line] = (bMarks[line] ?? 0) + signs
    tShift[line] = (tShift[line] ?? 0) - signs
    bsCount[line] = (bsCount[line] ?? 0) + columns
    sCount[line] = Math.max(blkIndent, (sCount[line] ?? 0) - columns)
  }
}

/** The signs that make up the first columns of a line; all before its words where they are not only spaces. */
function indentationOf({ src, bMarks, bsCount, sCount, tShift }: StateBlock, line: number, by: number) {
  const from = bMarks[line] ?? 0
  let columns = 0
  for (let signs = 0; signs < (tShift[line] ?? 0); signs += 1) {
    if (columns >= by) return { signs, columns }
    const sign = src[from + signs]
    if (sign === '\t') columns += 4 - ((columns + (bsCount[line] ?? 0)) % 4)
    else if (sign === ' ') columns += 1
    else break
  }
  return { signs: tShift[line] ?? 0, columns: sCount[line] ?? 0 }
}

function textOf({ src, bMarks, tShift, eMarks }: StateBlock, line: number): string {
  return src.slice((bMarks[line] ?? 0) + (tShift[line] ?? 0), eMarks[line])
}

/** Without a regular expression, which is slow on many spaces within a text. */
function trimmedEnd(text: string): string {
  let end = text.length
  while (end > 0 && ' \t\r\n'.includes(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}
