import type { Actor, TestSite } from './site.ts'

/**
 * A blog elsewhere that somebody follows, as if it had been read: a third of its posts came, a third is asked about.
 * @returns the id of the first reflection that came from it
 */
export function followedBlog(
  site: TestSite,
  actor: Actor,
  cohort: { slug: string },
  { posts, title = 'Notes from the desk' }: { posts: number; title?: string },
): number {
  const { enrolments, feeds, externalPosts, progress } = site.services
  const enrolment = enrolments.find(actor.id, cohort.slug)
  const things = enrolment ? progress.openThings(enrolment) : []
  if (!enrolment || things.length === 0) throw new Error(`${actor.name} has nothing to write about`)
  const wishes = { url: `https://${actor.handle}.example/feed`, site_url: null, title, audience: 'cohort' } as const
  feeds.follow(enrolment, { ...wishes, extent: 'full' })
  const feed_id = feeds.ofEnrolment(enrolment.id)?.id ?? 0
  const insert = site.db.prepare(`
    INSERT INTO feed_item (feed_id, guid, link, title, published_at, hash, state, thing_id, guesses, reflection_id, source)
    VALUES (:feed_id, :guid, :link, :title, '2026-03-03T10:00:00.000Z', '', :state, :thing_id, :guesses, :reflection_id, '<p>Words.</p>')`)
  let first = 0
  for (let at = 0; at < posts; at++) {
    const thing = things[at % things.length]?.thing ?? things[0]!.thing
    const link = `https://${actor.handle}.example/${at}`
    const state = (['taken', 'asked', 'none'] as const)[at % 3] ?? 'none'
    const post = {
      title: `${title} ${at}`,
      html: '<p>Words.</p>',
      renderer: 'outside-1',
      source_url: link,
      published_at: '2026-03-03T10:00:00.000Z',
    }
    const place = { id: enrolment.id, person_id: actor.id, cohort_id: enrolment.cohort.id }
    const reflection_id = state === 'taken' ? externalPosts.add(place, thing, post, 'cohort').reflection_id : null
    first ||= reflection_id ?? 0
    const guesses = JSON.stringify(state === 'asked' ? [thing.id] : [])
    insert.run({
      feed_id,
      guid: String(at),
      link,
      title: post.title,
      state,
      thing_id: thing.id,
      guesses,
      reflection_id,
    })
  }
  return first
}
