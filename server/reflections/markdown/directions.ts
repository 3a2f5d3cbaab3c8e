/** Blocks whose words stand directly in them, as a rule. */
const BLOCK = /^(?:p|h[345]|pre|td|th|li|blockquote|ul|ol|table)$/
/** Blocks made of blocks: `dir="auto"` does not look into those, so that these are told. */
const OF_BLOCKS = /^(?:li|blockquote|ul|ol|table|td|th)$/
const PART = /<(\/?)([a-z][a-z0-9]*)((?: [^>]*)?)>|[^<]+/g
const ENTITY = /&(?:[a-z]+|#\d+|#x[0-9a-f]+);/gi
const OWN = / dir="[^"]*"/
const STRONG = /\p{L}/u
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

interface Block {
  /** Its place among the parts. */
  at: number
  tag: string
}

/**
 * Gives every block of a person's text its own direction, in the HTML, as feeds, files and emails have no styles. A list,
 * item or quotation made of blocks has the direction of its first words; words outside of all blocks get one around them.
 * @param html sanitised
 */
export function withDirections(html: string): string {
  const parts: string[] = []
  /** The blocks around the place. */
  const open: Block[] = []
  /** Those of them that have had no words yet. */
  let undecided: Block[] = []
  let hasLooseWords = false
  for (const [part, closes, tag, attributes = ''] of html.matchAll(PART)) {
    if (tag === undefined) {
      if (open.length === 0 && /\S/.test(part)) hasLooseWords = true
      const first = undecided.length > 0 ? STRONG.exec(part.replace(ENTITY, ' '))?.[0] : undefined
      if (first !== undefined) {
        if (RIGHT_TO_LEFT.test(first)) for (const block of undecided) decide(block)
        undecided = []
      }
      parts.push(part)
    } else if (!BLOCK.test(tag)) parts.push(part)
    else if (closes === '/') {
      const closed = open.pop()
      if (undecided.at(-1) === closed) undecided.pop()
      parts.push(part)
    } else {
      const block = { at: parts.length, tag }
      open.push(block)
      undecided.push(block)
      parts.push(`<${tag} dir="auto"${attributes.replace(OWN, '')}>`)
    }
  }
  return hasLooseWords ? `<div dir="auto">${parts.join('')}</div>` : parts.join('')

  function decide({ at, tag }: Block): void {
    const holdsBlocks = OF_BLOCKS.test(tag) && open.at(-1)?.at !== at
    if (holdsBlocks) parts[at] = parts[at]?.replace('dir="auto"', 'dir="rtl"') ?? ''
  }
}
