import { instantText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'

interface BlogText {
  title: string
  body: string
  audience: 'me' | 'guides' | 'pod' | 'cohort' | 'world'
}

/** Blogs by key of their author, whose posts come from there. */
const BLOGS: Record<string, { title: string; url: string }> = {
  soren: { title: 'Bus 3, stop by stop', url: 'https://bus-three.example/' },
}

/** Marks all feeds as fetched 40 minutes ago, and due in 80 minutes. */
export function markFeedsRead(db: Database, now: Temporal.Instant): void {
  const [read_at, next_at] = [now.subtract({ minutes: 40 }), now.add({ minutes: 80 })].map(instantText)
  db.prepare('UPDATE feed SET tried_at = :read_at, read_at = :read_at, next_at = :next_at').run({ read_at, next_at })
}

/** Adds posts of external blogs as if they had been fetched; no request is made. */
export function createBlogs({ feeds, progress }: Services) {
  return {
    /** @returns the reflection's id; null for an author without an external blog */
    publish(key: string, enrolment: Enrolment, thing_id: number, { title, body, audience }: BlogText): number | null {
      const blog = BLOGS[key]
      if (!blog) return null
      const { title: name, url } = blog
      if (!feeds.ofEnrolment(enrolment.id)) {
        feeds.follow(enrolment, { url: `${url}feed`, site_url: url, title: name, extent: 'full', audience })
      }
      const tile = progress.map(enrolment).tiles.find(({ thing }) => thing.id === thing_id)
      if (!tile) return null
      const html = body
        .split(/\n\s*\n/)
        .map((words) => `<p>${words}</p>`)
        .join('')
      return feeds.addPost(enrolment, tile, { title, link: `${url}thing-${tile.number}`, html })
    },
  }
}
