import { describe, expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

/** The usual cast, with six more learners. */
async function siteWithPeople(more = 6) {
  const site = await testSite()
  const cast = site.cast()
  const learners = Array.from({ length: more }, (_, index) =>
    cast.cohort.enrol(site.person({ name: `Reader ${index + 1}` })),
  )
  const admin = `/admin/cohorts/${cast.cohort.slug}/pods`
  const own = cast.cohort.at('/pods')
  const enrolment = (who: Actor) => site.services.enrolments.find(who.id, cast.cohort.slug)
  const podOf = (who: Actor) => enrolment(who)?.pod?.name ?? null
  const idOf = (who: Actor) => String(enrolment(who)?.id)
  return { site, ...cast, learners, adminAt: admin, ownAt: own, podOf, idOf }
}

const names = (site: TestSite, cohort: { id: number }) => site.services.pods.list(cohort.id).map(({ name }) => name)
const fieldOf = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''

describe('an organiser', () => {
  test('makes a pod by hand, once, under a name of its own', async () => {
    const { site, adminAt, cohort, organiser } = await siteWithPeople()
    using _ = site
    const made = await organiser.post(adminAt, { name: 'Tram 12', once: 'a' })
    expect(made.status).toBe(303)
    expect((await organiser.post(adminAt, { name: 'Tram 12', once: 'a' })).headers.get('location')).toBe(
      made.headers.get('location'),
    )
    const twice = await organiser.post(adminAt, { name: 'Tram 12', once: 'b' })
    expect(twice.status).toBe(422)
    expect(await twice.text()).toContain('There is a pod of that name already')
    expect((await organiser.post(adminAt, { name: '' })).status).toBe(422)
    expect((await organiser.post(adminAt, { name: 'x'.repeat(81) })).status).toBe(422)
    expect(names(site, cohort)).toEqual(['Tram 12'])
  })

  test('puts people in, moves them and takes them out', async () => {
    const { site, adminAt, cohort, idOf, learner, organiser, peer, podOf } = await siteWithPeople()
    using _ = site
    const [tram, seat] = [site.pod(cohort), site.pod(cohort, [], 'Window seat')]
    const people = `${adminAt}/${tram}/people`
    await organiser.post(people, { people: [idOf(learner), idOf(peer)], to: String(tram) })
    expect([podOf(learner), podOf(peer)]).toEqual(['Tram 12', 'Tram 12'])
    await organiser.post(people, { people: idOf(peer), to: String(seat) })
    expect([podOf(learner), podOf(peer)]).toEqual(['Tram 12', 'Window seat'])
    await organiser.post(people, { people: idOf(learner), to: 'none' })
    expect(podOf(learner)).toBeNull()
    expect(await organiser.read(`${adminAt}/${tram}?q=amara`)).toContain('Amara Okonkwo')
    expect(await organiser.read(`${adminAt}/${tram}?q=zzz`)).not.toContain('Amara Okonkwo')
  })

  test('moves nobody of another cohort, and nobody into its pods', async () => {
    const { site, adminAt, cohort, idOf, learner, organiser, other, podOf, stranger } = await siteWithPeople()
    using _ = site
    const [tram, theirs] = [site.pod(cohort), site.pod(other)]
    const strange = String(site.services.enrolments.find(stranger.id, other.slug)?.id)
    await organiser.post(`${adminAt}/${tram}/people`, { people: strange, to: String(tram) })
    expect(site.services.enrolments.find(stranger.id, other.slug)?.pod).toBeNull()
    const into = await organiser.post(`${adminAt}/${tram}/people`, { people: idOf(learner), to: String(theirs) })
    expect(into.status).toBe(404)
    expect(podOf(learner)).toBeNull()
    for (const path of ['', '/people', '/guides', '/delete']) {
      const body = { name: 'Mine', people: '1', to: 'none', guides: '1' }
      expect((await organiser.post(`${adminAt}/${theirs}${path}`, body)).status).toBe(404)
    }
    expect(names(site, other)).toEqual(['Tram 12'])
  })

  test('renames and deletes a pod; its people stay in the cohort', async () => {
    const { site, adminAt, cohort, learner, organiser, podOf } = await siteWithPeople()
    using _ = site
    const tram = site.pod(cohort, [learner])
    site.pod(cohort, [], 'Window seat')
    expect((await organiser.post(`${adminAt}/${tram}`, { name: 'Window seat' })).status).toBe(422)
    await organiser.post(`${adminAt}/${tram}`, { name: 'Tram 17' })
    expect(podOf(learner)).toBe('Tram 17')
    await organiser.post(`${adminAt}/${tram}/delete`)
    expect(podOf(learner)).toBeNull()
    expect((await organiser.get(`${adminAt}/${tram}`)).status).toBe(404)
    expect((await learner.get(cohort.at(''))).status).toBe(200)
  })

  test('gives a pod its guides, and never a learner', async () => {
    const { site, adminAt, cohort, guide, idOf, learner, organiser, ownAt } = await siteWithPeople()
    using _ = site
    const tram = site.pod(cohort, [learner])
    await organiser.post(`${adminAt}/${tram}/guides`, { guides: [idOf(guide), idOf(learner)] })
    const guides = site.services.pods.guides(cohort.id, tram).filter(({ here }) => here)
    expect(guides.map(({ name }) => name)).toEqual([guide.name])
    expect(await learner.read(`${ownAt}/${tram}`)).toContain(guide.name)
    expect(await learner.read(ownAt)).toContain(`guided by ${guide.name}`)
    await organiser.post(`${adminAt}/${tram}/guides`, {})
    expect(site.services.pods.guides(cohort.id, tram).some(({ here }) => here)).toBe(false)
  })

  test('sees what would be made before anything is written, and makes just that', async () => {
    const { site, adminAt, cohort, guide, learner, organiser, podOf } = await siteWithPeople()
    using _ = site
    const preview = await organiser.read(`${adminAt}/make?by=size&size=4&with_guides=1`)
    expect(preview).toContain('2 pods for 8 people')
    expect(names(site, cohort)).toEqual([])
    const form = { by: 'size', size: '4', with_guides: '1', seen: fieldOf(preview, 'seen'), once: 'a' }
    expect((await organiser.post(`${adminAt}/make`, form)).status).toBe(303)
    await organiser.post(`${adminAt}/make`, form)
    expect(names(site, cohort)).toEqual(['Pod 1', 'Pod 2'])
    expect(podOf(learner)).not.toBeNull()
    expect(podOf(guide)).toBeNull()
    expect(site.services.pods.countWithoutPod(cohort.id)).toBe(0)
    expect(await organiser.read(adminAt)).toContain('guided by Marisol Guerrero')
  })

  test('who joined since the preview is not put anywhere unseen: the preview comes again', async () => {
    const { site, adminAt, cohort, organiser } = await siteWithPeople()
    using _ = site
    const preview = await organiser.read(`${adminAt}/make?by=size&size=4`)
    cohort.enrol(site.person())
    const late = await organiser.post(`${adminAt}/make`, { by: 'size', size: '4', seen: fieldOf(preview, 'seen') })
    expect(late.status).toBe(409)
    expect(await late.text()).toContain('9 people')
    expect(names(site, cohort)).toEqual([])
  })

  test.each(['0', '1', '51', 'six', '-3', ''])('a size of %j is refused beside the field', async (size) => {
    const { site, adminAt, organiser } = await siteWithPeople()
    using _ = site
    const answer = await organiser.get(`${adminAt}/make?by=size&size=${size}`)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('id="size-problem"')
  })

  test('puts those together who said the same about themselves', async () => {
    const { site, adminAt, learners, organiser, ownAt, podOf } = await siteWithPeople()
    using _ = site
    for (const [index, one] of learners.entries()) {
      await one.post(`${ownAt}/about`, {
        interest: index < 3 ? ' Photos' : 'languages ',
        hours: index % 2 ? 'night' : '',
      })
    }
    const preview = await organiser.read(`${adminAt}/make?by=interest&size=3`)
    expect(preview).toContain('all curious about Photos')
    await organiser.post(`${adminAt}/make`, { by: 'interest', size: '3', seen: fieldOf(preview, 'seen') })
    expect(new Set(learners.slice(0, 3).map(podOf))).toEqual(new Set(['Photos']))
    expect(new Set(learners.slice(3).map(podOf))).toEqual(new Set(['languages']))
  })
})

describe('a learner', () => {
  test('chooses a pod, changes and leaves it where learners may, and is told who reads from then on', async () => {
    const { site, adminAt, cohort, learner, organiser, ownAt, podOf } = await siteWithPeople()
    using _ = site
    const [tram, seat] = [site.pod(cohort), site.pod(cohort, [], 'Window seat')]
    expect((await learner.post(ownAt, { pod: String(tram) })).status).toBe(403)
    expect(await learner.read(ownAt)).not.toContain('>Join<')
    await organiser.post(`${adminAt}/settings`, { open: '1', ask: '1' })
    expect(await learner.read(cohort.at(''))).toContain('Choose your pod')
    expect((await learner.post(ownAt, { pod: String(tram) })).headers.get('location')).toBe(`${ownAt}/${tram}`)
    expect(podOf(learner)).toBe('Tram 12')
    expect(await learner.read(cohort.at(''))).toContain('Your pod: Tram 12')
    await learner.post(ownAt, { pod: String(seat) })
    expect(await learner.read(`${ownAt}/${seat}`)).toContain('no longer by those of Tram 12')
    await learner.post(ownAt, { pod: '' })
    expect(podOf(learner)).toBeNull()
    await organiser.post(`${adminAt}/settings`, {})
    expect((await learner.post(ownAt, { pod: String(tram) })).status).toBe(403)
  })

  test('chooses no pod of another cohort, nor one that is not there', async () => {
    const { site, cohort, learner, other, ownAt, podOf } = await siteWithPeople()
    using _ = site
    site.services.pods.setSettings(cohort.id, { open: true, ask: false }, cohort.organiser.id)
    const theirs = site.pod(other)
    for (const pod of [String(theirs), '999']) expect((await learner.post(ownAt, { pod })).status).toBe(404)
    for (const pod of ['-1', 'one', '1.5']) expect((await learner.post(ownAt, { pod })).status).toBe(422)
    expect((await learner.get(`${ownAt}/${theirs}`)).status).toBe(404)
    expect(podOf(learner)).toBeNull()
  })

  test('saves preferences that only organisers read, and deletes them', async () => {
    const { site, adminAt, cohort, learner, organiser, ownAt, peer } = await siteWithPeople()
    using _ = site
    const tram = site.pod(cohort, [learner])
    await learner.post(`${ownAt}/about`, { interest: 'Old maps', hours: 'evening' })
    expect(await learner.read(ownAt)).toContain('value="Old maps"')
    expect(await organiser.read(`${adminAt}/${tram}`)).toContain('Old maps')
    expect(await peer.read(`${ownAt}/${tram}`)).not.toContain('Old maps')
    expect((await learner.post(`${ownAt}/about`, { interest: 'x'.repeat(61), hours: 'noon' })).status).toBe(422)
    await learner.post(`${ownAt}/about`, { interest: '', hours: '' })
    expect(site.services.pods.preferences(site.services.enrolments.find(learner.id, cohort.slug)?.id ?? 0)).toEqual({
      interest: null,
      hours: null,
    })
  })

  test('finds the people of a pod and the posts of theirs that are readable, also on their own pages', async () => {
    const { site, cohort, guide, learner, ownAt, peer, stranger } = await siteWithPeople()
    using _ = site
    const tram = site.pod(cohort, [peer])
    site.reflection(peer, cohort, { title: 'For all of us' })
    site.reflection(peer, cohort, { number: 2, title: 'For the few of us', audience: 'pod' })
    const page = await learner.read(`${ownAt}/${tram}`)
    expect(page).toContain('For all of us')
    expect(page).not.toContain('For the few of us')
    expect(await guide.read(`${ownAt}/${tram}`)).toContain('For the few of us')
    expect(await learner.read(`/people/${peer.handle}`)).toContain(`href="${ownAt}/${tram}"`)
    site.reflection(peer, cohort, { number: 1, title: 'x', audience: 'world' })
    expect(await stranger.read(`/people/${peer.handle}`)).not.toContain('Tram 12')
  })

  test('is in no pod after leaving the cohort or being removed', async () => {
    const { site, adminAt, cohort, learner, organiser, ownAt, peer } = await siteWithPeople()
    using _ = site
    const tram = site.pod(cohort, [learner, peer])
    await learner.post(cohort.at('/leave'), { posts: 'stay' })
    await organiser.post(`/admin/cohorts/${cohort.slug}/people/${peer.handle}/remove`, { posts: 'stay' })
    expect(site.services.pods.members(tram)).toEqual([])
    expect(await organiser.read(`${ownAt}/${tram}`)).toContain('Nobody is in this pod yet')
    expect((await organiser.get(adminAt)).status).toBe(200)
  })
})

describe('the audience "my pod"', () => {
  const publish = (who: Actor, cohort: { at(path: string): string }, audience: string) =>
    who.post(cohort.at('/things/1/reflection'), { intent: 'publish', body: 'Words.', audience })

  test('is offered to those in a pod, by the names of who is in it, and refused to others', async () => {
    const { site, cohort, learner, peer } = await siteWithPeople()
    using _ = site
    const editor = cohort.at('/things/1/reflection')
    expect(await learner.read(editor)).not.toContain('value="pod"')
    const refused = await publish(learner, cohort, 'pod')
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('Please choose one of these')
    site.pod(cohort, [learner, peer])
    const page = await learner.read(editor)
    expect(page).toContain('value="pod"')
    expect(page).toContain('Kenji Watanabe, and the guides. If you change pods')
    expect((await publish(learner, cohort, 'pod')).status).toBe(303)
  })

  test('falls back to the guides in the editor of somebody who is in no pod any more, and widens nothing', async () => {
    const { site, cohort, idOf, learner } = await siteWithPeople()
    using _ = site
    site.pod(cohort, [learner])
    await publish(learner, cohort, 'pod')
    site.services.pods.move(cohort.id, [Number(idOf(learner))], null, null)
    expect(await learner.read(cohort.at('/things/1/reflection'))).toContain('value="guides" checked')
  })

  test.each([
    ['cohort', 'pod', 'From now on your pod (Kenji Watanabe) and the guides can read it. Others find neither'],
    ['pod', 'cohort', 'From now on everybody in this cohort can read it. Earlier answers stay with those'],
    ['guides', 'me', 'From now on only you can read it. Others find neither it nor its answers'],
    ['me', 'guides', 'From now on only you and the guides (Marisol Guerrero and Ingrid Solberg) can read it.'],
    ['cohort', 'world', 'From now on anybody can read it, on the web. Earlier answers stay'],
  ] as const)('going from %s to %s says who can read from now on', async (before, now, sentence) => {
    const { site, cohort, guide, learner, peer } = await siteWithPeople()
    using _ = site
    site.pod(cohort, [learner, peer])
    const id = site.reflection(learner, cohort, { audience: before })
    if (before !== 'me') await guide.post(`/reflections/${id}/comments`, { body: 'An answer.' })
    await publish(learner, cohort, now)
    expect((await learner.read(`/reflections/${id}`)).replaceAll('&#39;', "'")).toContain(sentence)
  })

  test('a first text, and one whose readers stay, say nothing about readers', async () => {
    const { site, cohort, learner } = await siteWithPeople()
    using _ = site
    for (let turn = 0; turn < 2; turn++) {
      const { headers } = await publish(learner, cohort, 'cohort')
      expect(await learner.read(headers.get('location') ?? '')).not.toContain('From now on')
    }
  })
})
