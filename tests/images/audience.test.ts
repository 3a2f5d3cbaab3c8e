import { expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'
import { addPicture, photo } from './photos.ts'

const VIEWERS = [
  'author',
  'podMate',
  'peer',
  'guide',
  'organiser',
  'admin',
  'stranger',
  'foreignGuide',
  'guest',
] as const
type Viewer = (typeof VIEWERS)[number]

const CIRCLES = {
  me: ['author'],
  guides: ['author', 'guide', 'organiser'],
  pod: ['author', 'guide', 'organiser', 'podMate'],
  cohort: ['author', 'guide', 'organiser', 'podMate', 'peer'],
  world: VIEWERS,
} as const
type Audience = keyof typeof CIRCLES

async function pictured(audience: Audience) {
  const site = await testSite()
  const { cohort, learner, ...others } = site.cast()
  const podMate = cohort.enrol(site.person({ name: 'Zanele Mthembu' }))
  const pod = site.db
    .prepare("INSERT INTO pod (cohort_id, name, made_at) VALUES (?, 'Quay', '2026-03-01')")
    .run(cohort.id)
  const join = site.db.prepare('UPDATE enrolment SET pod_id = ? WHERE cohort_id = ? AND person_id = ?')
  for (const who of [learner, podMate]) join.run(pod.lastInsertRowid, cohort.id, who.id)
  const { id } = await addPicture(learner, await photo({ width: 40, height: 30 }))
  const body = `What I saw.\n\n![A shelf](/images/${id})`
  const enrolment = site.services.enrolments.find(learner.id, cohort.slug)!
  const thing_id = site.services.progress.openThing(enrolment, 1)!.id
  const publish = (text: { body?: string; audience?: Audience }) =>
    site.services.reflections.publish(enrolment, thing_id, { title: 'One', body, audience, ...text }).reflection_id
  const reflection = publish({})
  const viewers = { ...others, author: learner, podMate }
  return { site, cohort, learner, viewers, id, reflection, publish }
}

/** Who gets the picture. */
async function seenBy(
  viewers: Record<Viewer, { get(path: string): Promise<Response> }>,
  id: number,
): Promise<Viewer[]> {
  const answers = await Promise.all(
    VIEWERS.map(async (who) => [who, (await viewers[who].get(`/images/${id}/480`)).status] as const),
  )
  expect(answers.filter(([, status]) => ![200, 404].includes(status))).toEqual([])
  return answers.filter(([, status]) => status === 200).map(([who]) => who)
}

const inOrder = (circle: readonly Viewer[]) => VIEWERS.filter((who) => circle.includes(who))

test.each(Object.keys(CIRCLES) as Audience[])(
  'a picture in a reflection for "%s" is seen by that circle alone',
  async (audience) => {
    const { site, viewers, id } = await pictured(audience)
    using _site = site
    expect(await seenBy(viewers, id)).toEqual(inOrder(CIRCLES[audience]))
  },
)

test('a picture in no reflection is visible only to the person who added it', async () => {
  using site = await testSite()
  const { learner, ...others } = site.cast()
  const { id } = await addPicture(learner)
  expect(await seenBy({ ...others, author: learner, podMate: others.peer }, id)).toEqual(['author'])
})

test('a picture follows a narrower audience of its reflection at once', async () => {
  const { site, viewers, id, publish } = await pictured('world')
  using _site = site
  publish({ audience: 'guides' })
  expect(await seenBy(viewers, id)).toEqual(inOrder(CIRCLES.guides))
  expect((await viewers.guide.get(`/images/${id}/480`)).headers.get('cache-control')).toBe('private, no-cache')
})

test('a picture removed from a text, or deleted with it, is visible only to its owner', async () => {
  const { site, learner, viewers, id, reflection, publish } = await pictured('world')
  using _site = site
  publish({ body: 'Without.' })
  expect(await seenBy(viewers, id)).toEqual(['author'])
  publish({})
  expect(await seenBy(viewers, id)).toEqual(inOrder(CIRCLES.world))
  await learner.post(`/reflections/${reflection}/delete`)
  expect(await seenBy(viewers, id)).toEqual(['author'])
})

test('in two reflections a picture is seen by whoever may read one of them', async () => {
  const { site, cohort, learner, viewers, id } = await pictured('guides')
  using _site = site
  site.reflection(learner, cohort, { number: 2, body: `![](/images/${id})`, audience: 'cohort' })
  expect(await seenBy(viewers, id)).toEqual(inOrder(CIRCLES.cohort))
})

test('the picture of a hidden reflection is hidden too', async () => {
  const { site, viewers, id, reflection } = await pictured('world')
  using _site = site
  site.db
    .prepare("UPDATE reflection SET state = 'hidden', hidden_at = '2026-03-02T08:00:00.000Z' WHERE id = ?")
    .run(reflection)
  expect(await seenBy(viewers, id)).toEqual(inOrder(CIRCLES.guides))
})

test('where a cohort no longer allows the world, its pictures leave the world', async () => {
  const { site, cohort, viewers, id } = await pictured('world')
  using _site = site
  site.db.prepare('UPDATE cohort SET world_allowed = 0 WHERE id = ?').run(cohort.id)
  expect(await seenBy(viewers, id)).toEqual(inOrder(CIRCLES.cohort))
})

test('a person who left the cohort no longer sees its pictures', async () => {
  const { site, cohort, viewers, id } = await pictured('cohort')
  using _site = site
  const left = "UPDATE enrolment SET left_at = '2026-03-02T08:00:00.000Z' WHERE cohort_id = ? AND person_id = ?"
  site.db.prepare(left).run(cohort.id, viewers.peer.id)
  expect(await seenBy(viewers, id)).not.toContain('peer')
})

test('where learners write first, a picture opens with its reflection', async () => {
  const { site, cohort, viewers, id } = await pictured('cohort')
  using _site = site
  site.db.prepare('UPDATE course SET write_first = 1').run()
  expect(await seenBy(viewers, id)).toEqual(inOrder(CIRCLES.guides))
  site.reflection(viewers.peer, cohort, { body: 'Mine.' })
  expect(await seenBy(viewers, id)).toEqual(inOrder([...CIRCLES.guides, 'peer']))
})

test("somebody else's picture cannot be shown in one's own text, nor be brought to light by it", async () => {
  const { site, cohort, viewers, id } = await pictured('me')
  using _site = site
  const theirs = site.reflection(viewers.peer, cohort, {
    body: `Look: ![stolen](/images/${id}) end`,
    audience: 'world',
  })
  const page = await viewers.peer.read(`/reflections/${theirs}`)
  expect([page.includes(`/images/${id}`), page.includes('Look: stolen end')]).toEqual([false, true])
  expect(await seenBy(viewers, id)).toEqual(['author'])
  expect(uses(site)).toBe(1)
})

test('naming a picture in words, code or a link does not show it to anybody', async () => {
  using site = await testSite()
  const { cohort, learner, ...others } = site.cast()
  const { id } = await addPicture(learner)
  const body = `/images/${id} \`![](/images/${id})\` [a link](/images/${id}) \\![](/images/${id})`
  site.reflection(learner, cohort, { body, audience: 'world' })
  expect(uses(site)).toBe(0)
  expect(await seenBy({ ...others, author: learner, podMate: others.peer }, id)).toEqual(['author'])
})

function uses(site: TestSite): number {
  return Number(site.db.prepare('SELECT count(*) FROM image_use').pluck().get())
}
