// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are code that is checked

import { expect, test } from 'vitest'
import { scriptProblems, viewProblems } from './check-texts.ts'
import { codeOf, filesIn, textOf } from './source.ts'

test('views have no texts of their own and no image without alternative text', () => {
  const problems = filesIn('views', '.ejs').flatMap((file) =>
    viewProblems(textOf(file)).map((found) => `${file}:${found}`),
  )
  expect(problems).toEqual([])
})

test('scripts of the browser write no texts of their own', () => {
  const problems = filesIn('public/js', '.js').flatMap((file) =>
    scriptProblems(codeOf(file)).map((found) => `${file}:${found}`),
  )
  expect(problems).toEqual([])
})

test.each([
  ["<h1>\n  Your <%= it.t('badges.title') %></h1>", ['2: text "Your …"']],
  ["<p>\n<%= it.done ? 'Done' : it.t('shared.next') %></p>", ["2: text 'Done'"]],
  ['<a title="Next" aria-label="<%= it.t(\'pager.next\') %>" href="/x"></a>', ['1: title="Next"']],
  ['<a aria-label="<%= it.name || \'Next\' %>" href="/x"></a>', ["1: text 'Next'"]],
  [
    '<input placeholder="Your name">\n<input type="submit" value="Save">',
    ['1: placeholder="Your name"', '2: value="Save"'],
  ],
  ['<meta name="description" content="A course">', ['1: content="A course"']],
  ["<%- it.part('shared/_field', { form: it.form, label: 'Your name' }) %>", ["1: text 'Your name'"]],
  ['<img src="/x" alt="A tree">', ['1: alt="A tree"']],
])('a text in a view is found: %j', (text, problems) => {
  expect(viewProblems(text)).toEqual(problems)
})

test.each([
  '<p>&nbsp;· <%= it.name %> 23 PDF</p>',
  '<p class="note <%= it.done ? \'done\' : \'\' %>" data-kind="words"></p>',
  '<meta name="viewport" content="width=device-width"><input name="x" value="save">',
  "<%- it.part('shared/_field', { form: it.form, name: 'title', label: it.t('courses.title') }) %>",
  '<% if (it.logo) { %><img src="<%= it.logo %>" alt=""><img src="/x" alt="<%= it.alt %>"><% } %>',
])('what is no text is let pass: %j', (text) => {
  expect(viewProblems(text)).toEqual([])
})

test.each([
  ['<% if (it.logo) { %>\n<img src="<%= it.logo %>"><% } %>', ['2: <img> without alt']],
  ['<input type="image" src="/x">', ['1: <input> without alt']],
  ['<svg role="img"></svg>', ['1: <svg role="img"> without a name']],
])('an image without alternative text is found: %j', (text, problems) => {
  expect(viewProblems(text)).toEqual(problems)
})

test.each([
  ["said.textContent = count > 0 ? 'Saved' : ''", ["1: text 'Saved'"]],
  ['let name\nbutton.ariaLabel = `Remove ${name}`', ['2: text `Remove ${name}`']],
  ["button.setAttribute('aria-label', 'Remove')", ["1: text 'Remove'"]],
  ["if (confirm('Leave this page?')) leave()", ["1: text 'Leave this page?'"]],
  ["list.append(item, 'and more')", ["1: text 'and more'"]],
  ['place.innerHTML = `<p class="note">${count} new</p>`', ['1: text "… new"']],
  ['place.innerHTML = `<img src="${address}">`', ['1: <img> without alt']],
  ["said.textContent = act === 'save' ? words['saved'] : part('title')", []],
  ["form.append('intent', 'draft')", []],
])('a text in a script is found: %j', (code, problems) => {
  expect(scriptProblems(code)).toEqual(problems)
})
