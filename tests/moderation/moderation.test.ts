import { describe, expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const reports = '/admin/cohorts/spring/reports'

async function withPost(audience: 'guides' | 'cohort' | 'world' | 'me' = 'cohort') {
  const site = await testSite({ now: '2026-03-20T07:00:00Z' })
  const cast = site.cast()
  const id = site.reflection(cast.learner, cast.cohort, { title: 'A post', body: 'Words of it.', audience })
  const comment = site.services.comments.write(id, cast.peer.id, 'An answer of hers.')?.comment_id ?? 0
  return { site, ...cast, id, comment, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

const status = async (who: { get(path: string): Promise<Response> }, path: string) => (await who.get(path)).status
const kinds = (site: TestSite) => site.db.prepare<[], string>('SELECT kind FROM activity ORDER BY id').pluck().all()
const newsOf = async (who: Actor) => (await who.read('/notices')).replaceAll(/\s+/g, ' ')

describe('reporting', () => {
  test('a reader reports a text once; reporting again changes the reason', async () => {
    using here = await withPost('world')
    const { cohort, guide, id, peer, site, stranger } = here
    for (const reason of ['Names a visitor', 'Names a visitor, in full']) {
      expect((await peer.post(`/reflections/${id}/report`, { reason })).status).toBe(303)
    }
    await stranger.post(`/reflections/${id}/report`, { reason: 'Seen from outside' })
    expect(site.db.prepare('SELECT reason FROM report ORDER BY id').pluck().all()).toEqual([
      'Names a visitor, in full',
      'Seen from outside',
    ])
    expect(kinds(site).filter((kind) => kind === 'reflection.reported')).toHaveLength(2)
    const page = await guide.read(reports)
    expect(page).toContain('Names a visitor, in full')
    expect(page).toContain('Kenji Watanabe')
    expect(await newsOf(guide)).toContain('Somebody asks you to look at a post')
    expect(cohort.slug).toBe('spring')
  })

  test('a report is invisible to the author and other learners', async () => {
    using here = await withPost()
    const { comment, id, learner, peer, site } = here
    const third = here.cohort.enrol(site.person())
    await peer.post(`/reflections/${id}/report`, { reason: 'Secret reason' })
    await learner.post(`/comments/${comment}/report`, { reason: 'Another secret' })
    expect(await learner.read(`/reflections/${id}`)).not.toContain('Secret reason')
    expect(await peer.read(`/reflections/${id}`)).not.toContain('Another secret')
    expect(await third.read(`/reflections/${id}`)).not.toContain('ecret')
    expect(await newsOf(learner)).not.toContain('look at a post')
    for (const who of [learner, peer, third]) expect(await status(who, reports)).toBe(403)
  })

  test('nobody handles a report about their own text', async () => {
    using here = await withPost()
    const { cohort, guide, organiser, peer, site } = here
    const hers = site.reflection(guide, cohort, { title: 'By a guide' })
    await peer.post(`/reflections/${hers}/report`, { reason: 'About the guide' })
    expect(await guide.read(reports)).not.toContain('About the guide')
    expect(await newsOf(guide)).not.toContain('look at a post')
    expect(await status(guide, `/reflections/${hers}/hide`)).toBe(404)
    expect((await guide.post(`/reflections/${hers}/settle`)).status).toBe(404)
    expect(await organiser.read(reports)).toContain('About the guide')
  })

  test('own texts, unreadable texts and texts seen as a guest cannot be reported', async () => {
    using here = await withPost('guides')
    const { comment, guest, id, learner, peer, stranger } = here
    const tries: [Actor | typeof guest, string, number][] = [
      [learner, `/reflections/${id}/report`, 403],
      [guest, `/reflections/${id}/report`, 403],
      [peer, `/reflections/${id}/report`, 404],
      [stranger, `/reflections/${id}/report`, 404],
      [stranger, `/comments/${comment}/report`, 404],
      [peer, '/comments/4711/report', 404],
      [peer, '/comments/abc/report', 404],
    ]
    for (const [who, path, expected] of tries) {
      expect([path, (await who.post(path, { reason: 'Because' })).status]).toEqual([path, expected])
    }
    expect(here.site.db.prepare('SELECT count(*) FROM report').pluck().get()).toBe(0)
  })

  test('the report form of a comment is shown on request', async () => {
    using here = await withPost()
    const { comment, guide, id } = here
    expect(await guide.read(`/reflections/${id}`)).not.toContain(`action="/comments/${comment}/report"`)
    const page = await guide.read(`/reflections/${id}?report=${comment}`)
    expect(page).toContain(`action="/comments/${comment}/report"`)
    expect((await guide.get(`/reflections/${id}?report=nonsense`)).status).toBe(200)
  })

  test.each([{}, { reason: ' ' }, { reason: 'x'.repeat(501) }, { reason: ['one', 'two'] }])(
    'an invalid form is shown again beside its post (%#)',
    async (fields) => {
      using here = await withPost()
      const { comment, guide, id } = here
      for (const path of [`/reflections/${id}/report`, `/comments/${comment}/report`]) {
        const answer = await guide.post(path, fields as Record<string, string>)
        expect(answer.status).toBe(422)
        const page = await answer.text()
        expect(page.match(/<details class="depth report" open>/g)).toHaveLength(1)
        expect(page).toContain('class="problem"')
      }
    },
  )

  test('a person reports at most twenty texts a day, and may always change a reason', async () => {
    using here = await withPost()
    const { cohort, id, learner, peer, site } = here
    const first = site.reflection(learner, cohort, { number: 2 })
    for (let number = 0; number < 19; number++) {
      const who = cohort.enrol(site.person())
      site.services.moderation.report({ kind: 'reflection', id: site.reflection(who, cohort) }, peer.id, 'Again')
    }
    expect((await peer.post(`/reflections/${id}/report`, { reason: 'The twentieth' })).status).toBe(303)
    const refused = await peer.post(`/reflections/${first}/report`, { reason: 'One more' })
    expect(refused.status).toBe(429)
    expect(await refused.text()).toContain('One more</textarea>')
    expect((await peer.post(`/reflections/${id}/report`, { reason: 'In other words' })).status).toBe(303)
    site.clock.advance({ hours: 24 })
    expect((await peer.post(`/reflections/${first}/report`, { reason: 'Tomorrow' })).status).toBe(303)
  })

  test('a repeated report does not reopen a settled one', async () => {
    using here = await withPost()
    const { guide, id, peer, site } = here
    const form = { reason: 'Look', once: 'the-same' }
    await peer.post(`/reflections/${id}/report`, form)
    await guide.post(`/reflections/${id}/settle`, { from: 'cohort' })
    expect((await peer.post(`/reflections/${id}/report`, form)).status).toBe(303)
    expect(site.db.prepare('SELECT count(*) FROM report WHERE settled_at IS NULL').pluck().get()).toBe(0)
  })
})

describe('a site admin', () => {
  test.each(['guides', 'cohort'] as const)('reads what was reported until it is settled (%s)', async (audience) => {
    using here = await withPost(audience)
    const { admin, guide, id } = here
    expect(await status(admin, `/reflections/${id}`)).toBe(404)
    await guide.post(`/reflections/${id}/report`, { reason: 'Please look' })
    expect(await status(admin, `/reflections/${id}`)).toBe(200)
    expect(await admin.read(`/reflections/${id}`)).not.toContain('An answer of hers.')
    expect(await admin.read('/admin/reports')).toContain('Words of it.')
    const settled = await admin.post(`/reflections/${id}/settle`, { from: 'site' })
    expect(settled.headers.get('location')).toBe('/admin/reports')
    expect(await status(admin, `/reflections/${id}`)).toBe(404)
    expect(await admin.read('/admin/reports?settled=1')).not.toContain('Words of it.')
  })

  test('reads a reported comment without its thread', async () => {
    using here = await withPost()
    const { admin, comment, guide, id } = here
    await guide.post(`/comments/${comment}/report`, { reason: 'Please look' })
    const page = await admin.read('/admin/reports')
    expect(page).toContain('An answer of hers.')
    expect(page).not.toContain('Words of it.')
    expect(await status(admin, `/reflections/${id}`)).toBe(404)
  })

  test('never reads a reported text that is private now', async () => {
    using here = await withPost()
    const { admin, cohort, id, learner, peer } = here
    await peer.post(`/reflections/${id}/report`, { reason: 'Please look' })
    await learner.post(cohort.at('/things/1/reflection'), { intent: 'publish', body: 'Mine now.', audience: 'me' })
    expect(await status(admin, `/reflections/${id}`)).toBe(404)
    const page = await admin.read('/admin/reports')
    expect(page).not.toContain('Mine now.')
    expect(page).not.toContain('A post')
    expect(page).toContain('Please look')
  })

  test('hides and restores reported texts only; others gain no access', async () => {
    using here = await withPost()
    const { admin, author, id, peer, site, stranger } = here
    expect((await admin.post(`/reflections/${id}/hide`, { note: 'No' })).status).toBe(404)
    await peer.post(`/reflections/${id}/report`, { reason: 'Please look' })
    for (const who of [author, stranger, peer]) {
      expect((await who.post(`/reflections/${id}/hide`, { note: 'No' })).status).toBe(404)
    }
    expect(await status(author, `/reflections/${id}`)).toBe(404)
    await admin.post(`/reflections/${id}/hide`, { note: 'A name stands in it.', from: 'site' })
    expect(await status(peer, `/reflections/${id}`)).toBe(404)
    expect(await status(admin, `/reflections/${id}`)).toBe(404)
    expect(await admin.read('/admin/reports?settled=1')).toContain('Show it again')
    await admin.post(`/reflections/${id}/restore`, { from: 'site' })
    expect(await status(peer, `/reflections/${id}`)).toBe(200)
    expect(site.db.prepare('SELECT hidden_note FROM reflection').pluck().get()).toBeNull()
  })
})

describe('hiding', () => {
  test('only author, guides and organisers read a hidden reflection; the thing stays done', async () => {
    using here = await withPost('world')
    const { cohort, guest, guide, id, learner, organiser, peer, site, stranger } = here
    expect((await guide.post(`/reflections/${id}/hide`, { note: 'Please take the name out.' })).status).toBe(303)
    for (const who of [peer, stranger, guest]) expect(await status(who, `/reflections/${id}`)).toBe(404)
    for (const who of [learner, guide, organiser]) {
      expect(await who.read(`/reflections/${id}`)).toContain('Please take the name out.')
    }
    const surfaces = [
      cohort.at('/reflections'),
      cohort.at('/reflections?q=words'),
      `/search?q=words`,
      `/people/${learner.handle}`,
      cohort.at(''),
    ]
    for (const path of surfaces) expect([path, await peer.read(path)]).not.toContain('Words of it.')
    expect(await guest.read(`/people/${learner.handle}/feed.xml`)).not.toContain('Words of it.')
    expect(await (await guest.get(`/people/${learner.handle}`)).text()).not.toContain('Words of it.')
    const enrolment = site.services.enrolments.find(learner.id, cohort.slug)
    expect(enrolment && site.services.progress.map(enrolment).done).toBe(1)
    expect(await guide.read('/admin/cohorts/spring/queue')).not.toContain('A post')
  })

  test('the author is notified of hiding, with the note, and of restoring', async () => {
    using here = await withPost()
    const { guide, id, learner, peer, site } = here
    await guide.post(`/reflections/${id}/hide`, { note: 'A kind note.' })
    expect(await newsOf(learner)).toContain('“A post” is hidden for now')
    expect(await newsOf(peer)).not.toContain('is hidden for now')
    await guide.post(`/reflections/${id}/restore`)
    expect(await newsOf(learner)).toContain('“A post” can be read again')
    expect(await peer.read(`/reflections/${id}`)).toContain('Words of it.')
    expect(kinds(site)).toEqual(expect.arrayContaining(['reflection.hidden', 'reflection.restored']))
    expect(site.db.prepare('SELECT group_concat(detail) FROM activity').pluck().get()).not.toContain('kind note')
  })

  test('hiding twice hides once, and settles the reports', async () => {
    using here = await withPost()
    const { guide, id, organiser, peer, site } = here
    await peer.post(`/reflections/${id}/report`, { reason: 'Please look' })
    await Promise.all([guide, organiser].map((who) => who.post(`/reflections/${id}/hide`, { note: `By ${who.name}` })))
    expect(kinds(site).filter((kind) => kind === 'reflection.hidden')).toHaveLength(1)
    expect(site.db.prepare('SELECT count(*) FROM report WHERE settled_at IS NULL').pluck().get()).toBe(0)
    expect(await guide.read(reports)).toContain('Nothing to look at')
    expect(await guide.read(`${reports}?settled=1`)).toContain('Please look')
  })

  test.each([{}, { note: '' }, { note: 'x'.repeat(501) }])('asks for a note (%#)', async (fields) => {
    using here = await withPost()
    const { guide, id, peer } = here
    const answer = await guide.post(`/reflections/${id}/hide`, fields as Record<string, string>)
    expect(answer.status).toBe(422)
    expect(await status(peer, `/reflections/${id}`)).toBe(200)
  })

  test('only its author, guides and organisers read a hidden comment', async () => {
    using here = await withPost()
    const { comment, guide, id, learner, organiser, peer, site } = here
    const third = here.cohort.enrol(site.person())
    await guide.post(`/comments/${comment}/hide`, { note: 'Too sharp.' })
    for (const who of [learner, third]) expect(await who.read(`/reflections/${id}`)).not.toContain('An answer of hers.')
    for (const who of [peer, guide, organiser]) {
      const page = await who.read(`/reflections/${id}`)
      expect(page).toContain('An answer of hers.')
      expect(page).toContain('Too sharp.')
    }
    expect(await learner.read('/search?q=answer&kind=answers')).not.toContain('An answer of hers.')
    expect(await newsOf(peer)).toContain('Your answer under “A post” is hidden for now')
    expect(await newsOf(learner)).not.toContain('An answer of hers.')
    expect(await guide.read('/admin/cohorts/spring/queue?whose=all')).toContain('A post')
    const enrolment = site.services.enrolments.find(guide.id, 'spring')
    expect(enrolment && site.services.stream.unanswered(enrolment).count).toBe(1)
    await organiser.post(`/comments/${comment}/restore`)
    expect(await learner.read(`/reflections/${id}`)).toContain('An answer of hers.')
    expect(await guide.read('/admin/cohorts/spring/queue?whose=all')).not.toContain('A post')
  })

  test('a hidden text that its author changes stays hidden until a moderator shows it', async () => {
    using here = await withPost()
    const { cohort, guide, id, learner, peer } = here
    await guide.post(`/reflections/${id}/hide`, { note: 'A name.' })
    await learner.post(cohort.at('/things/1/reflection'), { intent: 'publish', body: 'Without it.', audience: 'world' })
    expect(await status(peer, `/reflections/${id}`)).toBe(404)
    expect(await guide.read(`/reflections/${id}`)).toContain('Without it.')
  })

  test('a guide of another cohort, a learner and a guest hide nothing', async () => {
    using here = await withPost('world')
    const { comment, foreignGuide, guest, id, peer } = here
    for (const path of [`/reflections/${id}`, `/comments/${comment}`]) {
      for (const act of ['hide', 'restore', 'settle']) {
        expect((await foreignGuide.post(`${path}/${act}`, { note: 'No' })).status).toBe(404)
        expect((await peer.post(`${path}/${act}`, { note: 'No' })).status).toBe(404)
        expect((await guest.post(`${path}/${act}`, { note: 'No' })).status).toBe(403)
      }
    }
  })

  test('deleting a comment deletes its reports', async () => {
    using here = await withPost()
    const { comment, id, learner, peer, site } = here
    site.services.comments.write(id, learner.id, 'A reply.', comment)
    await learner.post(`/comments/${comment}/report`, { reason: 'Please look' })
    await peer.post(`/comments/${comment}/delete`)
    expect(site.db.prepare('SELECT count(*) FROM report').pluck().get()).toBe(0)
  })
})
