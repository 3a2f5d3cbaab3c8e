import { expect, test } from 'vitest'
import { joinLines } from '../../../server/web/render/templates.ts'

test.each([
  ['<ul>\n  <li>One</li>\n  <li>Two</li>\n</ul>\n', '<ul><li>One</li><li>Two</li></ul>'],
  [
    '<p>\n  <% if (it.a) { %>\n  <b>A</b> and\n  more\n  <% } %>\n</p>',
    '<p><% if (it.a) { %><b>A</b> and more<% } %></p>',
  ],
  ['<b>A</b> <i>B</i>', '<b>A</b> <i>B</i>'],
  [
    '<input type="text"\n  name="<%= it.name %>"<% if (it.a > 1) { %>\n  checked<% } %>>',
    '<input type="text" name="<%= it.name %>"<% if (it.a > 1) { %> checked<% } %>>',
  ],
  [
    '<input\n  id="a"\n  <% if (it.b) { %> checked\n  <% } if (it.c) { %> required<% } %>>',
    '<input id="a"<% if (it.b) { %> checked<% } if (it.c) { %> required<% } %>>',
  ],
  ['<%- it.part("a", {\n  b: 1, // why\n}) %>', '<%- it.part("a", {\n  b: 1, // why\n}) %>'],
])('a line break beside a tag prints nothing, elsewhere a space: %j', (template, joined) => {
  expect(joinLines(template)).toBe(joined)
})
