import { Parser } from 'htmlparser2'

// Words that people read belong in server/web/locales, and an image says what it shows. EJS tags are taken out first:
// what they print is a character that is no letter, so that an attribute with only such a value is not empty.

const PRINTED = '\u{fffc}'
const RUN = new RegExp(`${PRINTED}+`, 'g')
const READ_ATTRIBUTES = [
  'alt',
  'title',
  'placeholder',
  'label',
  'aria-label',
  'aria-description',
  'aria-roledescription',
]
const BUTTONS = ['submit', 'button', 'reset']
const LETTERS = /\p{L}/u
/** Names of formats, and the sample of a font. */
const SAME_IN_EVERY_LANGUAGE = /\b(?:CSV|JSON|JWT|PDF|SVG|Aa)\b/g
const TAG = /<%(?<kind>[-=#]?)(?<code>[\s\S]*?)%>/g
const LITERAL = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g
/** Where a template passes a text to a part. */
const PASSED =
  /\b(?:label|hint|title|placeholder|text|words|legend|alt|lead): *('(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)/g
/** Where a script writes a text into the page. */
const WRITING =
  /(?:\.(?:textContent|innerText|title|ariaLabel|placeholder|alt) *=(?!=)|\b(?:alert|confirm|prompt|createTextNode|(?:append|prepend|replaceChildren)(?!\('[^']*', ))\(|\bsetAttribute\( *'(?:alt|title|placeholder|aria-label)',)(?<value>[^;\n]*)/g

interface Found {
  index: number
  text: string
}

/** Texts of a template that are in no translation file, and images without alternative text, with their lines. */
export function viewProblems(text: string): string[] {
  const markup = text.replaceAll(TAG, (tag, kind: string) => blank(tag, kind === '=' || kind === '-' ? PRINTED : ' '))
  const printed = [...text.matchAll(TAG)].flatMap(({ index, groups }) => {
    const { kind, code = '' } = groups ?? {}
    const isRead = kind === '=' && isReadAt(markup.slice(0, index))
    const literals = [
      ...(isRead ? printedIn(code) : []),
      ...Array.from(code.matchAll(PASSED), ([, literal]) => literal ?? ''),
    ]
    return textsIn(literals).map((words) => ({ index, text: words }))
  })
  return linesOf(text, [...problemsIn(markup), ...printed])
}

/** Texts that a script of the browser writes into the page, with their lines. */
export function scriptProblems(code: string): string[] {
  const written = [...code.matchAll(WRITING)].flatMap(({ index, groups }) =>
    textsIn(printedIn(groups?.['value'] ?? '')).map((text) => ({ index, text })),
  )
  const html = [...code.matchAll(LITERAL)]
    .filter(([literal]) => /<[a-z]/.test(literal))
    .flatMap(({ 0: literal, index }) =>
      problemsIn(withoutValues(literal).slice(1, -1)).map((found) => ({ ...found, index })),
    )
  return linesOf(code, [...written, ...html])
}

/** Whether what is printed after the markup is a text or an attribute that people read. */
function isReadAt(before: string): boolean {
  const tag = /<[a-z][^<>]*$/i.exec(before)?.[0]
  if (tag === undefined) return true
  return READ_ATTRIBUTES.includes(/([\w-]+)="[^"]*$/.exec(tag)?.[1] ?? '')
}

/** The literals that an expression may result in: not those that it compares, or passes to a function. */
function printedIn(expression: string): string[] {
  return [...expression.matchAll(LITERAL)].flatMap(({ 0: literal, index }) => {
    const before = expression.slice(0, index).replaceAll(LITERAL, "''")
    const depth = (before.match(/[([{]/g)?.length ?? 0) - (before.match(/[)\]}]/g)?.length ?? 0)
    return depth <= 0 && !/[=!]==\s*$/.test(before) ? [literal] : []
  })
}

function textsIn(literals: string[]): string[] {
  return literals.filter((literal) => hasWords(withoutValues(literal))).map((literal) => `text ${literal}`)
}

const hasWords = (text: string) => LETTERS.test(text.replaceAll(SAME_IN_EVERY_LANGUAGE, ''))
const blank = (text: string, by: string) => text.replaceAll(/[^\n]/g, by)
const withoutValues = (literal: string) => literal.replaceAll(/\$\{[^}]*\}|\\[nt]/g, (value) => blank(value, PRINTED))

function problemsIn(markup: string): Found[] {
  const found: Found[] = []
  const parser = new Parser({
    onopentag(name, attributes) {
      const at = { index: parser.startIndex }
      for (const [attribute, value] of Object.entries(attributes)) {
        const read =
          READ_ATTRIBUTES.includes(attribute) ||
          (attribute === 'value' && name === 'input' && BUTTONS.includes(attributes['type'] ?? '')) ||
          (attribute === 'content' &&
            /^(?:og:)?(?:description|title|site_name)$/.test(attributes['name'] ?? attributes['property'] ?? ''))
        if (read && hasWords(value)) found.push({ ...at, text: `${attribute}="${value}"` })
      }
      const image = name === 'img' || (name === 'input' && attributes['type'] === 'image')
      if (image && attributes['alt'] === undefined) found.push({ ...at, text: `<${name}> without alt` })
      const named = attributes['aria-label'] ?? attributes['aria-labelledby']
      if (attributes['role'] === 'img' && !named) found.push({ ...at, text: `<${name} role="img"> without a name` })
    },
    ontext(text) {
      if (hasWords(text)) found.push({ index: parser.startIndex + text.search(/\S/), text: `text "${text.trim()}"` })
    },
  })
  // a part of attributes only
  parser.end(/^\s*[\w-]+="/.test(markup) ? `<i ${markup}>` : markup)
  return found
}

function linesOf(text: string, found: Found[]): string[] {
  return found.map(
    ({ index, text: words }) => `${text.slice(0, index).split('\n').length}: ${words.replaceAll(RUN, '…')}`,
  )
}
