import { afterAll, beforeAll, expect, test } from 'vitest'
import { postOffice } from '../support/smtp-server.ts'
import { ENROLLED, house, type Room, type SignedIn, VIEWERS, type Viewer } from './rooms.ts'
import { dueOn, readOnce, shownOn, surfacesOf } from './surfaces.ts'

/** Who reads what, as the table in the product's rules says. */
const READERS = {
  me: ['author'],
  guides: ['author', 'guide', 'organiser'],
  pod: ['author', 'podMate', 'guide', 'organiser'],
  cohort: ENROLLED,
  world: VIEWERS,
  'world-closed': ENROLLED,
  hidden: ['author', 'guide', 'organiser'],
  'hidden-world': ['author', 'guide', 'organiser'],
  reported: ['author', 'guide', 'organiser', 'admin'],
  // the pod mate has written about both things, the peer about neither
  'write-first': ['author', 'podMate', 'guide', 'organiser'],
  'write-first-world': VIEWERS.filter((viewer) => viewer !== 'peer'),
} satisfies Record<string, readonly Viewer[]>
type Row = keyof typeof READERS
const ROWS = Object.keys(READERS) as Row[]

const nobody = (rows: readonly string[]): Partial<Record<Row, readonly Viewer[]>> =>
  Object.fromEntries(rows.map((row) => [row, []]))

/** Surfaces that show some rows to other people. */
const OTHERWISE: Record<string, Partial<Record<Row, readonly Viewer[]>>> = {
  'the private feed': nobody(['me']),
  'the private feed as JSON': nobody(['me']),
  'the stream of what waits': nobody(['me', 'hidden', 'hidden-world']),
  // that there is something is told where it is closed still
  'the number of posts about a thing': { 'write-first': ENROLLED, 'write-first-world': VIEWERS },
  'the number of posts that wait': {
    ...nobody(['me', 'hidden', 'hidden-world']),
    'write-first': ENROLLED,
    'write-first-world': VIEWERS,
  },
  "the guides' queue": nobody(['me', 'hidden', 'hidden-world']),
  'what was reported in the cohort': nobody(ROWS.filter((row) => row !== 'reported')),
  'what was reported on the site': nobody(ROWS.filter((row) => row !== 'reported')),
  'the head that is passed around': nobody(ROWS.filter((row) => !['world', 'write-first-world'].includes(row))),
  // who was asked to look at something looks at that, and is given no search over it
  'the search': { reported: READERS.guides },
}

const post = await postOffice()
const home = await house(post)
const surfaces = surfacesOf(home, post)
const rooms = new Map<Row, Room>()

beforeAll(async () => {
  const { answerer, people, republish, room, site } = home
  const { jobs, moderation } = site.services
  const report = (id: number) => moderation.report({ kind: 'reflection', id }, answerer.id, 'Please look.')
  const hide = (id: number) => {
    const found = moderation.find({ kind: 'reflection', id }, people.organiser.id)
    if (found) moderation.hide(found, people.organiser.id, 'Names a reader.')
  }

  // narrowed once it was answered and reported
  const own = await room('me', { audience: 'cohort' })
  for (const id of [own.answered, own.waiting]) report(id)
  republish(own, 'me')
  rooms.set('me', own)
  for (const audience of ['guides', 'pod', 'cohort', 'world'] as const)
    rooms.set(audience, await room(audience, { audience }))
  rooms.set('world-closed', await room('world-closed', { audience: 'world', joining: 'invitation' }))
  for (const [row, audience] of [
    ['hidden', 'cohort'],
    ['hidden-world', 'world'],
  ] as const) {
    const made = await room(row, { audience })
    for (const id of [made.answered, made.waiting]) hide(id)
    rooms.set(row, made)
  }
  const reported = await room('reported', { audience: 'guides' })
  for (const id of [reported.answered, reported.waiting]) report(id)
  rooms.set('reported', reported)
  rooms.set('write-first', await room('write-first', { audience: 'cohort', write_first: true }))
  rooms.set('write-first-world', await room('write-first-world', { audience: 'world', write_first: true }))

  site.db.exec('DELETE FROM notice')
  const all = [...rooms.values()]
  // a letter has room for ten
  for (const some of [all.slice(0, 6), all.slice(6)]) {
    home.tellEverybody(some)
    for (const { id: person_id } of Object.values(people)) jobs.add('notices.gather', { person_id })
    while ((await jobs.runDue()) > 0);
  }
})
afterAll(async () => {
  await home.site[Symbol.asyncDispose]()
  await post[Symbol.asyncDispose]()
})

const roomOf = (row: Row): Room => {
  const found = rooms.get(row)
  if (!found) throw new Error(`There is no room for ${row}`)
  return found
}

test('the bell counts only what the person may read', () => {
  const { people, site } = home
  for (const who of Object.keys(people) as SignedIn[]) {
    const posts = ROWS.filter((row) => (READERS[row] as readonly Viewer[]).includes(who)).length
    const due = posts * (ENROLLED.includes(who) ? 2 : 1)
    expect([who, site.services.people.findSignedIn(people[who].id)?.news]).toEqual([who, due])
  }
})

test.each(Object.entries(surfaces))(
  '%s shows each post to those who may read it, and to nobody else',
  async (name, surface) => {
    const once = readOnce(surface)
    const found: Record<string, unknown> = {}
    for (const row of ROWS) found[row] = await shownOn(once, roomOf(row))
    expect(found).toEqual(
      Object.fromEntries(ROWS.map((row) => [row, dueOn(surface, OTHERWISE[name]?.[row] ?? READERS[row])])),
    )
  },
)
