import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../../server/db/open.ts'
import { BODIES, heldRequest } from '../../support/held-request.ts'
import { routesOf, sampleAddress } from '../../support/routes/route-list.ts'
import { type Actor, type TestSite, testSite } from '../../support/site.ts'

type Cast = ReturnType<TestSite['cast']>
type Losing = (site: TestSite, cast: Cast, actor: Actor) => void

const member = (site: TestSite, { cohort }: Cast, actor: Actor) => {
  const found = site.services.members.findByHandle(cohort.id, actor.handle)
  if (!found) throw new Error(`${actor.name} is not in the cohort`)
  return found
}

/** What somebody may lose while a request of theirs is under way. */
const LOSSES: Record<string, Losing> = {
  'was deactivated': (site, { admin }, actor) => {
    // admins are not deactivated by admins, so this one is an admin no longer first
    site.db.prepare("UPDATE person SET role = 'member' WHERE id = ?").run(actor.id)
    expect(site.services.people.deactivate(actor.id, admin.id)).toBe(true)
  },
  'signed out everywhere': (site, _cast, actor) => {
    site.db.prepare('DELETE FROM session WHERE person_id = ?').run(actor.id)
  },
  'was signed in for too long': (site, _cast, actor) => {
    site.db.prepare("UPDATE session SET expires_at = '2026-03-02T06:59:59.000Z' WHERE person_id = ?").run(actor.id)
  },
  'lost the site role': (site, _cast, actor) => {
    site.db.prepare("UPDATE person SET role = 'member' WHERE id = ?").run(actor.id)
  },
  'was removed from the cohort': (site, cast, actor) => {
    expect(site.services.members.remove(cast.cohort.id, member(site, cast, actor), 'stay', cast.organiser.id)).toBe(
      true,
    )
  },
  'was blocked': (site, cast, actor) => {
    // organisers are not blocked, so this one is an organiser no longer first
    site.services.members.setRole(cast.cohort.id, member(site, cast, actor), 'learner', cast.organiser.id)
    expect(site.services.blocks.block(cast.cohort.id, member(site, cast, actor), 'stay', cast.organiser.id)).toBe(true)
  },
  'became a learner': (site, cast, actor) => {
    expect(site.services.members.setRole(cast.cohort.id, member(site, cast, actor), 'learner', cast.organiser.id)).toBe(
      true,
    )
  },
}

const SIGNED_IN = ['was deactivated', 'signed out everywhere', 'was signed in for too long']
const IN_COHORT = [...SIGNED_IN, 'was removed from the cohort', 'was blocked']

/** Who may act by a policy, and what takes that away. A policy without an entry fails the test. */
const POLICIES: Record<string, { actor: (site: TestSite, cast: Cast) => Actor; losses: string[] }> = {
  'signed in': { actor: (site) => site.person(), losses: SIGNED_IN },
  author: { actor: (site) => site.person({ role: 'author' }), losses: [...SIGNED_IN, 'lost the site role'] },
  admin: { actor: (site) => site.person({ role: 'admin' }), losses: [...SIGNED_IN, 'lost the site role'] },
  enrolled: { actor: (site, { cohort }) => cohort.enrol(site.person()), losses: IN_COHORT },
  guiding: {
    actor: (site, { cohort }) => cohort.enrol(site.person(), 'guide'),
    losses: [...IN_COHORT, 'became a learner'],
  },
  organising: {
    actor: (site, { cohort }) => cohort.enrol(site.person(), 'organiser'),
    losses: [...IN_COHORT, 'became a learner'],
  },
  'enrolled admin': {
    actor: (site, { cohort }) => cohort.enrol(site.person({ role: 'admin' })),
    losses: [...IN_COHORT, 'lost the site role'],
  },
}

/** Every act that not just anybody may do, with each way to lose the right to it. */
function* losses(site: TestSite) {
  for (const { method, path, policies } of routesOf(site.services)) {
    if (method === 'get' || policies[0] === 'anybody') continue
    const policy = POLICIES[policies[0] ?? ''] ?? expect.fail(`no test knows the policy ${policies[0]} of ${path}`)
    for (const lost of policy.losses) yield { path, lost, actor: policy.actor }
  }
}

const REFUSED = new Set([403, 404])

const changes = (site: TestSite) => site.db.prepare('SELECT total_changes()').pluck().get()

test('an act whose form arrives after its right was lost is refused and writes nothing', async () => {
  await using site = await testSite()
  const cast = site.cast()
  const acts = [...losses(site)]
  expect(acts.length).toBeGreaterThan(400)
  const went: unknown[] = []
  for (const { path, lost, actor } of acts) {
    const who = actor(site, cast)
    const request = await heldRequest(site, who, sampleAddress(path))
    LOSSES[lost]?.(site, cast, who)
    const before = changes(site)
    const status = await request.finish(BODIES.form.text)
    if (!REFUSED.has(status) || changes(site) !== before) went.push([path, lost, status])
  }
  expect(went).toEqual([])
}, 120_000)

/** Where files are sent: their policy is asked before the body, so that nobody else's is read. */
const UPLOADS = [
  '/images',
  '/cohorts/:cohort/things/:n/reflection',
  '/admin/courses/import',
  '/admin/courses/:slug/pictures',
  '/admin/courses/:slug/badges/:badge/picture',
  '/admin/settings/logo',
  '/admin/cohorts/:cohort/import',
  '/admin/people/import',
]

test('an act whose files arrive after its right was lost is refused and writes nothing', async () => {
  await using site = await testSite()
  const cast = site.cast()
  const tried = new Set<string>()
  const went: unknown[] = []
  for (const { path, lost, actor } of losses(site)) {
    const takes_files = UPLOADS.includes(path)
    // other acts find no form in such a body and answer before it ends; an upload that is not listed writes, and is seen
    if (!takes_files && tried.has(path)) continue
    tried.add(path)
    const who = actor(site, cast)
    const address = sampleAddress(path.replace(':slug', 'course-23').replace(':badge', 'safe-start'))
    const request = await heldRequest(site, who, address, BODIES.upload.type)
    LOSSES[lost]?.(site, cast, who)
    const before = changes(site)
    const status = await request.finish(BODIES.upload.text)
    if (changes(site) !== before || (takes_files && !REFUSED.has(status))) went.push([path, lost, status])
  }
  expect(went).toEqual([])
  expect(UPLOADS.filter((path) => !tried.has(path))).toEqual([])
}, 120_000)

test('signing out ends what is under way, also while another process holds the database', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-'))
  {
    const file = path.join(folder, 'site.sqlite')
    await using site = await testSite({ file })
    const { learner, cohort } = site.cast()
    const request = await heldRequest(site, learner, cohort.at('/goal'))
    const other = openDatabase(file)
    other.exec('BEGIN IMMEDIATE')
    expect((await learner.post('/logout')).status).toBe(303)
    other.exec('ROLLBACK')
    other.close()
    expect(await request.finish('goal=5')).toBe(403)
  }
  rmSync(folder, { recursive: true })
})
