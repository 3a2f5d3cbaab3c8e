import { expect, test } from 'vitest'
import { sanitiseExternalHtml } from '../../server/reflections/markdown/sanitise-external-html.ts'

const shown = (html: string) =>
  sanitiseExternalHtml({ html, base: 'https://desk.example/2026/post/' }).replaceAll(/ dir="auto"|<\/?div[^>]*>/g, '')
const linkTo = (href: string, words: string) => `<a href="${href}" rel="nofollow ugc noopener">${words}</a>`

test.each([
  '<img src="https://count.example/a.gif" width="1" height="1">',
  '<img src="https://count.example/a.gif" style="width:1px;height:1px" alt="x">',
  '<img src="https://count.example/a.gif" style="display: none" alt="x">',
  '<img src="https://count.example/a.gif" height=0 width=0>',
  '<img src="https://stats.wordpress.com/b.gif?v=noscript">',
  '<img src="https://pixel.wp.com/g.gif?blog=7">',
  '<a href="https://desk.example/x"><img src="http://feeds.feedburner.com/~ff/Desk?d=7Q" border="0"></a>',
  '<img src="http://feeds.feedburner.com/~r/Desk/~4/abc" height="1" width="1" alt=""/>',
  '<span style="display:none">hidden <b>words</b></span>',
  '<b hidden>Subscribe</b>',
  '<span class="sharedaddy sd-block">Share this: <a href="/?share=x">X</a></span>',
  '<iframe src="https://count.example/f" width="1" height="1"></iframe>',
])('what only counts readers or is not shown vanishes: %s', (html) => {
  expect(shown(`<p>Words ${html}end.</p>`)).toMatch(/^<p>Words\s+end\.<\/p>$/)
})

test.each([
  ['<img class="wp-smiley" src="https://s.w.org/images/core/emoji/15.0.3/72x72/1f4da.png" alt="📚">', '📚'],
  ['<img class="emoji" draggable="false" src="https://cdn.example/1f1e9-1f1ea.svg" alt="">', '🇩🇪'],
  ['<img src="https://s.w.org/images/core/emoji/15.0.3/svg/2764.svg" alt="❤">', '❤'],
  ['<img src="https://desk.example/icons/face.gif" alt=":-)" class="wp-smiley">', ':-)'],
  ['<img src="https://twemoji.cdn.example/v/14/72x72/1f600.png" alt="😀">', '😀'],
  ['<img data-emoji="🎉" src="https://fonts.example/e/1f389.png">', '🎉'],
  ['<img src="https://cdn.example/e.png" alt="👩‍👧" width="20" height="20">', '👩‍👧'],
  ['<img src="https://cdn.example/e.png" alt="👍🏽" style="height:1em">', '👍🏽'],
])('a picture of an emoji becomes its character: %s', (html, sign) => {
  expect(shown(`<p>Read ${html} on.</p>`)).toBe(`<p>Read ${sign} on.</p>`)
})

test.each([
  ['<img src="data:image/gif;base64,R0" data-src="/i/shelf.jpg" alt="Shelf">'],
  ['<img src="/img/blank.gif" data-lazy-src="/i/shelf.jpg" alt="Shelf">'],
  ['<img data-original="/i/shelf.jpg" alt="Shelf">'],
  ['<img src="data:image/svg+xml,x" srcset="/i/small.jpg 300w, /i/shelf.jpg 900w" alt="Shelf">'],
  ['<img class="lazyload" data-srcset="/i/small.jpg 1x,/i/shelf.jpg 2x" alt="Shelf">'],
  ['<img src="data:image/gif;base64,R0"><noscript>Turn scripts on. <img src="/i/shelf.jpg" alt="Shelf"></noscript>'],
  ['<img data-src="/i/shelf.jpg" alt="Shelf"><noscript><img src="/i/shelf.jpg" alt="Shelf"></noscript>'],
])('a picture that is loaded late is found, once: %s', (html) => {
  expect(shown(html)).toBe(linkTo('https://desk.example/i/shelf.jpg', 'Shelf'))
})

test('a photo whose alternative text is an emoji stays a link', () => {
  const html = '<img src="/i/cat.jpg" alt="🐈" width="900" height="600">'
  expect(shown(html)).toBe(linkTo('https://desk.example/i/cat.jpg', '🐈'))
})

test('a real small picture stays, and words behind something hidden do', () => {
  expect(shown('<img src="/i/map.png" width="300" height="2" alt="Line">')).toBe(
    linkTo('https://desk.example/i/map.png', 'Line'),
  )
  expect(shown('<p>One<br style="display:none"> two</p><script>x</script><p>three</p>')).toBe(
    '<p>One two</p><p>three</p>',
  )
})
