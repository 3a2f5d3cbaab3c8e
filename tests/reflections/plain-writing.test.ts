import { describe, expect, test } from 'vitest'
import { plainLines, plainText } from '../../server/reflections/markdown/markdown.ts'
import { renderMarkdown } from '../support/render-markdown.ts'

const html = (text: string) =>
  renderMarkdown(text).html.replaceAll(/ (?:dir="(?:auto|rtl)"|rel="nofollow ugc noopener")/g, '')
/** The inside of a text of one paragraph. */
const line = (text: string) =>
  html(text)
    .replace(/^<p>/, '')
    .replace(/<\/p>$/, '')

describe('indentation', () => {
  test.each(['\t', '    ', '  \t', '\t\t', '            '])('a paragraph after %j is a paragraph', (indent) => {
    expect(html(`One.\n\n${indent}Two, a *story*.\n\n${indent}Three.`)).toBe(
      '<p>One.</p>\n<p>Two, a <em>story</em>.</p>\n<p>Three.</p>',
    )
  })

  test('an indented line in a paragraph continues it on a new line', () => {
    expect(html('Roses are red,\n\tviolets blue')).toBe('<p>Roses are red,<br />\nviolets blue</p>')
  })

  test.each([
    ['by a tab', '- a\n\t- b\n\t- c\n- d'],
    ['by two tabs', '- a\n\t\t- b\n\t\t- c\n- d'],
    ['by eight spaces', '-   a\n        - b\n        - c\n-   d'],
    ['after tabs behind the signs', '-\ta\n\t\t-\tb\n\t\t-\tc\n-\td'],
  ])('a list in a list is indented %s', (_how, text) => {
    expect(html(text).replaceAll('\n', '')).toBe('<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>')
  })

  test('an indented list, heading and fence are what they are without it', () => {
    expect(html('\t1. a\n\t2. b').replaceAll('\n', '')).toBe('<ol><li>a</li><li>b</li></ol>')
    expect(html('\t# a')).toBe('<h3>a</h3>')
    expect(html('\t```\n\tx\n\t\ty\n\t```')).toBe('<pre><code>x\n\ty\n</code></pre>')
  })

  test('fenced code keeps its own indentation', () => {
    expect(html('```\n\tx\n    y\n```')).toBe('<pre><code>\tx\n    y\n</code></pre>')
  })
})

test.each([
  ['three dashes draw a line', 'Some words\n---\nMore', '<p>Some words</p>\n<hr />\n<p>More</p>'],
  ['two dashes are a signature', 'Thanks, N.\n--\nBranch', '<p>Thanks, N.<br />\n--<br />\nBranch</p>'],
  ['equal signs are words', 'Some words\n===\nMore', '<p>Some words<br />\n===<br />\nMore</p>'],
  ['the same holds in lists', '- Some words\n  ====', '<ul>\n<li>Some words<br />\n====</li>\n</ul>'],
])('under words, %s', (_what, text, expected) => {
  expect(html(text)).toBe(expected)
})

describe('bold and italic beside signs', () => {
  test.each([
    ['私は**「図書館」**が好き', '私は<strong>「図書館」</strong>が好き'],
    ['それは**本当？**はい', 'それは<strong>本当？</strong>はい'],
    ['他说**（慢慢来）**然后', '他说<strong>（慢慢来）</strong>然后'],
    ['他说*“好”*了', '他说<em>“好”</em>了'],
    ['**지도(map)**를', '<strong>지도(map)</strong>를'],
    ['ดู**"แผนที่"**นะ', 'ดู<strong>"แผนที่"</strong>นะ'],
    ['ein **„Ding“**chen', 'ein <strong>„Ding“</strong>chen'],
    ['ein *»Ding«*chen', 'ein <em>»Ding«</em>chen'],
    ['**Ja!**wohl', '<strong>Ja!</strong>wohl'],
    ['これ~~「旧」~~新', 'これ<s>「旧」</s>新'],
    ['これは**A+**です', 'これは<strong>A+</strong>です'],
    ['**祭り🎉**だ', '<strong>祭り🎉</strong>だ'],
    ['**一。**と**二。**三', '<strong>一。</strong>と<strong>二。</strong>三'],
  ])('%s', (text, expected) => {
    expect(line(text)).toBe(expected)
  })

  test.each([
    '3*4*5',
    '10**2**3',
    'snake_case_name',
    'Apples*, pears*',
    '* a * b',
    'りんご*、みかん*',
    'a * b * c',
    '(^_^) so (^_^)',
    '>_< and >_<',
    '(¬_¬) ¯\\_(ツ)_/¯ ¯\\_(ツ)_/¯',
  ])('%s has none', (text) => {
    expect(html(text)).not.toMatch(/<(?:em|strong)>/)
  })
})

describe('addresses', () => {
  const link = (href: string, words = href) => `<a href="${href}">${words}</a>`

  test.each([
    ['見てhttps://kato.example/a?b=1を', `見て${link('https://kato.example/a?b=1')}を`],
    ['https://kato.example。次', `${link('https://kato.example')}。次`],
    ['（https://kato.example/）', `（${link('https://kato.example/')}）`],
    ['https://kato.example/a(地図)', `${link('https://kato.example/a')}(地図)`],
    ['请看https://wu.example，谢谢', `请看${link('https://wu.example')}，谢谢`],
    ['https://kim.example에서', `${link('https://kim.example')}에서`],
    ['https://kim.example/a/에서', `${link('https://kim.example/a/%EC%97%90%EC%84%9C', 'https://kim.example/a/에서')}`],
    ['https://地図.example/x', link('https://xn--lcs7e.example/x', 'https://地図.example/x')],
  ])('%s', (text, expected) => {
    expect(line(text)).toBe(expected)
  })

  test.each([
    ['www.desk.example', `${link('http://www.desk.example', 'www.desk.example')}`],
    ['(WWW.desk.example/a?b).', `(${link('http://WWW.desk.example/a?b', 'WWW.desk.example/a?b')}).`],
    ['これwww.desk.example/を', `これ${link('http://www.desk.example/', 'www.desk.example/')}を`],
    ['**www.desk.example**', `<strong>${link('http://www.desk.example', 'www.desk.example')}</strong>`],
    ['Write to ann@desk.example.', `Write to ${link('mailto:ann@desk.example', 'ann@desk.example')}.`],
    ['[our desk](www.desk.example/a)', link('http://www.desk.example/a', 'our desk')],
    ['[Ann](ann@desk.example)', link('mailto:ann@desk.example', 'Ann')],
    ['連絡先：ann@desk.exampleまで', `連絡先：${link('mailto:ann@desk.example', 'ann@desk.example')}まで`],
  ])('%s is linked without a scheme', (text, expected) => {
    expect(line(text)).toBe(expected)
  })

  test.each(['done.It works', 'www. and', 'www.nothing', 'ftp://www.desk.example', 'ann@desk', '`www.desk.example`'])(
    '%s is not linked',
    (text) => {
      expect(html(text)).not.toContain('<a ')
    },
  )
})

describe('a backslash', () => {
  test.each([
    '¯\\_(ツ)_/¯',
    'D:\\_backup\\*all*\\[old]',
    '\\\\desk\\_shared\\#1',
    '..\\_x ~\\*y',
    'photos\\_2019\\june',
    '\\o/ \\(^o^)/',
    '/\\_/\\',
    '50\\% \\$5 \\{a\\} Yes\\!',
  ])('stays in %s', (text) => {
    expect(line(text)).toBe(text)
  })

  test.each([
    ['\\*not bold\\*', '*not bold*'],
    ['\\_not italic\\_', '_not italic_'],
    ['\\[a](https://desk.example)', `[a](<a href="https://desk.example">https://desk.example</a>)`],
    ['1\\. no list', '1. no list'],
    ['\\# no heading', '# no heading'],
    ['\\- no list', '- no list'],
    ['\\> no quotation', '&gt; no quotation'],
    ['\\`no code\\`', '`no code`'],
    ['\\~~a~~', '~~a~~'],
    ['\\&amp;', '&amp;amp;'],
    ['\\\\*a*', '\\<em>a</em>'],
    ['\\\\\\*a*', '\\*a*'],
    ['¯\\\\\\_(ツ)\\_/¯', '¯\\_(ツ)_/¯'],
  ])('keeps the next sign from being markup in %s', (text, expected) => {
    expect(line(text)).toBe(expected)
  })

  test('at the end of a line breaks it, and stays in a path', () => {
    expect(line('one\\\ntwo')).toBe('one<br />\ntwo')
    expect(line('C:\\temp\\\ntwo')).toBe('C:\\temp\\<br />\ntwo')
  })
})

describe('what may not be a link or picture shows its words', () => {
  test.each([
    ['[ring us](tel:+4712345678)', 'ring us'],
    ['[**ring** us](sms:1 "title")', '<strong>ring</strong> us'],
    ['[a](javascript:alert(1)) [b](/home) [c](page.html)', 'a b c'],
    ['![our desk](data:image/png;base64,AAAA)', 'our desk'],
    ['![our desk](file:///c:/desk.png)', 'our desk'],
    ['[![desk](cid:1)](tel:1)', 'desk'],
    ['![](desk.jpg) ![](data:image/png;base64,AAAA)', 'desk.jpg '],
    ['<tel:+4712345678>', 'tel:+4712345678'],
    ['[ring us][n]\n\n[n]: tel:1', 'ring us'],
  ])('%s', (text, expected) => {
    expect(line(text)).toBe(expected)
  })

  test.each([
    ['[Ann]: yes', '[Ann]: yes'],
    ['[see] (the book)', '[see] (the book)'],
    ['[see](the old book)', '[see](the old book)'],
    ['<note:this>', '&lt;note:this&gt;'],
  ])('%s is no link, and stays', (text, expected) => {
    expect(line(text)).toBe(expected)
  })
})

test('tasks have ballot boxes, other brackets stay', () => {
  expect(html('- [ ] call\n- [x] write\n- [y] z\n\n1. [X] go').replaceAll('\n', '')).toBe(
    '<ul><li>☐ call</li><li>☑ write</li><li>[y] z</li></ul><ol><li>☑ go</li></ol>',
  )
  expect(line('[ ] a')).toBe('[ ] a')
})

describe('footnotes', () => {
  test('have raised numbers in the text and before the note', () => {
    expect(html('One[^1], two[^b].\n\n[^1]: The *note*\n[^b]: https://desk.example/\nmore').replaceAll('\n', '')).toBe(
      '<p>One¹, two².</p><p>¹ The <em>note</em></p><p>² <a href="https://desk.example/">https://desk.example/</a><br />more</p>',
    )
  })

  test('are not looked for where no note is', () => {
    expect(line('One[^1] [^_^]')).toBe('One[^1] [^_^]')
  })

  test('appear in the excerpt', () => {
    expect(plainText(renderMarkdown('One[^12].\n\n[^12]: note').html, 100)).toBe('One¹². ¹² note')
  })
})

test('the words of an email keep their lines, and are cut between words', () => {
  const made = renderMarkdown('One\ntwo & three\n\n- four\n  - five\n\n> six\n\n| a | b |\n|-|-|\n| c | d |').html
  expect(plainLines(made, 1000)).toBe('One\ntwo & three\nfour\nfive\nsix\na b\nc d')
  expect(plainLines(made, 11)).toBe('One\ntwo &…')
})
