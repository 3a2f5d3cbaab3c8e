import { describe, expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

const json = { accept: 'application/json' }

/** The value of a form's field as it stands in a page. */
function field(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
}

function titleIn(page: string): string {
  return /<textarea[^>]*name="title"[^>]*>\n?([\s\S]*?)<\/textarea>/.exec(page)?.[1] ?? ''
}

function textIn(page: string): string {
  return /<textarea[^>]*name="body"[^>]*>\n?([\s\S]*?)<\/textarea>/.exec(page)?.[1] ?? ''
}

describe('drafts', () => {
  test('a draft is saved while typing, with an increasing version', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const address = cohort.at('/things/1/reflection')
    const first = await learner.post(address, { intent: 'draft', body: 'One', version: '0' }, json)
    expect(await first.json()).toMatchObject({
      version: 1,
      saved_at: site.clock.now().toString({ fractionalSecondDigits: 3 }),
    })
    const second = await learner.post(address, { intent: 'draft', body: 'One two', version: '1' }, json)
    expect(await second.json()).toMatchObject({ version: 2 })
    expect(textIn(await learner.read(address))).toBe('One two')
  })

  test('without JavaScript, saving a draft leads back to the editor', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const address = cohort.at('/things/1/reflection')
    const answer = await learner.post(address, {
      intent: 'draft',
      title: 'T',
      body: 'Mine',
      audience: 'guides',
      version: '',
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, address])
    const page = await learner.read(address)
    expect(page).toContain('Kept as a draft')
    expect(page).toMatch(/value="guides" checked/)
  })

  test('a stale version answers 409 with both texts, and saving from there loses neither', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const address = cohort.at('/things/1/reflection')
    await learner.post(address, { intent: 'draft', body: 'From the phone', version: '0' }, json)
    const clash = await learner.post(address, { intent: 'publish', title: 'Desk', body: 'From the desk', version: '7' })
    const page = await clash.text()
    expect(clash.status).toBe(409)
    expect(page).toContain('From the phone')
    expect(textIn(page)).toBe('From the desk')
    expect(titleIn(page)).toBe('Desk')
    const again = await learner.post(address, {
      intent: 'publish',
      body: 'Both: phone and desk',
      version: field(page, 'version'),
    })
    expect(again.status).toBe(303)
  })

  test('a draft conflict is answered as JSON too', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const address = cohort.at('/things/1/reflection')
    await learner.post(address, { intent: 'draft', body: 'First', version: '0' }, json)
    const clash = await learner.post(address, { intent: 'draft', body: 'Second', version: '0' }, json)
    expect(clash.status).toBe(409)
    expect(await clash.json()).toMatchObject({ version: 1, other: { body: 'First' } })
  })

  test('a save from a tab opened before publishing is a conflict', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const address = cohort.at('/things/1/reflection')
    await learner.post(address, { intent: 'draft', body: 'Old', version: '0' }, json)
    await learner.post(address, { intent: 'publish', body: 'Published', version: '1' })
    const stale = await learner.post(address, { intent: 'draft', body: 'Old, going on', version: '1' }, json)
    expect(stale.status).toBe(409)
    expect(await stale.json()).toMatchObject({ other: { body: 'Published' } })
  })

  test('nobody else sees a draft', async () => {
    using site = await testSite()
    const { cohort, guide, learner, organiser } = site.cast()
    await learner.post(cohort.at('/things/1/reflection'), { intent: 'draft', body: 'Secret words', version: '0' }, json)
    for (const browser of [guide, organiser]) {
      expect(await browser.read(cohort.at('/things/1'))).not.toContain('Secret words')
      expect(await browser.read(cohort.at('/things/1/reflection'))).not.toContain('Secret words')
    }
  })
})

describe('publishing', () => {
  test('shows the reflection, completes the thing and closes the draft', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const address = cohort.at('/things/1/reflection')
    const answer = await learner.post(address, {
      intent: 'publish',
      title: 'My space',
      body: 'I chose **this**.',
      audience: 'cohort',
    })
    expect(answer.status).toBe(303)
    const page = await (await learner.follow(answer)).text()
    expect(page).toContain('My space')
    expect(page).toContain('<strong>this</strong>')
    expect(site.db.prepare('SELECT count(*) FROM completion').pluck().get()).toBe(1)
    expect(site.db.prepare('SELECT open FROM draft').pluck().get()).toBe(0)
  })

  test('a repeated request with the same token publishes once, with the same response', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const fields = { intent: 'publish', title: 'T', body: 'Body', audience: 'cohort', once: 'a-b-c', version: '0' }
    const answers = await Promise.all([1, 2].map(() => learner.post(cohort.at('/things/1/reflection'), fields)))
    expect(answers.map((answer) => answer.status)).toEqual([303, 303])
    expect(new Set(answers.map((answer) => answer.headers.get('location'))).size).toBe(1)
    expect(site.db.prepare('SELECT count(*) FROM reflection').pluck().get()).toBe(1)
    expect(site.db.prepare('SELECT count(*) FROM reflection_revision').pluck().get()).toBe(0)
  })

  test('publishing again keeps the earlier text as a revision', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const address = cohort.at('/things/1/reflection')
    await learner.post(address, { intent: 'publish', title: 'One', body: 'First text' })
    site.clock.advance({ hours: 1 })
    await learner.post(address, { intent: 'publish', title: 'Two', body: 'Second text' })
    expect(site.db.prepare('SELECT title, body, revision FROM reflection_revision').all()).toEqual([
      { title: 'One', body: 'First text', revision: 1 },
    ])
    expect(site.db.prepare('SELECT count(*) FROM reflection').pluck().get()).toBe(1)
  })

  test('a form without an audience keeps the audience', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const address = cohort.at('/things/1/reflection')
    await learner.post(address, { intent: 'publish', body: 'For my guide.', audience: 'guides' })
    await learner.post(address, { intent: 'publish', body: 'For my guide, again.' })
    expect(site.db.prepare('SELECT audience FROM reflection').pluck().get()).toBe('guides')
  })

  test('a text without a title takes its first words as title', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    await learner.post(cohort.at('/things/1/reflection'), {
      intent: 'publish',
      title: '',
      body: '## A walk\n\nthrough the stacks',
    })
    expect(site.db.prepare('SELECT title FROM reflection').pluck().get()).toBe('A walk through the stacks')
  })

  test.each([
    ['an empty text', { body: '  \n ' }],
    ['a text of 40,001 characters', { body: 'x'.repeat(40_001) }],
    ['a title of 201 characters', { title: 'x'.repeat(201) }],
    ['an unknown audience', { audience: 'everybody' }],
    ['an audience that does not exist yet', { audience: 'pod' }],
    ['an unknown intent', { intent: 'shout' }],
    ['a repeated field', { body: ['one', 'two'] }],
    ['a text that shows nothing', { body: '# \u3164\n\n&nbsp;' }],
    ['a version that is no number', { version: 'two' }],
  ])('%s is refused beside the field, with everything typed still there', async (_what, wrong) => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const fields = { intent: 'publish', title: 'A title', body: 'Kept words', audience: 'guides', ...wrong }
    const answer = await learner.post(cohort.at('/things/1/reflection'), fields)
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toContain('role="alert"')
    if (!('title' in wrong)) expect(titleIn(page)).toBe('A title')
    if (!('body' in wrong)) expect(textIn(page)).toBe('Kept words')
    if (!('audience' in wrong)) expect(page).toMatch(/value="guides" checked/)
    expect(site.db.prepare('SELECT count(*) FROM reflection').pluck().get()).toBe(0)
  })

  test('the world cannot be chosen where the cohort does not allow it', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast({ joining: 'invitation' })
    expect(await learner.read(cohort.at('/things/1/reflection'))).not.toContain('value="world"')
    const answer = await learner.post(cohort.at('/things/1/reflection'), {
      intent: 'publish',
      body: 'Hi',
      audience: 'world',
    })
    expect(answer.status).toBe(422)
  })

  test('a learner cannot write about a thing that is not open yet', async () => {
    using site = await testSite()
    const { cohort, guide, learner } = site.cast()
    expect((await learner.get(cohort.at('/things/9/reflection'))).status).toBe(403)
    expect((await learner.post(cohort.at('/things/9/reflection'), { intent: 'publish', body: 'Early' })).status).toBe(
      403,
    )
    expect((await guide.get(cohort.at('/things/9/reflection'))).status).toBe(200)
    expect((await learner.get(cohort.at('/things/99/reflection'))).status).toBe(404)
  })

  test('extra fields change nothing', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const extra = {
      id: '77',
      person_id: String(peer.id),
      cohort_id: '9',
      state: 'hidden',
      published_at: '2000-01-01',
      revision: '9',
      html: '<b>x</b>',
    }
    await learner.post(cohort.at('/things/1/reflection'), { intent: 'publish', body: 'Mine', ...extra })
    expect(site.db.prepare('SELECT id, person_id, cohort_id, state, revision FROM reflection').get()).toEqual({
      id: 1,
      person_id: learner.id,
      cohort_id: cohort.id,
      state: 'published',
      revision: 1,
    })
  })

  test('a prompt is inserted into the text once', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const page = await learner.read(cohort.at('/things/1/reflection?prompt=1'))
    expect(textIn(page)).toContain('**What surprised you?**')
    expect(textIn(await learner.read(cohort.at('/things/1/reflection?prompt=99')))).toBe('')
  })
})

test('/write leads to the next thing of the cohort visited last', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  expect((await learner.get('/write')).headers.get('location')).toBe(cohort.at('/things/1/reflection'))
  site.reflection(learner, cohort, { number: 1 })
  expect((await learner.get('/write')).headers.get('location')).toBe(cohort.at('/things/2/reflection'))
  site.reflection(learner, cohort, { number: 2 })
  expect((await learner.get('/write')).headers.get('location')).toBe(`/cohorts/${cohort.slug}`)
})

test('the preview is the sanitised page text', async () => {
  using site = await testSite()
  const { learner, guest } = site.cast()
  const answer = await learner.post('/preview', { body: '**Bold** <script>alert(1)</script>' })
  const html = await answer.text()
  expect(html).toContain('<strong>Bold</strong>')
  expect(html).not.toContain('<script')
  expect((await guest.post('/preview', { body: 'x' })).status).toBe(403)
})

test('only the author deletes a reflection; its completion goes, awards stay', async () => {
  using site = await testSite()
  const { cohort, guide, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort)
  const awards = site.db.prepare('SELECT count(*) FROM award').pluck().get()
  expect(awards).toBeGreaterThan(0)
  expect((await peer.post(`/reflections/${id}/delete`)).status).toBe(403)
  expect((await guide.post(`/reflections/${id}/delete`)).status).toBe(403)
  expect((await learner.post(`/reflections/${id}/delete`)).status).toBe(303)
  expect(site.db.prepare('SELECT count(*) FROM completion').pluck().get()).toBe(0)
  expect(site.db.prepare('SELECT count(*) FROM award').pluck().get()).toBe(awards)
  expect((await learner.get(`/reflections/${id}`)).status).toBe(404)
})

describe('ways to start', () => {
  const UNLEARN = '**What I had to unlearn:**'

  test('an address with a template fills an empty text with its questions', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    expect(textIn(await learner.read(cohort.at('/things/1/reflection?template=prompts')))).toContain(
      '**What surprised you?**',
    )
    expect(textIn(await learner.read(cohort.at('/things/1/reflection?template=unlearn')))).toContain(UNLEARN)
    expect(textIn(await learner.read(cohort.at('/things/1/reflection?template=nonsense')))).toBe('')
  })

  test('an existing text stays, with the questions added below it once', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const address = cohort.at('/things/1/reflection')
    await learner.post(address, { intent: 'draft', body: 'My own words.', version: '0' }, json)
    const text = textIn(await learner.read(`${address}?template=unlearn`))
    expect(text.startsWith(`My own words.\n\n${UNLEARN}`)).toBe(true)
    await learner.post(address, { intent: 'draft', body: text, version: '1' }, json)
    expect(textIn(await learner.read(`${address}?template=unlearn`)).trim()).toBe(text.trim())
  })

  test('the button adds the questions below the typed text, and saves nothing', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const answer = await learner.post(cohort.at('/things/1/reflection'), {
      template: 'unlearn',
      title: 'Mine',
      body: 'Typed.',
      audience: 'guides',
    })
    const page = await answer.text()
    expect(answer.status).toBe(200)
    expect(textIn(page).startsWith(`Typed.\n\n${UNLEARN}`)).toBe(true)
    expect(titleIn(page)).toBe('Mine')
    expect(page).toMatch(/value="guides" checked/)
    expect(site.db.prepare('SELECT count(*) FROM draft').pluck().get()).toBe(0)
  })
})

test('the preview links mentioned people of its cohort, and nobody else', async () => {
  using site = await testSite()
  const { cohort, learner, peer, stranger } = site.cast()
  const body = `@${peer.handle} and @${stranger.handle}`
  const html = await (await learner.post('/preview', { body, cohort: cohort.slug, audience: 'cohort' })).text()
  expect(html).toContain(`href="/people/${peer.handle}"`)
  expect(html).not.toContain(`/people/${stranger.handle}`)
  const foreign = await (await stranger.post('/preview', { body, cohort: cohort.slug, audience: 'cohort' })).text()
  expect(foreign).not.toContain('/people/')
})

test('on a shared computer the page names no account for local drafts', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const address = cohort.at('/things/1/reflection')
  expect(await learner.read(address)).toContain(`data-account="${learner.id}"`)
  site.db.prepare(`UPDATE session SET data = '{"shared":true}'`).run()
  expect(await learner.read(address)).not.toContain('data-account')
})
