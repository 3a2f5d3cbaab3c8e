import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../server/db/open.ts'
import { createServices } from '../../server/services.ts'
import { createLog } from '../../server/web/operations/request-log.ts'
import { badgeWith } from '../support/fixtures/badge.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const BASE = '/admin/cohorts/spring'
const start = () => testSite({ now: '2026-04-15T07:00:00Z' })

function awardsOf(site: TestSite, person: { id: number }, slug = 'night-owl') {
  return site.db
    .prepare<[number, string], { id: string; evidence: string | null; revoked_at: string | null; kind: string }>(`
      SELECT award.id, evidence, revoked_at, activity.kind FROM award
        JOIN badge ON badge.id = badge_id JOIN activity ON activity.id = activity_id
       WHERE award.person_id = ? AND slug = ?`)
    .all(person.id, slug)
}

const news = (site: TestSite, person: { id: number }) =>
  site.services.notices.list(person.id, null, 20).notices.map(({ kind }) => kind)

async function withAward() {
  const site = await start()
  const cast = site.cast()
  const badge = badgeWith(site, { kind: 'by-hand' })
  const give = (more: Record<string, string> = {}, by: Actor = cast.guide) =>
    by.post(`${BASE}/give-badge`, {
      badge: String(badge.id),
      who: cast.learner.handle,
      evidence: 'Stayed late to help the new colleague.',
      ...more,
    })
  return { site, badge, give, ...cast, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

test('a guide gives a badge by hand, says what for, and the learner is told and can show it', async () => {
  using scene = await withAward()
  const { site, learner, give } = scene
  expect((await give()).status).toBe(303)
  const [award] = awardsOf(site, learner)
  expect(award).toMatchObject({ evidence: 'Stayed late to help the new colleague.', kind: 'award.given' })
  expect(news(site, learner)).toContain('award')
  expect(await learner.read('/badges/night-owl')).toContain('You earned it')
  await learner.post(`/awards/${award?.id}/share`, { shared: '1', evidence_shared: '1' })
  expect(await scene.guest.read(`/awards/${award?.id}`)).toContain('Stayed late')
})

test('a badge awarded twice is there once, and the second guide is told', async () => {
  using scene = await withAward()
  const { site, learner, give, organiser } = scene
  await give({ once: 'x' })
  await give({ once: 'x' })
  const again = await give({}, organiser)
  expect(again.status).toBe(409)
  expect(await again.text()).toContain('has it already')
  expect(awardsOf(site, learner).length).toBe(1)
  const given = site.db.prepare("SELECT count(*) FROM activity WHERE kind = 'award.given'").pluck().get()
  expect(given).toBe(1)
})

test.each<[string, Record<string, string>, string]>([
  ['nobody of that name', { who: 'nobody-here' }, 'No learner of this cohort is called so'],
  ['no reason', { evidence: ' ' }, 'evidence-problem'],
  ['a badge that rules give', { badge: '1' }, 'badge-problem'],
])('%s is refused, with the form as typed', async (_, fields, words) => {
  using scene = await withAward()
  const answer = await scene.give({ evidence: 'As typed.', ...fields })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(words)
  expect(awardsOf(scene.site, scene.learner)).toEqual([])
})

test('two learners of one name are told apart by their handles', async () => {
  using scene = await withAward()
  const { site, cohort, give } = scene
  const one = cohort.enrol(site.person({ name: 'Ada Berg' }))
  cohort.enrol(site.person({ name: 'Ada Berg' }))
  expect(await (await give({ who: 'ada berg' })).text()).toContain('Several learners are called so')
  expect((await give({ who: one.handle })).status).toBe(303)
  expect(awardsOf(site, one).length).toBe(1)
})

test('an award is revoked with a reason that its holder reads, and reinstated', async () => {
  using scene = await withAward()
  const { site, learner, organiser, guest, give } = scene
  await give()
  const [{ id = '' } = {}] = awardsOf(site, learner)
  await learner.post(`/awards/${id}/share`, { shared: '1' })
  const empty = await organiser.post(`${BASE}/awards/${id}/revoke`, { why: '', tell: '1' })
  expect(empty.status).toBe(422)
  expect((await organiser.post(`${BASE}/awards/${id}/revoke`, { why: 'Meant for Kenji.', tell: '1' })).status).toBe(303)
  expect(news(site, learner)).toContain('award_revoked')
  expect(await learner.read('/notices')).toContain(`href="/awards/${id}"`)
  expect(await learner.read(`/awards/${id}`)).toContain('Meant for Kenji.')
  const seen = await guest.read(`/awards/${id}`)
  expect(seen).toContain('no longer valid')
  expect(seen).not.toContain('Meant for Kenji.')
  expect(await organiser.read(`${BASE}/awards`)).toContain('Meant for Kenji.')

  const regiven = await give()
  expect(regiven.status).toBe(409)
  expect(await regiven.text()).toContain('it was taken back')
  await organiser.post(`${BASE}/awards/${id}/restore`)
  expect(awardsOf(site, learner)).toMatchObject([{ id, revoked_at: null }])
  expect(news(site, learner)).not.toContain('award_revoked')
  expect(await learner.read('/badges/night-owl')).toContain('You earned it')
})

test('a revocation without a notice sends none, and no activity awards the badge again', async () => {
  using site = await start()
  const { learner, organiser, cohort } = site.cast()
  site.reflection(learner, cohort, { number: 1 })
  const [{ id = '' } = {}] = awardsOf(site, learner, 'first-reflection')
  await organiser.post(`${BASE}/awards/${id}/revoke`, { why: 'A trial.' })
  expect(news(site, learner)).not.toContain('award_revoked')
  site.reflection(learner, cohort, { number: 2 })
  expect(awardsOf(site, learner, 'first-reflection')).toMatchObject([{ id, revoked_at: expect.any(String) }])
  const twice = await organiser.post(`${BASE}/awards/${id}/revoke`, { why: 'Again.' })
  expect(twice.status).toBe(303)
  expect(site.db.prepare('SELECT revoked_why FROM award WHERE id = ?').pluck().get(id)).toBe('A trial.')
})

test('a treasure is in the list of those only who found it, and the log does not name it', async () => {
  using site = await start()
  const { learner, organiser, cohort } = site.cast()
  badgeWith(site, { kind: 'first-reflection' }, { title: 'Owlet', shape: 'gem' })
  site.reflection(learner, cohort)
  expect(await organiser.read(`${BASE}/awards`)).not.toContain('Owlet')
  const [{ id = '' } = {}] = awardsOf(site, learner, 'owlet')
  expect((await organiser.get(`${BASE}/awards/${id}/revoke`)).status).toBe(404)
  expect((await organiser.post(`${BASE}/awards/${id}/revoke`, { why: 'x' })).status).toBe(404)
  expect(await (await organiser.get(`${BASE}/awards.csv`)).text()).not.toContain('Owlet')
})

test('the list is narrowed to a badge, and goes along as a file without formulas', async () => {
  using scene = await withAward()
  const { site, organiser, learner, cohort, give } = scene
  await give({ evidence: '=HYPERLINK("https://evil.example")' })
  site.reflection(learner, cohort)
  const all = await organiser.read(`${BASE}/awards`)
  expect(all).toContain('First reflection')
  const one = await organiser.read(`${BASE}/awards?badge=night-owl`)
  expect(one.split('<tbody>')[1]).not.toContain('First reflection')
  const file = await (await organiser.get(`${BASE}/awards.csv`)).text()
  expect(file).toContain(`"'=HYPERLINK`)
  expect(file.trim().split('\r\n').length).toBe(3)
})

test('guides see and award, organisers revoke, learners and strangers do neither', async () => {
  using scene = await withAward()
  const { site, learner, guide, stranger, give } = scene
  await give()
  const [{ id = '' } = {}] = awardsOf(site, learner)
  expect((await guide.get(`${BASE}/awards`)).status).toBe(200)
  expect((await guide.get(`${BASE}/awards.csv`)).status).toBe(403)
  expect((await guide.post(`${BASE}/awards/${id}/revoke`, { why: 'x' })).status).toBe(403)
  for (const [person, status] of [
    [learner, 403],
    [stranger, 404],
  ] as const) {
    expect((await person.get(`${BASE}/awards`)).status).toBe(status)
    expect((await give({}, person)).status).toBe(status)
    expect((await person.get(`${BASE}/claims`)).status).toBe(status)
  }
  expect(awardsOf(site, learner)).toMatchObject([{ revoked_at: null }])
})

test('an award of another cohort is not found', async () => {
  using scene = await withAward()
  const { site, learner, organiser, give } = scene
  await give()
  const [{ id = '' } = {}] = awardsOf(site, learner)
  const other = site.cohort({ title: 'Autumn' })
  expect(
    (await other.organiser.post(other.at(`/awards/${id}/revoke`).replace('/cohorts', '/admin/cohorts'), { why: 'x' }))
      .status,
  ).toBe(404)
  expect((await organiser.get(`${BASE}/awards/${id}/revoke`)).status).toBe(200)
})

async function withClaim() {
  const site = await start()
  const cast = site.cast()
  const badge = badgeWith(site, { kind: 'judged', ask: 'Show us a lesson that you gave.' })
  const at = '/cohorts/spring/badges/night-owl/ask'
  const ask = (evidence: string, by: Actor = cast.learner) => by.post(at, { evidence })
  const claim = () => site.services.claims.waiting(cast.cohort.id, 10)[0]
  return { site, badge, at, ask, claim, ...cast, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

test('a claim goes from evidence to a question to more evidence to an award', async () => {
  using scene = await withClaim()
  const { site, learner, guide, ask, claim, at } = scene
  expect(await learner.read('/badges/night-owl')).toContain(at)
  expect(await learner.read(at)).toContain('Show us a lesson that you gave.')
  expect((await ask('My lesson: https://harbour.example/lesson')).headers.get('location')).toBe('/badges/night-owl')
  expect(await guide.read(`${BASE}/queue`)).toContain('One asks for a badge')
  const { id = 0, evidence = '' } = claim() ?? {}
  expect(await guide.read(`${BASE}/claims`)).toContain('https://harbour.example/lesson')
  await guide.post(`${BASE}/claims/${id}/more`, { note: 'Who was there?', evidence })
  expect(news(site, learner)).toContain('claim_more')
  expect(await guide.read(`${BASE}/queue`)).not.toContain('asks for a badge')
  expect(await learner.read(at)).toContain('Who was there?')
  await ask('My lesson, for six colleagues.')
  expect(news(site, learner)).not.toContain('claim_more')
  await guide.post(`${BASE}/claims/${id}/accept`)
  expect(awardsOf(site, learner)).toMatchObject([
    { evidence: 'My lesson, for six colleagues.', kind: 'claim.accepted' },
  ])
  expect(news(site, learner)).toContain('award')
  expect((await ask('Once more')).status).toBe(409)
})

test('asked twice is one claim with the latest words; two guides at once give one award', async () => {
  using scene = await withClaim()
  const { site, learner, guide, organiser, ask, claim, cohort } = scene
  await ask('First')
  await ask('Second')
  expect(site.services.claims.waiting(cohort.id, 10).map(({ evidence }) => evidence)).toEqual(['Second'])
  const { id = 0 } = claim() ?? {}
  await guide.post(`${BASE}/claims/${id}/accept`)
  const later = await organiser.post(`${BASE}/claims/${id}/accept`)
  expect(later.status).toBe(303)
  expect(awardsOf(site, learner).length).toBe(1)
})

test('a guide who answers changed evidence sees the new evidence and keeps the typed note', async () => {
  using scene = await withClaim()
  const { guide, ask, claim } = scene
  await ask('First')
  const { id = 0 } = claim() ?? {}
  await ask('Second')
  const answer = await guide.post(`${BASE}/claims/${id}/more`, { note: 'Not enough.', evidence: 'First' })
  const page = await answer.text()
  expect(answer.status).toBe(409)
  expect(page).toContain('Not enough.')
  expect(page).toContain('Second')
  expect(claim()?.asked_at).toBeNull()
  const empty = await guide.post(`${BASE}/claims/${id}/more`, { note: '', evidence: 'Second' })
  expect(empty.status).toBe(422)
})

test('an award made in another way meanwhile closes the claim', async () => {
  using scene = await withClaim()
  const { site, badge, learner, guide, ask, claim, cohort } = scene
  await ask('Look')
  const { id = 0 } = claim() ?? {}
  const activity_id = Number(site.db.prepare('SELECT max(id) FROM activity').pluck().get())
  site.services.badges.give(badge.id, learner.id, cohort.id, { activity_id })
  await guide.post(`${BASE}/claims/${id}/accept`)
  expect(claim()).toBeUndefined()
  expect(awardsOf(site, learner).length).toBe(1)
})

test('a revoked badge is not awarded by a claim, and the guide is told so', async () => {
  using scene = await withClaim()
  const { site, badge, learner, guide, organiser, ask, claim, cohort } = scene
  await ask('Look')
  const { id = 0 } = claim() ?? {}
  const activity_id = Number(site.db.prepare('SELECT max(id) FROM activity').pluck().get())
  const award = site.services.badges.give(badge.id, learner.id, cohort.id, { activity_id })
  await organiser.post(`${BASE}/awards/${award}/revoke`, { why: 'By mistake.' })
  await guide.post(`${BASE}/claims/${id}/accept`)
  expect(await guide.read(`${BASE}/claims`)).toContain('it was taken back')
  expect(claim()).toMatchObject({ id })
  expect(awardsOf(site, learner)).toMatchObject([{ revoked_at: expect.any(String) }])
})

test('a claim for a badge that is off, or of somebody who left, waits for nobody', async () => {
  using scene = await withClaim()
  const { site, badge, guide, learner, author, ask, claim, cohort } = scene
  await ask('Look')
  const { id = 0 } = claim() ?? {}
  site.services.badgeEditing.setState(badge.course_id, badge.slug, 'off', author.id)
  await guide.post(`${BASE}/claims/${id}/accept`)
  expect([claim(), site.services.claims.countWaiting(cohort.id)]).toEqual([undefined, 0])
  site.services.badgeEditing.setState(badge.course_id, badge.slug, 'on', author.id)
  expect(claim()).toMatchObject({ id })
  site.db.prepare("UPDATE enrolment SET left_at = '2026-04-15T07:00:00.000Z' WHERE person_id = ?").run(learner.id)
  await guide.post(`${BASE}/claims/${id}/accept`)
  expect(awardsOf(site, learner)).toEqual([])
})

test('a treasure is neither given by hand nor asked for, wherever its rule came from', async () => {
  using site = await start()
  const { guide, learner, cohort } = site.cast()
  const { id } = badgeWith(site, { kind: 'by-hand' }, { title: 'Owlet', shape: 'gem' })
  expect(await guide.read(`${BASE}/give-badge`)).not.toContain('Owlet')
  const give = { badge: String(id), who: learner.handle, evidence: 'x' }
  expect((await guide.post(`${BASE}/give-badge`, give)).status).toBe(422)
  const judged = badgeWith(site, { kind: 'judged', ask: 'Show.' }, { title: 'Owl', shape: 'gem' })
  const claim = { badge_id: judged.id, person_id: learner.id, cohort_id: cohort.id, evidence: 'x' }
  expect(site.services.claims.submit(claim)).toBe(false)
})

test('guides do not ask, strangers find nothing, and other badges are not asked for', async () => {
  using scene = await withClaim()
  const { guide, stranger, learner, ask, at } = scene
  expect((await ask('x', guide)).status).toBe(403)
  expect((await ask('x', stranger)).status).toBe(404)
  expect((await learner.post('/cohorts/spring/badges/first-reflection/ask', { evidence: 'x' })).status).toBe(404)
  const long = await learner.post(at, { evidence: 'x'.repeat(4001) })
  expect(long.status).toBe(422)
  expect(scene.claim()).toBeUndefined()
})

test('a dry run says who would earn a badge and when, to those who may know, and awards nothing', async () => {
  using site = await start()
  const { author, admin, learner, peer, cohort } = site.cast()
  site.reflection(learner, cohort, { number: 1 })
  site.clock.set('2026-04-16T07:00:00Z')
  site.reflection(learner, cohort, { number: 2 })
  site.reflection(peer, cohort, { number: 1 })
  const { course_id, slug } = badgeWith(site, { kind: 'things-done', count: 2 })
  site.services.badgeEditing.setState(course_id, slug, 'draft', admin.id)
  const at = `/admin/courses/course-23/badges/${slug}/try`
  const page = await admin.read(at)
  expect(page).toContain('One of 2 would have it')
  expect(page).toContain(learner.name)
  expect(page).toContain('16 April')
  expect(page).not.toContain(peer.name)
  const unnamed = await author.read(at)
  expect(unnamed).toContain('One of 2 would have it')
  expect(unnamed).not.toContain(learner.name)
  expect((await author.get(`${at}?cohort=999`)).status).toBe(404)
  expect((await learner.get(at)).status).toBe(403)
  expect(awardsOf(site, learner)).toEqual([])
})

test('a retroactive run awards the badge once to those who earned it before, and tells them', async () => {
  using site = await start()
  const { author, learner, peer, cohort } = site.cast()
  site.reflection(learner, cohort, { number: 1 })
  site.reflection(learner, cohort, { number: 2 })
  site.reflection(peer, cohort, { number: 1 })
  const { slug, id } = badgeWith(site, { kind: 'things-done', count: 2 })
  expect(awardsOf(site, learner)).toEqual([])
  const at = `/admin/courses/course-23/badges/${slug}/replay`
  expect(await author.read(at)).toContain('Give it to them')
  await author.post(at, { act: 'start' })
  await author.post(at, { act: 'start' })
  await site.services.jobs.runDue()
  expect(awardsOf(site, learner)).toMatchObject([{ kind: 'badge.replayed' }])
  expect(awardsOf(site, peer)).toEqual([])
  expect(news(site, learner)).toContain('award')
  expect(site.services.retroactiveAwards.latest(id)).toMatchObject({
    seen: 3,
    total: 3,
    given: 1,
    ended_at: expect.any(String),
  })
  expect(await author.read(at)).toContain('3 of 3 learners looked at, given to one.')
  await author.post(at, { act: 'start' })
  await site.services.jobs.runDue()
  expect(awardsOf(site, learner).length).toBe(1)
  expect(site.services.retroactiveAwards.latest(id)).toMatchObject({ given: 0 })
})

test('a draft or a badge that is off has no retroactive run; a revoked award is not made again', async () => {
  using site = await start()
  const { author, organiser, learner, cohort } = site.cast()
  const { slug, course_id } = badgeWith(site, { kind: 'first-reflection' })
  const at = `/admin/courses/course-23/badges/${slug}/replay`
  site.reflection(learner, cohort)
  const [{ id = '' } = {}] = awardsOf(site, learner)
  await organiser.post(`${BASE}/awards/${id}/revoke`, { why: 'A trial.' })
  await author.post(at, { act: 'start' })
  await site.services.jobs.runDue()
  expect(awardsOf(site, learner)).toMatchObject([{ id, revoked_at: expect.any(String) }])
  site.services.badgeEditing.setState(course_id, slug, 'off', author.id)
  expect((await author.post(at, { act: 'start' })).status).toBe(409)
  expect((await learner.post(at, { act: 'start' })).status).toBe(403)
})

test('a cancelled retroactive run ends, and what was awarded stays', async () => {
  using site = await start()
  const { author, learner, cohort } = site.cast()
  site.reflection(learner, cohort)
  const { slug, id } = badgeWith(site, { kind: 'first-reflection' })
  const at = `/admin/courses/course-23/badges/${slug}/replay`
  await author.post(at, { act: 'start' })
  expect(await author.read(at)).toContain('Under way')
  await author.post(at, { act: 'stop' })
  await site.services.jobs.runDue()
  expect(site.services.retroactiveAwards.latest(id)).toMatchObject({
    seen: 0,
    given: 0,
    cancelled_at: expect.any(String),
    ended_at: expect.any(String),
  })
  expect(await author.read(at)).toContain('Stopped')
})

test('a retroactive run without its job can be restarted; one of a badge that is off awards no more', async () => {
  using site = await start()
  const { author, learner, cohort } = site.cast()
  site.reflection(learner, cohort)
  const { slug, id, course_id } = badgeWith(site, { kind: 'first-reflection' })
  const at = `/admin/courses/course-23/badges/${slug}/replay`
  await author.post(at, { act: 'start' })
  site.db.prepare("DELETE FROM job WHERE kind = 'badge.replay'").run()
  await author.post(at, { act: 'stop' })
  await author.post(at, { act: 'start' })
  site.services.badgeEditing.setState(course_id, slug, 'off', author.id)
  await site.services.jobs.runDue()
  expect(site.services.retroactiveAwards.latest(id)).toMatchObject({ given: 0, ended_at: expect.any(String) })
  expect(awardsOf(site, learner)).toEqual([])
  site.services.badgeEditing.setState(course_id, slug, 'on', author.id)
  await author.post(at, { act: 'start' })
  await site.services.jobs.runDue()
  expect(awardsOf(site, learner).length).toBe(1)
})

test('a long list is paged, each award once', async () => {
  using site = await start()
  const { organiser, cohort } = site.cast()
  for (let number = 0; number < 60; number += 1) site.reflection(cohort.enrol(site.person()), cohort)
  const first = await organiser.read(`${BASE}/awards?badge=first-reflection`)
  const older = (/rel="next" href="([^"]+)"/.exec(first)?.[1] ?? '').replaceAll('&amp;', '&').replaceAll('&#38;', '&')
  const second = await organiser.read(older)
  const ids = [first, second].flatMap((page) => Array.from(page.matchAll(/awards\/([\w-]+)\/revoke/g), ([, id]) => id))
  expect([ids.length, new Set(ids).size]).toEqual([60, 60])
  expect((await organiser.get(`${BASE}/awards?after=nonsense`)).status).toBe(200)
})

test('two processes and a crash in one retroactive run: nobody gets it twice, nobody is left out', async () => {
  const file = path.join(tmpdir(), `replaying-${process.pid}.db`)
  await using site = await testSite({ file, now: '2026-04-15T07:00:00Z' })
  const other = openDatabase(file)
  try {
    const second = createServices(site.config, other, {
      clock: site.clock,
      log: createLog('silent'),
      resolve: async () => ['127.0.0.1'],
    })
    const cohort = site.cohort()
    const learners = Array.from({ length: 30 }, () => cohort.enrol(site.person()))
    for (const learner of learners.slice(0, 20)) site.reflection(learner, cohort)
    const { id } = badgeWith(site, { kind: 'first-reflection' })
    const author = site.person({ role: 'author' })
    site.services.retroactiveAwards.start(id, author.id)
    // a process that began and died: its portion is undone with it
    const cut = site.db.transaction(() => {
      site.services.badges.give(id, learners[0]?.id ?? 0, cohort.id, { activity_id: 1 })
      throw new Error('the power is gone')
    })
    expect(cut).toThrow('the power is gone')
    await Promise.all([site.services.jobs.runDue(), second.jobs.runDue()])
    expect(second.retroactiveAwards.latest(id)).toMatchObject({ seen: 30, given: 20, ended_at: expect.any(String) })
    const held = learners.map((learner) => awardsOf(site, learner).length)
    expect(held).toEqual(learners.map((_, index) => (index < 20 ? 1 : 0)))
  } finally {
    other.close()
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
  }
})
