import { describe, expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const THIRTY = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ')
const SECRET = 'The cupboard on the second floor'
const PROMISE = 'Write thirty words of your own first'

/** A course that asks to write first, with one reflection of the peer's on thing 1. */
async function siteWithText() {
  const site = await testSite()
  const cast = site.cast()
  site.writeFirst()
  const id = site.reflection(cast.peer, cast.cohort, { title: `${SECRET}: title`, body: `${SECRET}: text.` })
  await cast.guide.post(`/reflections/${id}/comments`, { body: `${SECRET}: answer.` })
  const surfaces = [
    `/reflections/${id}`,
    cast.cohort.at(''),
    cast.cohort.at('/reflections'),
    cast.cohort.at('/reflections?thing=1'),
    cast.cohort.at('/things/1'),
    `/people/${cast.peer.handle}`,
  ]
  return { site, ...cast, id, surfaces }
}

async function draft(actor: Actor, cohort: { at(path: string): string }, body: string, version = '0') {
  const answer = await actor.post(cohort.at('/things/1/reflection'), { intent: 'draft', body, version })
  expect(answer.status).toBe(303)
}

async function surfacesThatSay(reader: Actor, surfaces: string[]): Promise<string[]> {
  const said = await Promise.all(surfaces.map(async (path) => (await reader.read(path)).includes(SECRET)))
  return surfaces.filter((_, index) => said[index])
}

describe('a course that requires writing first', () => {
  test('a learner who has not written sees authors and things, but no text, on every surface', async () => {
    const { site, cohort, id, learner, surfaces } = await siteWithText()
    using _ = site
    expect(await surfacesThatSay(learner, surfaces)).toEqual([])
    const page = await learner.read(`/reflections/${id}`)
    expect(page).toContain('Kenji Watanabe wrote about')
    expect(page).toContain(PROMISE)
    expect(page).toContain(`href="${cohort.at('/things/1/reflection')}"`)
    expect(await learner.read(cohort.at('/reflections'))).toContain('Kenji Watanabe wrote about')
  })

  test('a closed reflection is in no search result and no feed until the learner has written', async () => {
    const { site, cohort, id, learner } = await siteWithText()
    using _ = site
    const made = await learner.post(cohort.at('/feeds'), { intent: 'make' })
    const feed = /\/feeds\/[\w-]+\/feed\.xml/.exec(await made.text())?.[0] ?? 'no feed'
    const found = () => {
      const pages = ['/search?q=cupboard', cohort.at('/reflections?q=cupboard'), feed]
      return Promise.all(pages.map(async (path) => (await learner.read(path)).includes(`/reflections/${id}`)))
    }
    expect(await found()).toEqual([false, false, false])
    site.reflection(learner, cohort)
    expect(await found()).toEqual([true, true, true])
  })

  test('a draft of thirty words opens reflections, a shorter one does not', async () => {
    const { site, cohort, learner, surfaces } = await siteWithText()
    using _ = site
    await draft(learner, cohort, THIRTY.split(' ').slice(1).join('  \n '))
    expect(await surfacesThatSay(learner, surfaces)).toEqual([])
    await draft(learner, cohort, THIRTY, '1')
    expect(await surfacesThatSay(learner, surfaces)).toEqual(surfaces)
    await draft(learner, cohort, 'All gone.', '2')
    expect(await surfacesThatSay(learner, surfaces)).toEqual([])
  })

  test('a published text of any length opens reflections, and deleting it closes them', async () => {
    const { site, cohort, learner, surfaces } = await siteWithText()
    using _ = site
    const own = site.reflection(learner, cohort, { body: 'Short.' })
    expect(await surfacesThatSay(learner, surfaces)).toEqual(surfaces)
    await learner.post(`/reflections/${own}/delete`)
    expect(await surfacesThatSay(learner, surfaces)).toEqual([])
  })

  test('writing about one thing opens no other thing', async () => {
    const { site, cohort, learner, surfaces } = await siteWithText()
    using _ = site
    site.reflection(learner, cohort, { number: 2, body: THIRTY })
    expect(await surfacesThatSay(learner, surfaces)).toEqual([])
  })

  test('guides, organisers and the author read at once', async () => {
    const { site, guide, id, organiser, peer, surfaces } = await siteWithText()
    using _ = site
    expect(await surfacesThatSay(guide, surfaces)).toEqual(surfaces)
    expect(await surfacesThatSay(organiser, surfaces)).toEqual(surfaces)
    expect(await peer.read(`/reflections/${id}`)).toContain(`${SECRET}: answer.`)
  })

  test('a closed reflection takes no comment and no thanks', async () => {
    const { site, cohort, id, learner } = await siteWithText()
    using _ = site
    expect((await learner.post(`/reflections/${id}/comments`, { body: 'Blind' })).status).toBe(403)
    expect((await learner.post(`/reflections/${id}/cheer`, { done: '1' })).status).toBe(403)
    expect(site.services.comments.write(id, learner.id, 'Blind')).toBeNull()
    site.reflection(learner, cohort)
    expect((await learner.post(`/reflections/${id}/comments`, { body: 'Seen' })).status).toBe(303)
  })

  test('the editor shows the missing words to learners who have not published', async () => {
    const { site, cohort, guide, learner } = await siteWithText()
    using _ = site
    const editor = cohort.at('/things/1/reflection')
    expect(await learner.read(editor)).toContain('30 more words')
    await draft(learner, cohort, 'One two three.')
    expect(await learner.read(editor)).toContain('27 more words')
    expect(await guide.read(editor)).not.toContain('more words')
    site.reflection(learner, cohort)
    expect(await learner.read(editor)).not.toContain('more words')
  })
})

describe('the switch of the course', () => {
  test('is set by authors, applies to every cohort and is exported in the course folder', async () => {
    using site = await testSite()
    const { author, cohort, learner, peer } = site.cast()
    const id = site.reflection(peer, cohort, { body: SECRET })
    const settings = '/admin/courses/course-23/settings'
    expect((await learner.post(settings, { write_first: '1' })).status).toBe(403)
    expect((await author.post(settings, { write_first: 'yes' })).status).toBe(422)
    expect((await author.post(settings, { write_first: '1' })).status).toBe(303)
    expect(await author.read('/admin/courses/course-23')).toContain('value="1" checked')
    expect(await learner.read(`/reflections/${id}`)).not.toContain(SECRET)
    expect(site.services.courseTransfer.exportOutline('course-23')).toMatchObject({ write_first: true })
    await author.post(settings, {})
    expect(await learner.read(`/reflections/${id}`)).toContain(SECRET)
    expect(site.services.courseTransfer.exportOutline('course-23')).not.toHaveProperty('write_first')
  })

  test('is set and unset by importing the course folder', async () => {
    using site = await testSite()
    const { courses, courseTransfer } = site.services
    courseTransfer.importOutline(courseThatAsks(site, true), null)
    expect(courses.bySlug('course-23')?.write_first).toBe(1)
    courseTransfer.importOutline(courseThatAsks(site, false), null)
    expect(courses.bySlug('course-23')?.write_first).toBe(0)
  })
})

function courseThatAsks(site: TestSite, asks: boolean) {
  site.course()
  const outline = site.services.courseTransfer.exportOutline('course-23')
  if (!outline) throw new Error('There is no course')
  const { write_first, ...rest } = outline
  return asks ? { ...rest, write_first: true as const } : rest
}
