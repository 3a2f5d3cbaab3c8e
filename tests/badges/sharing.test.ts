import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { canTypeset, fitting, widthOf } from '../../server/badges/drawing/ring-text.ts'
import { drawCard } from '../../server/badges/drawing/social-card.ts'
import { awarded } from '../support/fixtures/award.ts'

const PAPERS = ['', '/card.png', '/credential.json', '/credential.jwt', '/badge.svg', '/badge.png']

test('only its holder sees an award before it is shared, in every format', async () => {
  using here = await awarded()
  const { guest, peer, guide, organiser, stranger, admin, author } = here
  for (const paper of PAPERS) {
    for (const other of [guest, peer, guide, organiser, stranger, admin, author])
      expect((await other.get(`/awards/${here.id}${paper}`)).status).toBe(404)
    expect((await here.learner.get(`/awards/${here.id}${paper}`)).status).toBe(200)
  }
})

test('shown, everybody sees it; hidden again, nobody does', async () => {
  using here = await awarded()
  const seen = async () =>
    (await Promise.all(PAPERS.map((paper) => here.guest.get(`/awards/${here.id}${paper}`)))).map(({ status }) => status)
  await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
  expect(await seen()).toEqual(PAPERS.map(() => 200))
  await here.learner.post(`/awards/${here.id}/share`, { shared: '0' })
  expect(await seen()).toEqual(PAPERS.map(() => 404))
})

test('only its holder decides that', async () => {
  using here = await awarded()
  for (const other of [here.peer, here.guide, here.organiser, here.admin])
    expect((await other.post(`/awards/${here.id}/share`, { shared: '1' })).status).toBe(404)
  await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
  expect((await here.peer.post(`/awards/${here.id}/share`, { shared: '0' })).status).toBe(404)
  expect((await here.guest.post(`/awards/${here.id}/share`, { shared: '0' })).status).toBe(403)
  expect((await here.guest.get(`/awards/${here.id}`)).status).toBe(200)
  expect((await here.learner.post(`/awards/${here.id}/share`, { shared: 'perhaps' })).status).toBe(422)
})

test('a revoked badge says so, tells its holder why, and is shared no more', async () => {
  using here = await awarded()
  await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
  here.site.db
    .prepare("UPDATE award SET revoked_at = '2026-05-04T11:00:00.000Z', revoked_why = 'Given by a slip' WHERE id = ?")
    .run(here.id)
  const mine = await here.learner.read(`/awards/${here.id}`)
  expect(mine).toContain('This badge was revoked on 4 May 2026')
  expect(mine).toContain('Given by a slip')
  const theirs = await here.guest.read(`/awards/${here.id}`)
  expect([theirs.includes('was revoked'), theirs.includes('Given by a slip')]).toEqual([true, false])
  expect((await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })).status).toBe(409)
})

test('the evidence is named only where the holder shares it and everybody may read it', async () => {
  using here = await awarded()
  const evidence = async () => (await (await here.learner.get(`/awards/${here.id}/credential.json`)).json()).evidence
  await here.learner.post(`/awards/${here.id}/share`, { shared: '1', evidence_shared: '1' })
  // the cohort reads it, the world does not
  expect(await evidence()).toBe(undefined)
  here.site.db.prepare("UPDATE reflection SET audience = 'world'").run()
  here.site.db.prepare('UPDATE cohort SET world_allowed = 1').run()
  expect(await evidence()).toMatchObject([{ name: 'What I tried' }])
  await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
  expect(await evidence()).toBe(undefined)
})

test('all at once: everything but treasures, and only in that cohort', async () => {
  using here = await awarded()
  const shared = () =>
    here.site.db.prepare<[number], 0 | 1>('SELECT shared FROM award WHERE person_id = ?').pluck().all(here.learner.id)
  await here.learner.post(here.cohort.at('/badges/share'), { shared: '1' })
  expect(shared()).toEqual([1])
  await here.learner.post(here.cohort.at('/badges/share'), { shared: '0' })
  here.site.db.prepare("UPDATE badge SET shape = 'gem' WHERE slug = 'first-reflection'").run()
  await here.learner.post(here.cohort.at('/badges/share'), { shared: '1' })
  expect(shared()).toEqual([0])
})

test('the card is a picture of the size that networks ask for', async () => {
  using here = await awarded()
  const bytes = await (await here.learner.get(`/awards/${here.id}/card.png`)).arrayBuffer()
  const { format, width, height } = await sharp(Buffer.from(bytes)).metadata()
  expect([format, width, height]).toEqual(['png', 1200, 630])
})

const badge = {
  id: 1,
  slug: 'a',
  version: 1,
  meaning: 'm',
  shape: 'circle',
  hue: 'teal',
  icon: null,
  number: 5,
  ring_text: null,
  picture: null,
  picture_data: null,
  rule: { kind: 'by-hand' },
  treasure: false,
} as const
const course = { id: 1, slug: 'c', title: 'Things', language: 'en', revision: 1 }
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('<script>alert(1)</script>', '\u202eevil', 'a'.repeat(300), '名前', 'مرحبا', '" onload="x'),
)

test('whatever people are called, a card is letters as paths and nothing else', () => {
  fc.assert(
    fc.property(hostile, hostile, (title, name) => {
      const svg = drawCard(
        { badge: { ...badge, title }, course, person: { id: 1, name, handle: 'h', email: 'e' } },
        'Site',
      )
      const [tags, names] = [new Set<string>(), new Set<string>()]
      const parser = new Parser(
        { onopentagname: (name) => tags.add(name), onattribute: (name) => names.add(name) },
        { xmlMode: true },
      )
      parser.end(svg)
      expect([...tags].filter((tag) => !['svg', 'g', 'path', 'rect', 'circle'].includes(tag))).toEqual([])
      expect([...names].filter((name) => /^on|href|src|style/.test(name))).toEqual([])
    }),
  )
})

test('a line that is too long ends as late as it can, and says so', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }).filter(canTypeset), fc.integer({ min: 60, max: 500 }), (line, width) => {
      const fits = fitting(line, 20, width)
      expect(widthOf(fits, 20) <= width || fits.length <= 2).toBe(true)
      if (fits === line) return
      expect(fits.endsWith('…')).toBe(true)
      // spaces at its end are left out, so that one more sign may be a space that would fit
      const one_more = Array.from(line).slice(0, Array.from(fits).length).join('')
      if (!/\s/.test(line)) expect(widthOf(`${one_more}…`, 20)).toBeGreaterThan(width)
    }),
  )
})

test('shared badges are on the person’s page, treasures for finders only, none in calm mode', async () => {
  using scene = await awarded()
  const { site, learner, peer, cohort, guest, id } = scene
  const at = `/people/${learner.handle}`
  const link = `href="/awards/${id}"`
  expect(await peer.read(at)).not.toContain(link)
  await learner.post(`/awards/${id}/share`, { shared: '1' })
  site.reflection(learner, cohort, { number: 2, audience: 'world' })
  expect(await peer.read(at)).toContain(link)
  expect(await guest.read(at)).toContain(link)
  site.db.prepare("UPDATE badge SET shape = 'gem' WHERE id = (SELECT badge_id FROM award WHERE id = ?)").run(id)
  expect(await peer.read(at)).not.toContain(link)
  expect(await learner.read(at)).toContain(link)
  site.db.prepare("UPDATE badge SET shape = 'circle' WHERE id = (SELECT badge_id FROM award WHERE id = ?)").run(id)
  site.db.prepare('UPDATE person SET calm = 1 WHERE id = ?').run(peer.id)
  expect(await peer.read(at)).not.toContain(link)
  site.db.prepare('UPDATE cohort SET calm = 1').run()
  expect(await guest.read(at)).not.toContain(link)
})
