import { describe, expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

/** Answers through the site, as a browser does. @returns the comment's id */
async function answer(who: Actor, reflection: number, body: string, parent?: number): Promise<number> {
  const fields = { body, ...(parent === undefined ? {} : { parent: String(parent) }) }
  const sent = await who.post(`/reflections/${reflection}/comments`, fields)
  expect([body, sent.status]).toEqual([body, 303])
  return commentIn(sent)
}

function commentIn(sent: Response): number {
  return Number(/#comment-(\d+)/.exec(sent.headers.get('location') ?? '')?.[1] ?? 0)
}

const rowOf = (site: TestSite, id: number) =>
  site.db.prepare<[number], Record<string, unknown>>('SELECT * FROM comment WHERE id = ?').get(id)

async function talking() {
  const site = await testSite({ now: '2026-03-23T07:00:00Z' })
  const cast = site.cast()
  // the first answers ever earn a badge, whose moment leads to the top of the page
  const warm = site.reflection(cast.organiser, cast.cohort)
  for (const who of [cast.learner, cast.peer, cast.guide])
    await who.post(`/reflections/${warm}/comments`, { body: 'Hi.' })
  const id = site.reflection(cast.learner, cast.cohort, { number: 2 })
  return { site, ...cast, id, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

describe('an answer to an answer', () => {
  test('hangs under it, and an answer to that one hangs under the first, too', async () => {
    using here = await talking()
    const { site, id, learner, peer, guide } = here
    const first = await answer(peer, id, 'Which scanner?')
    const second = await answer(learner, id, 'The one at the desk.', first)
    const third = await answer(guide, id, 'We have two.', second)
    expect([second, third].map((comment) => rowOf(site, comment)?.['parent_id'])).toEqual([first, first])
    const page = await peer.read(`/reflections/${id}`)
    const order = ['Which scanner?', 'The one at the desk.', 'We have two.'].map((words) => page.indexOf(words))
    expect(order.toSorted((one, other) => one - other)).toEqual(order)
    expect(page).toContain('3 comments')
  })

  test('is written once however often it is sent, also when what it answers is gone by then', async () => {
    using here = await talking()
    const { site, id, learner, peer } = here
    const parent = await answer(peer, id, 'First.')
    const fields = { body: 'Under it.', parent: String(parent), once: 'abc' }
    const sent = await learner.post(`/reflections/${id}/comments`, fields)
    const under = commentIn(sent)
    await learner.post(`/comments/${under}/delete`)
    await peer.post(`/comments/${parent}/delete`)
    const again = await learner.post(`/reflections/${id}/comments`, fields)
    expect([again.status, again.headers.get('location')]).toEqual([303, sent.headers.get('location')])
    expect(site.db.prepare('SELECT count(*) FROM comment WHERE reflection_id = ?').pluck().get(id)).toBe(0)
  })

  test('has its form where it was asked for, and nowhere else', async () => {
    using here = await talking()
    const { id, learner, peer } = here
    const [first, second] = [await answer(peer, id, 'First.'), await answer(peer, id, 'Second.')]
    const link = new RegExp(`/reflections/${id}\\?under=(\\d+)#answer-\\1`, 'g')
    const page = await learner.read(`/reflections/${id}`)
    expect(Array.from(page.matchAll(link), ([, thread]) => Number(thread))).toEqual([first, second])
    expect(page.match(/<textarea/g)).toHaveLength(1)
    const asked = await learner.read(`/reflections/${id}?under=${second}`)
    expect(asked.match(/<textarea/g)).toHaveLength(2)
    expect(asked).toMatch(new RegExp(`name="parent" value="${second}"[^]*id="answer-${second}"`))
    expect((await learner.read(`/reflections/${id}?under=99999`)).match(/<textarea/g)).toHaveLength(1)
  })

  test('comes back in its place with the text as typed where it is refused', async () => {
    using here = await talking()
    const { id, learner, peer } = here
    const parent = await answer(peer, id, 'First.')
    const long = 'y'.repeat(10_001)
    const refused = await learner.post(`/reflections/${id}/comments`, { body: long, parent: String(parent) })
    const page = await refused.text()
    expect(refused.status).toBe(422)
    expect(page).toMatch(new RegExp(`<div class="reply"><h3[^]*autofocus[^>]*id="answer-${parent}"[^>]*>\\s*y{10001}<`))
    expect(page).not.toMatch(/id="body"[^>]*>\s*y/)
  })

  test.each([
    ['deleted', 'gone'],
    ['of another reflection', 'elsewhere'],
    ['for a smaller circle', 'guides'],
    ['not a number', 'x'],
    ['unknown', '99999'],
  ])('to one that is %s keeps the words and says so', async (_what, which) => {
    using here = await talking()
    const { site, cohort, id, learner, peer, guide } = here
    const other = site.reflection(learner, cohort, { number: 3, audience: 'guides' })
    const parents: Record<string, string> = {
      elsewhere: String(await answer(guide, other, 'Elsewhere.')),
      guides: String(await answer(guide, other, 'For few.')),
    }
    const gone = await answer(learner, id, 'Gone soon.')
    await learner.post(`/comments/${gone}/delete`)
    const enrolment = site.services.enrolments.find(learner.id, cohort.slug)
    const thing = enrolment && site.services.progress.openThing(enrolment, 3)
    if (enrolment && thing) {
      site.services.reflections.publish(enrolment, thing.id, { title: 'Wider', body: 'Now.', audience: 'cohort' })
    }
    const at = which === 'guides' ? other : id
    const sent = await peer.post(`/reflections/${at}/comments`, {
      body: 'My words stay',
      parent: parents[which] ?? (which === 'gone' ? String(gone) : which),
    })
    const page = await sent.text()
    expect(sent.status).toBe(422)
    expect(page).toContain('My words stay</textarea>')
    expect(page).toContain('has just been deleted')
    expect(site.db.prepare("SELECT count(*) FROM comment WHERE body LIKE 'My words%'").pluck().get()).toBe(0)
  })

  test('stays in the circle of what it answers when the reflection was widened meanwhile', async () => {
    using here = await talking()
    const { site, cohort, learner, guide, peer } = here
    const id = site.reflection(learner, cohort, { number: 3, audience: 'guides' })
    const first = await answer(guide, id, 'Between us.')
    const enrolment = site.services.enrolments.find(learner.id, cohort.slug)
    const thing = enrolment && site.services.progress.openThing(enrolment, 3)
    if (enrolment && thing) {
      site.services.reflections.publish(enrolment, thing.id, { title: 'Wider', body: 'Now.', audience: 'cohort' })
    }
    await answer(learner, id, 'Still between us.', first)
    expect(await guide.read(`/reflections/${id}`)).toContain('Still between us.')
    const page = await peer.read(`/reflections/${id}`)
    expect(page).not.toContain('between us')
    expect(page).not.toContain('Deleted by its author')
  })

  test.each(['stranger', 'admin', 'guest'] as const)('is not for a %s', async (who) => {
    using here = await talking()
    const parent = await answer(here.peer, here.id, 'First.')
    const sent = await here[who].post(`/reflections/${here.id}/comments`, { body: 'No', parent: String(parent) })
    expect(sent.status).toBe(who === 'guest' ? 403 : 404)
  })
})

describe('a change', () => {
  test('is silent for fifteen minutes, then it is marked with its time', async () => {
    using here = await talking()
    const { site, id, learner, peer } = here
    const comment = await answer(peer, id, 'A tpyo')
    site.clock.advance({ minutes: 15 })
    expect((await peer.post(`/comments/${comment}/edit`, { body: 'A typo' })).status).toBe(303)
    expect(rowOf(site, comment)?.['edited_at']).toBeNull()
    expect(await learner.read(`/reflections/${id}`)).not.toContain('changed just now')
    site.clock.advance({ seconds: 1 })
    await peer.post(`/comments/${comment}/edit`, { body: 'Something else' })
    expect(rowOf(site, comment)?.['edited_at']).toBe('2026-03-23T07:15:01.000Z')
    expect(await learner.read(`/reflections/${id}`)).toMatch(/changed (just now|now|a moment ago)/)
  })

  test('that is refused comes back as typed under its comment', async () => {
    using here = await talking()
    const comment = await answer(here.peer, here.id, 'Kept')
    const refused = await here.peer.post(`/comments/${comment}/edit`, { body: '  ' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain(`id="edit-${comment}-problem"`)
    expect(rowOf(here.site, comment)?.['body']).toBe('Kept')
  })
})

describe('a deleted answer', () => {
  test('leaves an empty comment when it has replies, without name and text', async () => {
    using here = await talking()
    const { site, id, learner, peer } = here
    const first = await answer(peer, id, 'Regretted words of mine')
    await answer(learner, id, 'Let us talk about it.', first)
    await peer.post(`/comments/${first}/delete`)
    expect(rowOf(site, first)).toMatchObject({ person_id: null, body: '', html: '', edited_at: null })
    const page = await learner.read(`/reflections/${id}`)
    expect(page).toContain('Deleted by its author')
    expect(page).toContain('Let us talk about it.')
    expect(page).not.toContain('Regretted')
    expect(page).toContain('One comment')
    expect(site.db.prepare('SELECT count(*) FROM notice WHERE comment_id = ?').pluck().get(first)).toBe(0)
    expect((await peer.post(`/comments/${first}/edit`, { body: 'Back' })).status).toBe(404)
    expect((await peer.post(`/comments/${first}/delete`)).status).toBe(404)
  })

  test('keeps its thread open for replies', async () => {
    using here = await talking()
    const { site, id, learner, peer } = here
    const first = await answer(peer, id, 'First.')
    const second = await answer(learner, id, 'Second.', first)
    await peer.post(`/comments/${first}/delete`)
    expect(await peer.read(`/reflections/${id}`)).toContain(`data-answer="${second}"`)
    const third = await answer(peer, id, 'Third.', second)
    expect(rowOf(site, third)?.['parent_id']).toBe(first)
  })

  test('removes the empty comment with its last reply', async () => {
    using here = await talking()
    const { site, id, learner, peer } = here
    const first = await answer(peer, id, 'First.')
    const second = await answer(learner, id, 'Second.', first)
    await peer.post(`/comments/${first}/delete`)
    await learner.post(`/comments/${second}/delete`)
    expect(site.db.prepare('SELECT count(*) FROM comment WHERE reflection_id = ?').pluck().get(id)).toBe(0)
    expect(await learner.read(`/reflections/${id}`)).not.toContain('Deleted by its author')
  })

  test.each(['leaves the cohort', 'leaves for good'])(
    "of a person who %s and deletes their posts leaves others' comments",
    async (how) => {
      using here = await talking()
      const { site, cohort, id, guide, learner, peer } = here
      const first = await answer(peer, id, 'Mine to take along')
      await answer(learner, id, 'Stays here.', first)
      await answer(peer, id, 'Alone.')
      const enrolment = site.services.enrolments.find(peer.id, cohort.slug)
      if (how === 'leaves for good') site.services.people.deleteAccount(peer.id, 'go')
      else if (enrolment) site.services.members.leave(enrolment, 'go')
      const page = await guide.read(`/reflections/${id}`)
      expect(page).toContain('Stays here.')
      expect(page).not.toContain('Mine to take along')
      expect(page).not.toContain('Alone.')
      expect(rowOf(site, first)).toMatchObject({ person_id: null, body: '', html: '' })
    },
  )
})

describe('thanks', () => {
  test('name one person, and count the others', async () => {
    using here = await talking()
    const { site, id, learner, guide, organiser, peer } = here
    const says = async (who: Actor) =>
      /<span>([^<]*say[^<]*thanks)<\/span>|([\w' ,]*says? thanks)/i.exec(await who.read(`/reflections/${id}`))?.[0] ??
      ''
    await peer.post(`/reflections/${id}/cheer`, { done: '1' })
    expect(await says(learner)).toContain('Kenji Watanabe says thanks')
    expect(await says(peer)).toContain('You say thanks')
    site.clock.advance({ minutes: 1 })
    await guide.post(`/reflections/${id}/cheer`, { done: '1' })
    expect(await says(guide)).toContain('You and Kenji Watanabe say thanks')
    await organiser.post(`/reflections/${id}/cheer`, { done: '1' })
    expect(await says(learner)).toContain('Kenji Watanabe and 2 others say thanks')
    expect(await says(guide)).toContain('You, Kenji Watanabe and one other say thanks')
  })

  test('show a count and no name to people outside the cohort', async () => {
    using here = await talking()
    const { site, cohort, guest, learner, peer, stranger } = here
    const id = site.reflection(learner, cohort, { number: 3, audience: 'world' })
    await peer.post(`/reflections/${id}/cheer`, { done: '1' })
    for (const who of [guest, stranger]) {
      const page = await who.read(`/reflections/${id}`)
      expect(page).toContain('One person says thanks')
      expect(page).not.toContain('Kenji')
    }
  })
})
