import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, testSite } from '../support/site.ts'
import { unzip } from '../support/unzip.ts'
import { type House, house, type Room, type Viewer } from './rooms.ts'
import { dueOn, type Surface, shownOn, surfacesOf } from './surfaces.ts'

const WHOM = ['author', 'podMate', 'peer', 'guide', 'stranger', 'guest'] as const satisfies Viewer[]
const COHORT: readonly Viewer[] = ['author', 'podMate', 'peer', 'guide']
/** What the other table has looked at, and what is the same in another form. */
const NOT_AGAIN = /as JSON|letter|queue|reported|files|takes along/

interface Change {
  name: string
  audience: 'pod' | 'cohort' | 'world'
  act: (home: House, room: Room) => Promise<unknown> | unknown
  /** Who reads the posts from now on. */
  readers: readonly Viewer[]
  /** Who reads the answer, where not all of these who are in the cohort do. */
  answer_readers?: readonly Viewer[]
  /** Who is in the cohort no more. */
  out?: Viewer
  /** Surfaces that show them to others. */
  otherwise?: Record<string, readonly Viewer[]>
}

const both = (room: Room) => [room.answered, room.waiting]
const leaving = (posts: 'stay' | 'go') => async (home: House, room: Room) => {
  await home.people.author.post(room.cohort.at('/leave'), { posts })
}
const removing = (block: boolean) => async (home: House, room: Room) => {
  const { organiser, podMate } = home.people
  const at = `/admin/cohorts/${room.slug}/people/${podMate.handle}/remove`
  expect((await organiser.post(at, { posts: 'stay', ...(block ? { block: '1' } : {}) })).status).toBe(303)
}
const of_nobody = { 'the pod': [], 'the stream of a pod': [] }
const waits_for_nobody = { 'the stream of what waits': [], 'the number of posts that wait': [] }
// the map shows an author new comments, not their own posts
const no_news = { 'the map': ['podMate', 'peer', 'guide'] as const }

const CHANGES: Change[] = [
  {
    name: 'narrowed to the pod',
    audience: 'world',
    act: (home, room) => home.republish(room, 'pod'),
    readers: ['author', 'podMate', 'guide'],
  },
  {
    name: 'narrowed to herself',
    audience: 'cohort',
    act: (home, room) => home.republish(room, 'me'),
    readers: ['author'],
    otherwise: { ...waits_for_nobody, 'the private feed': [] },
  },
  {
    name: 'hidden',
    audience: 'world',
    act: async ({ people }, room) => {
      for (const id of both(room)) await people.guide.post(`/reflections/${id}/hide`, { note: 'Names a reader.' })
    },
    readers: ['author', 'guide'],
    otherwise: waits_for_nobody,
  },
  {
    name: 'deleted',
    audience: 'world',
    act: async ({ people }, room) => {
      for (const id of both(room)) await people.author.post(`/reflections/${id}/delete`)
    },
    readers: [],
    // an unused picture is kept for a week
    otherwise: { 'the picture': ['author'] },
  },
  {
    name: 'closed to the world with its cohort',
    audience: 'world',
    act: ({ site }, room) => site.db.prepare('UPDATE cohort SET world_allowed = 0 WHERE id = ?').run(room.cohort.id),
    readers: COHORT,
  },
  {
    name: 'in another pod with its author',
    audience: 'pod',
    act: ({ people, site }, room) => {
      room.pod = site.pod(room.cohort, [people.author, people.peer], 'The other pod')
    },
    readers: ['author', 'peer', 'guide'],
  },
  {
    name: 'left behind by a reader',
    audience: 'cohort',
    act: ({ people }, room) => people.peer.post(room.cohort.at('/leave'), { posts: 'stay' }),
    readers: ['author', 'podMate', 'guide'],
    out: 'peer',
  },
  {
    name: 'taken from a reader who is removed',
    audience: 'pod',
    act: removing(false),
    readers: ['author', 'guide'],
    out: 'podMate',
  },
  {
    name: 'what the world reads, to a reader who is blocked',
    audience: 'world',
    act: removing(true),
    readers: WHOM,
    out: 'podMate',
  },
  {
    name: 'left by its author',
    audience: 'cohort',
    act: leaving('stay'),
    readers: COHORT,
    out: 'author',
    otherwise: of_nobody,
  },
  {
    name: 'taken along by its author',
    audience: 'world',
    act: leaving('go'),
    readers: [],
    out: 'author',
    otherwise: { 'the picture': ['author'] },
  },
  {
    name: 'there, and its answer hidden',
    audience: 'cohort',
    act: ({ people }, room) => people.guide.post(`/comments/${room.answer}/hide`, { note: 'Too sharp.' }),
    readers: COHORT,
    answer_readers: ['guide'],
    otherwise: { ...no_news, 'the search for an answer': ['guide'] },
  },
  {
    name: 'there, and its answer deleted',
    audience: 'cohort',
    act: ({ answerer }, room) => answerer.post(`/comments/${room.answer}/delete`),
    readers: COHORT,
    answer_readers: [],
    otherwise: { ...no_news, 'the search for an answer': [] },
  },
]

describe('every surface reflects a change of a post at once', () => {
  let home: House
  let surfaces: [name: string, Surface][]
  beforeAll(async () => {
    home = await house()
    surfaces = Object.entries(surfacesOf(home, null)).filter(([name]) => !NOT_AGAIN.test(name))
  })
  afterAll(() => home.site[Symbol.asyncDispose]())

  test.each(CHANGES.map((change, at) => ({ ...change, at })))('$name', async (change) => {
    const { act, answer_readers = change.readers, at, audience, otherwise = {}, out, readers } = change
    const room = await home.room(`room-${at}`, { audience })
    home.tellEverybody([room])
    // whatever is kept anywhere is kept from before
    for (const [, surface] of surfaces) await shownOn(surface, room, WHOM.slice(1))
    await act(home, room)

    const [found, due]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}]
    for (const [name, surface] of surfaces) {
      found[name] = await shownOn(surface, room, WHOM)
      const who = name === 'the head that is passed around' && !readers.includes('guest') ? [] : readers
      due[name] = {
        reflections: dueOn(surface, otherwise[name] ?? who, out).reflections.filter(isAsked),
        answers: dueOn(surface, answer_readers, out).answers.filter(isAsked),
      }
    }
    expect(found).toEqual(due)
  })
})

function isAsked(viewer: Viewer): boolean {
  return (WHOM as readonly Viewer[]).includes(viewer)
}

test('a person who left may delete comments on a world post, but not change them', async () => {
  using site = await testSite()
  const { cohort, guide, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort, { audience: 'world' })
  const answer = site.services.comments.write(id, peer.id, 'Kind words.')?.comment_id
  await peer.post(cohort.at('/leave'), { posts: 'stay' })
  expect((await peer.post(`/comments/${answer}/edit`, { body: 'Sharp words.' })).status).toBe(403)
  expect(await guide.read(`/reflections/${id}`)).toContain('Kind words.')
  expect((await peer.post(`/comments/${answer}/delete`)).status).toBe(303)
  expect(await guide.read(`/reflections/${id}`)).not.toContain('Kind words.')
})

test('an author who left exports their own posts, but no comments of the cohort', async () => {
  using site = await testSite()
  const { cohort, guide, learner } = site.cast()
  const id = site.reflection(learner, cohort, { body: 'Words of hers.' })
  await learner.post(cohort.at('/leave'), { posts: 'stay' })
  await guide.post(`/reflections/${id}/comments`, { body: 'Words among us.' })
  const answer = await learner.get('/me/export')
  const texts = [...(await unzip(Buffer.from(await answer.arrayBuffer()))).values()].join(' ')
  expect(texts).toContain('Words of hers.')
  expect(texts).not.toContain('Words among us.')
})

test.each(['', '/feed.xml', '/feed.json'])(
  'an old handle redirects to the person%s only for those who may see them',
  async (page) => {
    using site = await testSite()
    const { cohort, guest, learner, peer, stranger } = site.cast()
    await learner.post('/me', { handle: 'somebody-new' })
    const led = async (who: Pick<Actor, 'get'>) =>
      (await who.get(`/people/${learner.handle}${page}`)).headers.get('location')
    expect([await led(stranger), await led(guest)]).toEqual([null, null])
    expect(await led(peer)).toBe(page === '' ? '/people/somebody-new' : null)
    site.reflection(learner, cohort, { audience: 'world' })
    expect([await led(stranger), await led(guest)]).toEqual([
      `/people/somebody-new${page}`,
      `/people/somebody-new${page}`,
    ])
  },
)
