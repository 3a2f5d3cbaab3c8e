import { expect, test } from 'vitest'
import { flatPhoto, sendForm } from '../../images/photos.ts'
import type { Browser } from '../../support/http-client.ts'
import { PASSWORD, testSite } from '../../support/site.ts'

const unescaped = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

/** The fields of the form on a page that sends it again, as a browser reads them. */
function fieldsOf(page: string): [string, string][] {
  const form = /<form class="stack" method="post">([\s\S]*?)<\/form>/.exec(page)?.[1] ?? ''
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  const areas = [...form.matchAll(/<textarea[^>]* name="([^"]*)"[^>]*>\n?([\s\S]*?)<\/textarea>/g)]
  return [...hidden, ...areas].map(([, name = '', value = '']) => [name, unescaped(value)])
}

async function scene() {
  const site = await testSite()
  const cast = site.cast()
  const { learner, cohort } = cast
  const at = cohort.at('/things/1/reflection')
  const text = {
    intent: 'publish',
    title: 'Mine & <yours>',
    body: '\nOne line.\n\nAnother "line".',
    audience: 'cohort',
  }
  return {
    site,
    ...cast,
    at,
    text,
    /** The token that the editor's form has for whoever reads it. */
    tokenFor: async (browser: Browser) =>
      /name="written_as" value="([^"]+)"/.exec(await browser.read(at))?.[1] ?? 'none',
    signIn: (person: { email: string }) => learner.post('/login', { email: person.email, password: PASSWORD }),
    published: () => site.db.prepare('SELECT person_id, title, body FROM reflection').all(),
    dropSessions: () => site.db.prepare('DELETE FROM session').run(),
  }
}

test('a text sent after the session ended comes back, and is published after signing in', async () => {
  const { site, learner, at, text, tokenFor, signIn, published, dropSessions } = await scene()
  const written_as = await tokenFor(learner)
  dropSessions()
  const answer = await learner.post(at, { ...text, written_as })
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([403, 'no-store'])
  const page = await answer.text()
  expect(page).toContain('Amara Okonkwo wrote this')
  expect(page).toContain('href="/login" target="_blank"')
  const fields = fieldsOf(page)
  expect(Object.fromEntries(fields)).toMatchObject(text)
  // still signed out: it comes back again
  expect(fieldsOf(await (await learner.post(at, fields)).text())).toEqual(fields)
  expect(published()).toEqual([])
  expect((await signIn(learner)).status).toBe(303)
  expect((await learner.post(at, fields)).status).toBe(303)
  expect(published()).toMatchObject([{ person_id: learner.id, title: text.title }])
  await site[Symbol.asyncDispose]()
})

test('a session that expired tells who wrote a text, without any token', async () => {
  const { site, learner, peer, at, text, signIn, published } = await scene()
  site.clock.advance({ hours: 24 * 40 })
  const fields = fieldsOf(await (await learner.post(at, text)).text())
  expect((await signIn(peer)).status).toBe(303)
  const refused = await learner.post(at, fields)
  expect([refused.status, published()]).toEqual([403, []])
  expect((await signIn(learner)).status).toBe(303)
  await site[Symbol.asyncDispose]()
})

test('a text is never sent in the account of somebody who signed in meanwhile', async () => {
  const { site, learner, peer, at, text, tokenFor, signIn, published } = await scene()
  const written_as = await tokenFor(learner)
  await learner.post('/logout')
  await signIn(peer)
  // from the page that was still open, and from the one that answers it
  for (const fields of [
    { ...text, written_as },
    { ...text, written_as, intent: 'draft' },
  ]) {
    const answer = await learner.post(at, fields)
    const page = await answer.text()
    expect([answer.status, page.includes('This is from another account')]).toEqual([403, true])
    expect(Object.fromEntries(fieldsOf(page))).toMatchObject(fields)
    expect((await learner.post(at, fieldsOf(page))).status).toBe(403)
  }
  const saved = await learner.post(at, { ...text, written_as, intent: 'draft' }, { accept: 'application/json' })
  expect(saved.status).toBe(403)
  expect(await saved.text()).not.toContain('line')
  expect([published(), site.db.prepare('SELECT count(*) FROM draft').pluck().get()]).toEqual([[], 0])
  expect((await peer.get(at)).status).toBe(200)
  // signing out is nobody's text
  expect((await learner.post('/logout', { written_as })).status).toBe(303)
  await site[Symbol.asyncDispose]()
})

test('where nobody knows who wrote a text, it is sent once somebody says so', async () => {
  const { site, learner, peer, at, text, signIn, published, dropSessions } = await scene()
  dropSessions()
  const first = fieldsOf(await (await learner.post(at, text)).text())
  await signIn(peer)
  const answer = await learner.post(at, first)
  const page = await answer.text()
  expect([answer.status, published()]).toEqual([403, []])
  expect(page).toContain('Send as Kenji Watanabe')
  expect((await learner.post(at, fieldsOf(page))).status).toBe(303)
  expect(published()).toMatchObject([{ person_id: peer.id }])
  await site[Symbol.asyncDispose]()
})

test('a forged token names nobody and sends nothing', async () => {
  const { site, learner, peer, at, text, published, dropSessions } = await scene()
  for (const written_as of [`${peer.id}.${'x'.repeat(22)}`, String(learner.id), '', '0', ['a', 'b']]) {
    const answer = await learner.post(at, { ...text, written_as })
    expect([written_as, answer.status, (await answer.text()).includes('Kenji')]).toEqual([written_as, 403, false])
  }
  expect(published()).toEqual([])
  dropSessions()
  expect(await (await learner.post(at, { ...text, written_as: `${peer.id}.${'x'.repeat(22)}` })).text()).not.toContain(
    'Kenji',
  )
  await site[Symbol.asyncDispose]()
})

test('every kind of form comes back: answers, settings, long forms of organisers, and those with files', async () => {
  const { site, learner, organiser, peer, cohort, at, tokenFor } = await scene()
  const id = site.reflection(peer, cohort)
  const tokens = { learner: await tokenFor(learner), organiser: await tokenFor(organiser) }
  site.db.prepare('DELETE FROM session').run()
  for (const [who, address, body] of [
    ['learner', `/reflections/${id}/comments`, 'A long answer'],
    ['learner', '/me', 'About me, in words'],
    ['organiser', `/admin/cohorts/${cohort.slug}/announcements`, 'Dear all'],
  ] as const) {
    const browser = who === 'learner' ? learner : organiser
    const page = await (await browser.post(address, { body, written_as: tokens[who] })).text()
    expect([address, Object.fromEntries(fieldsOf(page))['body']]).toEqual([address, body])
  }
  const parts: Parameters<typeof sendForm>[2] = [
    ['body', 'With a picture'],
    ['picture', { bytes: await flatPhoto(), name: 'a.jpg' }],
    ['written_as', tokens.learner],
    ['intent', 'publish'],
  ]
  const answer = await sendForm(learner, at, parts)
  const page = await answer.text()
  expect([answer.status, page.includes('choose them again')]).toEqual([403, true])
  expect(Object.fromEntries(fieldsOf(page))).toMatchObject({ body: 'With a picture', intent: 'publish' })
  const json = await sendForm(learner, '/images', parts, { accept: 'application/json' })
  expect([json.status, (await json.json()) as object]).toEqual([403, { error: 'You are signed out', reference: null }])
  await site[Symbol.asyncDispose]()
})

test('a form with files whose words are longer than any page writes is not shown again', async () => {
  const { site, learner, at, dropSessions } = await scene()
  dropSessions()
  const parts = ['one', 'two', 'three'].map((name): [string, string] => [name, `${name} `.repeat(60_000)])
  const answer = await sendForm(learner, at, parts)
  const page = await answer.text()
  expect([answer.status, page.includes('<textarea'), page.length < 20_000]).toEqual([403, false, true])
  await site[Symbol.asyncDispose]()
})

test('a password is never shown again, and another site is told nothing', async () => {
  const { site, learner, at, text, dropSessions } = await scene()
  dropSessions()
  const page = await (await learner.post('/me/password', { password: 'a secret of mine', note: 'words' })).text()
  expect([page.includes('a secret of mine'), page.includes('<textarea')]).toEqual([false, false])
  const foreign = await learner.post(at, text, { origin: 'https://evil.example' })
  expect([foreign.status, (await foreign.text()).includes('Another')]).toEqual([403, false])
  await site[Symbol.asyncDispose]()
})
