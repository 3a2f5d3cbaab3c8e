import { expect, test } from 'vitest'
import { cost } from '../support/growth.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const bell = async (who: Actor, path = '/home') => {
  const page = await who.read(path)
  return Number(/class="count" aria-hidden="true">(\d+)/.exec(page)?.[1] ?? 0)
}

const answer = async (who: Actor, reflection: number, body = 'An answer.', parent = '') => {
  const { status } = await who.post(`/reflections/${reflection}/comments`, { body, parent })
  expect(status).toBe(303)
}

const told = (site: TestSite, who: Actor) =>
  site.services.notices
    .list(who.id, null, 50)
    .notices.filter(({ kind }) => kind !== 'award')
    .map(({ kind, detail }) => (detail['follows'] ? 'followed' : kind))

/** The cast without the news of awards. */
async function scene() {
  const site = await testSite()
  const cast = site.cast()
  const reflection = site.reflection(cast.learner, cast.cohort)
  const quiet = () => site.db.prepare("DELETE FROM notice WHERE kind = 'award'").run()
  quiet()
  return { site, ...cast, reflection, quiet }
}

test('a comment notifies the author of the reflection until they open it', async () => {
  const { site, learner, peer, reflection, quiet } = await scene()
  await answer(peer, reflection, 'Try the **map** too.')
  quiet()
  expect(await bell(learner)).toBe(1)
  const page = await learner.read('/notices')
  expect(page).toContain('Kenji Watanabe answered “What I tried”')
  expect(page).toContain('Try the map too.')
  expect(page).toMatch(/href="\/reflections\/1\?comment=1#comment-1"/)
  expect(page).toContain('aria-label="What is new: 1 notice"')
  expect(await bell(learner, `/reflections/${reflection}`)).toBe(0)
  expect(await bell(learner)).toBe(0)
  await site[Symbol.asyncDispose]()
})

test('nobody is notified of their own comment', async () => {
  const { site, learner, reflection } = await scene()
  await answer(learner, reflection)
  expect(told(site, learner)).toEqual([])
  await site[Symbol.asyncDispose]()
})

test('who is mentioned twice, answered and following is told once, and edits of the text tell nobody again', async () => {
  const { site, learner, peer, guide, reflection } = await scene()
  await answer(peer, reflection, 'First.')
  await peer.post(`/reflections/${reflection}/following`, { done: '1' })
  const body = `ありがとう@${peer.handle}さん、＠${peer.handle}！`
  await answer(guide, reflection, body, '1')
  expect(told(site, peer)).toEqual(['mention'])
  await peer.post('/notices/read', { up_to: '99' })
  for (const changed of ['Thanks.', body, `${body}\n\n@${peer.handle}`, `> @${learner.handle}\n\n${body}`]) {
    expect((await guide.post('/comments/2/edit', { body: changed })).status).toBe(303)
  }
  expect(told(site, peer)).toEqual(['mention'])
  expect(site.services.notices.countNew(peer.id)).toBe(0)
  expect(told(site, learner)).toEqual(['answer', 'answer'])
  await site[Symbol.asyncDispose]()
})

test('a comment notifies each person once, with the most personal reason', async () => {
  const { site, learner, peer, guide, organiser, reflection } = await scene()
  await answer(organiser, reflection, 'Well done.')
  await answer(peer, reflection, 'First.')
  site.db.prepare('DELETE FROM notice').run()
  const { status } = await guide.post(`/reflections/${reflection}/comments`, {
    body: `Good, @${learner.handle} and @${peer.handle}.`,
    parent: '2',
  })
  expect(status).toBe(303)
  expect(told(site, learner)).toEqual(['mention'])
  expect(told(site, peer)).toEqual(['mention'])
  expect(told(site, organiser)).toEqual(['followed'])
  await answer(learner, reflection, 'Thanks.', '2')
  expect(told(site, peer)).toEqual(['reply', 'mention'])
  await site[Symbol.asyncDispose]()
})

test('an award creates a notice, and opening its badge page marks it read', async () => {
  using site = await testSite()
  const { learner, cohort } = site.cast()
  site.reflection(learner, cohort)
  expect(await bell(learner)).toBe(1)
  expect(await learner.read('/notices')).toContain('/badges/first-reflection')
  await learner.read('/badges/first-reflection')
  expect(await bell(learner)).toBe(0)
})

test('showing the celebration of an award marks its notice read', async () => {
  using site = await testSite()
  const { peer, learner, cohort } = site.cast()
  const reflection = site.reflection(learner, cohort)
  const { headers } = await peer.post(`/reflections/${reflection}/comments`, { body: 'An answer.' })
  expect(await bell(peer, headers.get('location') ?? '')).toBe(0)
})

test.each(['narrowed', 'hidden', 'deleted', 'left'] as const)(
  'notices of a reflection that was %s are neither listed nor counted',
  async (how) => {
    const { site, learner, peer, guide, reflection, cohort, quiet } = await scene()
    await answer(peer, reflection)
    await answer(guide, reflection)
    quiet()
    expect(await bell(peer)).toBe(1)
    if (how === 'narrowed') site.db.prepare("UPDATE reflection SET audience = 'guides'").run()
    if (how === 'hidden') site.db.prepare("UPDATE reflection SET state = 'hidden', hidden_at = '2026-03-02'").run()
    if (how === 'deleted') await learner.post(`/reflections/${reflection}/delete`)
    if (how === 'left') await peer.post(`/cohorts/${cohort.slug}/leave`, { posts: 'stay' })
    expect(await bell(peer, '/me')).toBe(0)
    expect(await peer.read('/notices')).toContain('Nothing to tell yet')
    await site[Symbol.asyncDispose]()
  },
)

test('deleting a comment deletes its notice, even when the empty comment stays', async () => {
  const { site, learner, peer, reflection, quiet } = await scene()
  await answer(peer, reflection)
  await answer(peer, reflection, 'More.', '1')
  quiet()
  expect(await bell(learner)).toBe(2)
  await peer.post('/comments/1/delete')
  expect(await bell(learner)).toBe(1)
  await site[Symbol.asyncDispose]()
})

test('with write first, notices of closed reflections are not counted', async () => {
  const { site, learner, peer, guide, reflection, quiet } = await scene()
  site.db.prepare('UPDATE course SET write_first = 1').run()
  site.services.notices.notify({
    person_id: peer.id,
    kind: 'mention',
    key: 'x',
    reflection_id: reflection,
    actor_id: learner.id,
  })
  await answer(guide, reflection)
  quiet()
  expect(await bell(peer)).toBe(0)
  expect(await bell(learner)).toBe(1)
  site.db.prepare('UPDATE course SET write_first = 0').run()
  expect(await bell(peer)).toBe(1)
  await site[Symbol.asyncDispose]()
})

test('marking the page read keeps later notices unread', async () => {
  const { site, learner, peer, reflection, quiet } = await scene()
  await answer(peer, reflection)
  quiet()
  const up_to = /name="up_to" value="(\d+)"/.exec(await learner.read('/notices'))?.[1] ?? ''
  await answer(peer, reflection, 'One more.')
  quiet()
  expect((await learner.post('/notices/read', { up_to })).status).toBe(303)
  expect(await bell(learner)).toBe(1)
  expect((await learner.post('/notices/read', { up_to: '-1' })).status).toBe(422)
  await site[Symbol.asyncDispose]()
})

test('nobody sees or marks notices of another person', async () => {
  const { site, learner, peer, stranger, reflection, quiet } = await scene()
  await answer(peer, reflection)
  quiet()
  await stranger.post('/notices/read', { up_to: '99' })
  await stranger.read(`/reflections/${reflection}`)
  expect(await bell(learner)).toBe(1)
  expect(await stranger.read('/notices')).not.toContain('Kenji')
  await site[Symbol.asyncDispose]()
})

test('opening a page without unread notices writes nothing', async () => {
  const { site, peer, reflection } = await scene()
  await peer.read(`/reflections/${reflection}`)
  const ran = await site.statements(() => peer.read(`/reflections/${reflection}`))
  expect(ran.filter((sql) => /^\s*(UPDATE|INSERT|DELETE)/i.test(sql))).toEqual([])
  expect(ran.filter((sql) => /FROM notice AS n/.test(sql) && !/session/.test(sql))).toEqual([])
  await site[Symbol.asyncDispose]()
})

test('paging through notices shows each once', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  for (let number = 1; number <= 65; number += 1) {
    site.services.notices.notify({
      person_id: learner.id,
      kind: 'feed_unsure',
      key: `post ${number}`,
      detail: { title: `Post ${number}.`, href: '/me' },
    })
  }
  const seen: string[] = []
  for (let at: string | undefined = '/notices'; at; ) {
    const page: string = await learner.read(at)
    seen.push(...[...page.matchAll(/about\?|“(Post \d+\.)”/g)].flatMap(([, title]) => title ?? []))
    at = /rel="next" href="([^"]+)"/.exec(page)?.[1]
  }
  expect(new Set(seen).size).toBe(65)
  expect(seen).toHaveLength(65)
  expect(await bell(learner)).toBe(65)
})

test('the unread count costs the same with 200 and 4,000 notices, and shows 99+', async () => {
  const { site, learner, peer, reflection } = await scene()
  const { notices } = site.services
  const tell = (from: number, to: number) => {
    for (let number = from; number < to; number++) {
      const about = { reflection_id: reflection, actor_id: peer.id, key: `mention ${number}` }
      notices.notify({ person_id: learner.id, kind: 'mention', ...about })
    }
  }
  const visits = () =>
    cost(() => {
      for (let round = 0; round < 600; round++) notices.countNew(learner.id)
    })
  tell(0, 200)
  const few = await visits()
  tell(200, 4000)
  expect((await visits()) / few).toBeLessThan(4)
  expect(await learner.read('/home')).toContain('class="count" aria-hidden="true">99+')
  await site[Symbol.asyncDispose]()
})

test('opening a reflection costs the same with 50 and 4,000 other unread notices', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const [opened, other] = [site.reflection(learner, cohort), site.reflection(learner, cohort, { number: 2 })]
  const { notices } = site.services
  const tell = (reflection_id: number, from: number, to: number) => {
    for (let number = from; number < to; number++)
      notices.notify({ person_id: learner.id, kind: 'mention', key: `${number}`, reflection_id, actor_id: peer.id })
  }
  const person = { id: learner.id, news: 1 } as Express.User
  const least = async () => {
    const costs: number[] = []
    for (let round = 0; round < 5; round++)
      costs.push(
        await cost(() => {
          for (let time = 0; time < 1500; time++)
            notices.markSeen(person, { reflection_id: opened, award_ids: ['none'] })
        }),
      )
    return Math.min(...costs)
  }
  tell(other, 0, 50)
  const few = await least()
  tell(other, 50, 4000)
  expect((await least()) / few).toBeLessThan(2.5)
  tell(opened, 4000, 4003)
  const unread = () =>
    site.db.prepare('SELECT count(*) FROM notice WHERE read_at IS NULL AND reflection_id = ?').pluck()
  notices.markSeen(person, { reflection_id: opened })
  expect([unread().get(opened), unread().get(other)]).toEqual([0, 4000])
})

test('a notice does not link to another site', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const [key, href] = ['x', '//evil.example/']
  site.services.notices.notify({ person_id: learner.id, kind: 'feed_trouble', key, detail: { href } })
  expect(await learner.read('/notices')).not.toContain('evil.example')
})

test('the same key creates one notice', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  for (let times = 0; times < 5; times += 1) {
    site.services.notices.notify({ person_id: learner.id, kind: 'feed_trouble', key: 'blog 1 down' })
  }
  expect(site.services.notices.countNew(learner.id)).toBe(1)
})

test('old read notices are deleted', async () => {
  const { site, learner, peer, reflection, quiet } = await scene()
  await answer(peer, reflection)
  quiet()
  await learner.read(`/reflections/${reflection}`)
  site.clock.advance({ hours: 24 * 181 })
  await site.services.jobs.runDue()
  expect(site.services.notices.list(learner.id, null, 9).notices).toEqual([])
  await site[Symbol.asyncDispose]()
})

test('empty lists explain what they will show', async () => {
  using site = await testSite()
  const { stranger } = site.cast()
  expect(await stranger.read('/notices')).toContain('Answers to your posts, mentions and awards will stand here.')
})
