import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText } from '../../server/reflections/markdown/markdown.ts'
import { cost } from '../support/growth.ts'
import { renderMarkdown } from '../support/render-markdown.ts'
import { EVASIONS, PLACES } from './evasions.ts'

/** Without the directions, which have tests of their own. */
const html = (text: string) => renderMarkdown(text).html.replaceAll(/ dir="(?:auto|rtl)"/g, '')

const TAGS = 'p|h3|h4|h5|ul|ol|li|blockquote|pre|hr|br|a|strong|em|s|code|table|thead|tbody|tr|th|td'
const TAG = new RegExp(`<(/?)(${TAGS})( href="([^"<>]*)" rel="nofollow ugc noopener"| start="\\d+")?( /)?>`, 'g')

/**
 * Says what is wrong with the HTML, without any parser that could be wrong in the same way: once the tags that may stand
 * there are taken out letter by letter, no "<" may be left, and the tags must be nested well.
 */
function faultIn(output: string): string | null {
  const left = output.replaceAll(TAG, '')
  if (/[<>]/.test(left)) return `left over: ${left.slice(0, 200)}`
  const open: string[] = []
  for (const [whole, closes, tag = '', , href, empty] of output.matchAll(TAG)) {
    if (href !== undefined && !isSafe(decode(href))) return `address: ${href}`
    if (empty) continue
    if (closes === '') {
      if (tag === 'a' && open.includes('a')) return 'a link within a link'
      open.push(tag)
    } else if (open.pop() !== tag) return `badly nested: ${whole}`
  }
  return open.length > 0 ? `left open: ${open.join(' ')}` : null
}

function isSafe(address: string): boolean {
  return /^(https?:\/\/|mailto:)/i.test(address) && !/\s/.test(address)
}

function decode(value: string): string {
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

test.each(EVASIONS.map((evasion) => [evasion]))('%j yields no unsafe markup in any position', (evasion) => {
  for (const place of PLACES) expect(faultIn(html(place(evasion))), place(evasion)).toBeNull()
})

test.each([
  '[**<https://a.example>**](https://b.example)',
  '[x <https://a.example> y](https://b.example)',
  '[_![a](https://a.example/x.png)_ <mailto:me@a.example>](https://b.example)',
])('%s is one link', (text) => {
  expect(faultIn(html(text))).toBeNull()
  expect(html(text).match(/<a /g)).toHaveLength(1)
  expect(html(text)).toContain('href="https://b.example"')
})

test('two evasions in a row yield no unsafe markup', () => {
  const evasion = fc.constantFrom(...EVASIONS)
  fc.assert(
    fc.property(
      evasion,
      evasion,
      fc.constantFrom(...PLACES),
      fc.constantFrom(...PLACES),
      (one, other, inner, outer) => {
        expect(faultIn(html(outer(`${inner(one)}${other}`)))).toBeNull()
      },
    ),
    { numRuns: 2000 },
  )
})

test('no text yields a tag, attribute or address outside the allow list', () => {
  const signs = fc.constantFrom(
    ...'<>"\'&;:/\\()[]!*_~`#|-=+.\n\t ax0'.split(''),
    'https://',
    'javascript:',
    '&#',
    '<a href=',
  )
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.array(signs, { maxLength: 80 })), (text) => {
      expect(faultIn(html(typeof text === 'string' ? text : text.join('')))).toBeNull()
    }),
    { numRuns: 3000 },
  )
})

test('the output check detects unsafe markup', () => {
  expect(faultIn('<p>a</p>')).toBeNull()
  expect(faultIn('<p>a</p><script>')).toContain('left over')
  expect(faultIn('<p id="x">a</p>')).toContain('left over')
  expect(faultIn('<a href="javascript:x" rel="nofollow ugc noopener">a</a>')).toContain('address')
  expect(faultIn('<p><em>a</p></em>')).toContain('badly nested')
  expect(faultIn('<p>a')).toContain('left open')
})

test('links go out with rel, pictures from elsewhere become links with their words', () => {
  expect(html('[a](https://example.org/?a=1&b=2)')).toBe(
    '<p><a href="https://example.org/?a=1&amp;b=2" rel="nofollow ugc noopener">a</a></p>',
  )
  expect(html('![The **desk**](https://example.org/d.jpg)')).toBe(
    '<p><a href="https://example.org/d.jpg" rel="nofollow ugc noopener">The desk</a></p>',
  )
  expect(html('![](https://example.org/d.jpg)')).toContain('>https://example.org/d.jpg</a>')
})

test('a picture within a link becomes its alternative text', () => {
  expect(html('[![desk](https://example.org/d.jpg)](https://example.org)')).toBe(
    '<p><a href="https://example.org" rel="nofollow ugc noopener">desk</a></p>',
  )
})

test('an empty link or heading is left out', () => {
  expect(html('[](https://example.org)[\u200b](https://example.org)\n\n# \n\n#   #')).toBe('<p></p>')
})

test('headings begin at h3, skip no level and end at h5', () => {
  expect(html('# a\n### b\n#### c\n###### d')).toBe('<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h5>d</h5>')
  expect(html('### a')).toBe('<h3>a</h3>')
})

test('a single line break becomes a br', () => {
  expect(html('one\ntwo')).toBe('<p>one<br />\ntwo</p>')
})

test('lists, quotes, code and tables are rendered without styles and classes', () => {
  expect(html('7. a\n\n- b\n\n> c\n\n```js\nd<e\n```\n\n| f |\n|:-:|\n| g |').replaceAll('\n', '')).toBe(
    '<ol start="7"><li>a</li></ol><ul><li>b</li></ul><blockquote><p>c</p></blockquote><pre><code>d&lt;e</code></pre><table><thead><tr><th>f</th></tr></thead><tbody><tr><td>g</td></tr></tbody></table>',
  )
})

test('a short row of a table stays short, an empty cell within a row stays', () => {
  expect(html('|a|b|c|\n|-|-|-|\n|d|\n||e||').replaceAll('\n', '')).toContain(
    '<tr><td>d</td></tr><tr><td></td><td>e</td></tr>',
  )
})

test('a table with over a thousand missing cells is text, and so are later tables', () => {
  const table = (rows: number) => `|a|b|c|\n|-|-|-|\n${'|d|\n'.repeat(rows)}\n`
  expect(html(table(500))).toContain('<table>')
  expect(html(table(501))).not.toContain('<table>')
  expect(html(`${table(250)}${table(250)}${table(1)}`).match(/<table>/g)).toHaveLength(2)
})

test('the result names its renderer', () => {
  expect(renderMarkdown('a').renderer).toMatch(/^markdown-\d+$/)
})

const SIZE = 40_000
const full = (text: string) => text.repeat(Math.ceil(SIZE / text.length)).slice(0, SIZE)
const ORDINARY = full('I *tried* [it](https://e.org) at the desk, **twice**.\n\n')
const halves = (open: string, close: string) => full(open).slice(0, SIZE / 2) + full(close).slice(0, SIZE / 2)

test.each([
  ['quotes in quotes', full('> ')],
  ['quotes on each line', full('>>>>>>>> a\n')],
  ['lists in lists', full('- ')],
  ['lists ever deeper', Array.from({ length: 280 }, (_, depth) => `${' '.repeat(depth)}- a\n`).join('')],
  ['emphasis opened', full('*a ')],
  ['emphasis opened and closed', full('*a_ ')],
  ['emphasis of all lengths', full('***a**_b*__')],
  ['stars', full('*')],
  ['emphasis nested', halves('*a **b ', 'c** d* ')],
  ['brackets opened', full('[')],
  ['brackets nested', halves('[', ']')],
  ['brackets with addresses', halves('[a', '](https://e.org)')],
  ['pictures in pictures', halves('![', '](https://e.org)')],
  ['links that never end', full('[a](')],
  ['links with titles that never end', full('[a](<b "')],
  ['links', full('[a](https://e.org) ')],
  ['addresses', full('https://e.org/a ')],
  ['one long address', `https://e.org/${full('a')}`],
  ['addresses with brackets', `https://e.org/${full('(')}`],
  ['angle brackets', full('<')],
  ['addresses in angle brackets', full('<https://e.org')],
  ['backticks of all lengths', Array.from({ length: 280 }, (_, length) => `${'`'.repeat(length + 1)} `).join('')],
  ['backticks', full('`a``b')],
  ['fences', full('```\n')],
  ['entities', full('&amp;')],
  ['ampersands', full('&')],
  ['backslashes', full('\\')],
  [
    'a wide table',
    `${full('|a').slice(0, SIZE / 3)}|\n${full('|-').slice(0, SIZE / 3)}|\n${full('|b').slice(0, SIZE / 3)}|`,
  ],
  ['a long table', `|a|b|\n|-|-|\n${full('|c|d|\n')}`],
  [
    'a wide table of short rows',
    `${full('|a').slice(0, SIZE / 4)}|\n${full('|-').slice(0, SIZE / 4)}|\n${full('|\n').slice(0, SIZE / 2)}`,
  ],
  // each of these came to 65,000 cells: three seconds
  ['square tables', full(`${'|a'.repeat(256)}|\n${'|-'.repeat(256)}|\n${'a\n'.repeat(256)}\n`)],
  ['tables that are none any more', full(`${'a|b|c\n-|-|-\n'.repeat(500)}${'a\n'.repeat(2000)}`)],
  [
    'references',
    Array.from({ length: 1500 }, (_, index) => `[r${index}]: https://e.org\n`).join('') + full('[r1]').slice(0, 9000),
  ],
  ['a reference to one long name', `[${full('a')}]\n\n[${full('a')}]: https://e.org`],
  ['headings', full('# a\n')],
  ['lines under text', full('a\n=\n')],
  ['rules', full('---\n')],
  ['spaces', `a${' '.repeat(SIZE)}b`],
  ['line breaks', full('a  \n')],
  ['tabs', full('\t')],
  ['blank lines', full('\n')],
  ['struck out', full('~~a~ ')],
  ['mail addresses', full('a@b.')],
  ['dots and hyphens', full('a.-')],
  ['tags', full('<b><i>')],
  ['comments', full('<!--')],
  ['one word', full('a')],
  ['indented lines', full('\tone line\n')],
  ['indented paragraphs', full('\t\ta\n\n')],
  [
    'items that are indented ever deeper',
    Array.from({ length: 280 }, (_, depth) => `${' '.repeat(depth)}- a\n\n`).join(''),
  ],
  ['deep items below words', full('a\n      - b\n')],
  ['emphasis beside quotation marks', full('字**「」**„')],
  ['emphasis between signs', full('。*「*')],
  ['backslashes in a path', full('C:\\_a')],
  ['backslashes before stars', full('\\*')],
  ['addresses without spaces', full('https://e.org/a。')],
  ['addresses in another', full('https://')],
  ['addresses without a scheme', full('www.')],
  ['whole addresses without a scheme', full('www.e.org/a ')],
  ['hosts of two scripts', full('https://字.')],
  ['paths of two scripts', full('https://e.org/a가')],
  ['email addresses between kana', full('あa@b.org')],
  ['a link to what is almost an email address', `[a](a@${full('.')}/)`],
  ['underscores between signs', full('(_/^_^')],
  ['links that are not allowed', full('[a](tel:1)')],
  ['pictures that are not allowed', full('![a](data:1)')],
  ['marks of footnotes', `${full('[^1]')}\n\n[^1]: a`],
  ['footnotes', full('[^1]: a\n')],
  ['footnotes of different names', Array.from({ length: 3000 }, (_, index) => `[^n${index}]: a`).join('\n')],
  ['tasks', full('- [ ] a\n')],
  ['right-to-left lists in lists', full('- א\n  - b\n')],
  ['right-to-left quotations', `${'> '.repeat(90)}${full('א')}`],
  ['NULs', full('\0')],
])('40,000 characters of %s take at most 30 times as long as ordinary text of that length', async (_, text) => {
  let output = ''
  const render = (of: string) => () => {
    output = html(of)
    return plainText(output, 220)
  }
  const ordinary = await cost(render(ORDINARY))
  expect(await cost(render(text))).toBeLessThan(30 * Math.max(ordinary, 20))
  expect(faultIn(output)).toBeNull()
})

test('an excerpt is plain text on one line', () => {
  const text =
    '## Hello\n\nI **tried** `it`, *twice*:\n\n- a [link](https://example.org)\n- 3 < 4 & "so"\n\n| c | d |\n|---|---|\n| e | f |'
  expect(plainText(html(text), 200)).toBe('Hello I tried it, twice: a link 3 < 4 & "so" c d e f')
})

test('escaped characters appear in the excerpt', () => {
  expect(plainText(html('`<b>` and &amp;lt; and \\*stars\\*'), 200)).toBe('<b> and &lt; and *stars*')
})

test('an excerpt is cut between words', () => {
  expect(plainText(html('The quick brown fox'), 19)).toBe('The quick brown fox')
  expect(plainText(html('The quick, brown fox'), 12)).toBe('The quick…')
})

test('an excerpt in a script without spaces is cut between words too', () => {
  expect(plainText(html('図書館で電話を使います'), 7)).toBe('図書館で電話…')
})

test('an excerpt is at most as long as requested, unbroken and a prefix of the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 2, max: 100 }), (text, max) => {
      const all = plainText(html(text), 100_000)
      const short = plainText(html(text), max)
      expect(short.length).toBeLessThanOrEqual(max)
      expect(short.isWellFormed()).toBe(true)
      expect(all.startsWith(short.replace(/…$/, ''))).toBe(true)
    }),
    { numRuns: 500 },
  )
})
