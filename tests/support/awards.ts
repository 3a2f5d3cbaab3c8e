import { testSite } from './site.ts'

/** A site in which a learner has just earned an award, with the usual cast. */
export async function awarded({ base_url, time_zone }: { base_url?: string; time_zone?: string } = {}) {
  const site = await testSite({ now: '2026-05-04T10:00:00Z', ...(base_url ? { base_url } : {}) })
  const cast = site.cast(time_zone ? { time_zone } : {})
  site.reflection(cast.learner, cast.cohort)
  const id =
    site.db.prepare<[number], string>('SELECT id FROM award WHERE person_id = ?').pluck().get(cast.learner.id) ?? ''
  const file = async (name: string) =>
    Buffer.from(await (await cast.learner.get(`/awards/${id}/${name}`)).arrayBuffer())
  return { site, ...cast, id, file, [Symbol.dispose]: () => site[Symbol.dispose]() }
}
