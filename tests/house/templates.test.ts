import { beforeAll, expect, test } from 'vitest'
import { templateProblems } from './check-templates.ts'

// One run of the compiler checks the project's templates and those below, which have mistakes in them.

const PLANTED = {
  'server/planted.ts': `import { view } from './web/render/view.ts'
export const page = view<{ user: { name: string; pods: { title: string }[] }; extra: number }>('planted/page')`,
  'views/planted/page.ejs': `<h1><%= it.user.nmae %></h1>
<p><%= it.usr.name %></p>
<ul><% for (const pod of it.user.pods) { %>
  <li><%= pod.titel %>
  <%- it.part('planted/_part', { user: it.user, pod }) %></li>
<% } %></ul>
<%- it.part('planted/_part', { usr: it.user }) %>
<p><%= name %> <%= it.tt('shared.save') %></p>
<% const { user } = it %>`,
  'views/planted/_part.ejs': `<% const { user } = it %>
<p><%= user.nmae %></p>
<p><%= it.pods.title %> <%= it.pod.titel %></p>
<p><%= it.pod.title %></p>`,
}

let problems: string[]
beforeAll(() => {
  problems = templateProblems(PLANTED)
})

test('templates read what they are passed, and are passed what they read', () => {
  expect(problems.filter((problem) => !problem.includes('planted/'))).toEqual([])
})

test('unknown names in pages and parts are found with their lines', () => {
  expect(problems.filter((problem) => problem.includes('planted/'))).toEqual([
    "views/planted/_part.ejs:2: Property 'nmae' does not exist on type '{ name: string; pods: { title: string; }[]; }'.",
    "views/planted/_part.ejs:3: Property 'pods' does not exist on what it is passed. Did you mean 'pod'?",
    "views/planted/_part.ejs:3: Property 'titel' does not exist on type '{ title: string; }'. Did you mean 'title'?",
    'views/planted/page.ejs:1: Its binding passes "extra", which it does not read.',
    "views/planted/page.ejs:1: Property 'nmae' does not exist on type '{ name: string; pods: { title: string; }[]; }'.",
    "views/planted/page.ejs:2: Property 'usr' does not exist on what it is passed. Did you mean 'user'?",
    "views/planted/page.ejs:4: Property 'titel' does not exist on type '{ title: string; }'. Did you mean 'title'?",
    'views/planted/page.ejs:7: It passes planted/_part what that does not read.',
    "views/planted/page.ejs:8: Cannot find name 'name'.",
    "views/planted/page.ejs:8: Property 'tt' does not exist on what it is passed.",
    "views/planted/page.ejs:9: 'user' is declared but its value is never read.",
  ])
})
