import type { Courses } from '../../courses/courses.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import { IS_OPEN, MAY_READ } from '../../reflections/policy.ts'
import type { Settings } from '../../site/settings/settings.ts'
import { newToken, tokenHash } from '../../web/http/token.ts'

/** A reflection as feeds carry it. */
export interface FeedEntry {
  id: number
  title: string
  html: string
  published_at: string
  edited_at: string | null
  /** Where the original stands, where it was not written here. */
  source_url: string | null
  name: string
  handle: string
  thing: { number: number; title: string }
}

/** A cohort whose world reflections anybody may follow. */
interface FeedCohort {
  id: number
  slug: string
  title: string
}

/** Where the posts of somebody in a cohort can be followed. */
export interface Blog {
  name: string
  title: string
  /** Of the feed: an outside blog's own address, or a path of this site. */
  feed: string
  page: string | null
}

/** Whom a private address belongs to, and which cohort it tells of. */
interface Subscriber {
  person_id: number
  cohort_id: number
  slug: string
  title: string
}

type FeedEntryRow = Omit<FeedEntry, 'thing'> & {
  thing_id: number
  number: number
  course_id: number
  course_revision: number
}

const LATEST = 50
/** Characters of HTML in one feed: where posts are long, it has fewer of them. */
const MOST_HTML = 1_000_000

const ENTRY = `
  SELECT r.id, r.title, r.published_at, r.edited_at, r.source_url, r.thing_id, person.name, person.handle,
         calendar_entry.number, course.id AS course_id, course.revision AS course_revision, r.html
    FROM reflection AS r
    JOIN person ON person.id = r.person_id
    JOIN cohort ON cohort.id = r.cohort_id
    JOIN course ON course.id = cohort.course_id
    JOIN calendar_entry ON calendar_entry.cohort_id = r.cohort_id AND calendar_entry.thing_id = r.thing_id`

/** Reflections for feeds: world reflections for everybody, readable ones for members. */
export function createOutgoingFeeds(
  db: Database,
  clock: Clock,
  {
    courses,
    settings,
    base_url,
  }: {
    courses: Pick<Courses, 'content'>
    settings: Pick<Settings, 'get' | 'keep' | 'set'>
    base_url: string
  },
) {
  const hasReflections = db.prepare<[], 0 | 1>('SELECT EXISTS (SELECT 1 FROM reflection)').pluck()
  // the audience is named beside the policy so that the index of world reflections serves
  const ofPerson = db.prepare<{ person_id: number; viewer: 0 }, FeedEntryRow>(`
    ${ENTRY} WHERE r.person_id = :person_id AND r.audience = 'world' AND ${MAY_READ} ORDER BY r.id DESC LIMIT ${LATEST}`)
  const ofCohort = db.prepare<{ cohort_id: number; number: number | null; viewer: 0 }, FeedEntryRow>(`
    ${ENTRY} WHERE r.cohort_id = :cohort_id AND r.audience = 'world' AND ${MAY_READ}
              AND (:number IS NULL OR calendar_entry.number = :number)
     ORDER BY r.id DESC LIMIT ${LATEST}`)
  // private reflections are in no feed, not even their author's: feed readers store texts elsewhere
  const forMember = db.prepare<{ cohort_id: number; viewer: number }, FeedEntryRow>(`
    ${ENTRY} WHERE r.cohort_id = :cohort_id AND r.audience <> 'me' AND ${MAY_READ} AND ${IS_OPEN}
     ORDER BY r.id DESC LIMIT ${LATEST}`)
  const openCohort = db.prepare<[string], FeedCohort>(
    'SELECT id, slug, title FROM cohort WHERE slug = ? AND world_allowed = 1',
  )
  const hasThing = db
    .prepare<[number, number], 1>('SELECT 1 FROM calendar_entry WHERE cohort_id = ? AND number = ?')
    .pluck()
  const put = db.prepare(`
    INSERT INTO feed_address (enrolment_id, token_hash, made_at) VALUES (:enrolment_id, :token_hash, :now)
    ON CONFLICT (enrolment_id) DO UPDATE SET token_hash = excluded.token_hash, made_at = excluded.made_at`)
  const drop = db.prepare('DELETE FROM feed_address WHERE enrolment_id = ?')
  const madeAt = db.prepare<[number], string>('SELECT made_at FROM feed_address WHERE enrolment_id = ?').pluck()
  const subscriber = db.prepare<[string], Subscriber>(`
    SELECT enrolment.person_id, cohort.id AS cohort_id, cohort.slug, cohort.title
      FROM feed_address
      JOIN enrolment ON enrolment.id = enrolment_id AND enrolment.left_at IS NULL
      JOIN person ON person.id = enrolment.person_id AND person.deactivated_at IS NULL
      JOIN cohort ON cohort.id = enrolment.cohort_id
     WHERE token_hash = ?`)

  // an outside blog is named where its posts are for the cohort; who writes here is, once something is for the world
  const blogs = db.prepare<{ cohort_id: number }, Blog>(`
    SELECT person.name, feed.title, feed.url AS feed, feed.site_url AS page
      FROM feed
      JOIN enrolment ON enrolment.id = feed.enrolment_id AND enrolment.left_at IS NULL
      JOIN person ON person.id = enrolment.person_id
     WHERE feed.cohort_id = :cohort_id AND feed.state = 'on' AND feed.audience IN ('cohort', 'world')
    UNION ALL
    SELECT person.name, person.name, '/people/' || person.handle || '/feed.xml', '/people/' || person.handle
      FROM person
     WHERE person.id IN (SELECT r.person_id FROM reflection AS r
                          WHERE r.cohort_id = :cohort_id AND r.audience = 'world' AND r.source = 'hosted'
                            AND r.state = 'published'
                            AND (SELECT world_allowed FROM cohort WHERE cohort.id = :cohort_id) = 1)
     ORDER BY 1, 3`)

  function toEntry({ thing_id, number, course_id, course_revision, ...entry }: FeedEntryRow): FeedEntry {
    const title = courses.content(course_id, course_revision).thing(thing_id)?.title ?? ''
    return { ...entry, thing: { number, title } }
  }

  /** The newest, as many as fit into one feed; at least one. */
  function entriesOf(rows: Iterable<FeedEntryRow>): FeedEntry[] {
    const entries: FeedEntry[] = []
    let length = 0
    for (const row of rows) {
      length += row.html.length
      if (entries.length > 0 && length > MOST_HTML) break
      entries.push(toEntry(row))
    }
    return entries
  }

  return {
    /**
     * What the ids of feeds and their entries begin with: the site's address at the time of the first reflection. It
     * stays when the site moves to https or to another name, or feed readers would show everything anew.
     */
    idOrigin: (): string => settings.keep('feed_origin', base_url),

    /** At a start: ids begin with the address of now so long as nobody has written anything. */
    fixIdOrigin(): void {
      if (hasReflections.get() === 1) settings.keep('feed_origin', base_url)
      else if (settings.get('feed_origin') !== base_url) settings.set('feed_origin', base_url)
    },

    /** A person's reflections for the world, the newest first. */
    ofPerson: (person_id: number): FeedEntry[] => entriesOf(ofPerson.iterate({ person_id, viewer: 0 })),

    /** A cohort's reflections for the world, of all things or of the one with this number in its calendar. */
    ofCohort: (cohort_id: number, number: number | null): FeedEntry[] =>
      entriesOf(ofCohort.iterate({ cohort_id, number, viewer: 0 })),

    /** The cohort of a public feed; null where it keeps to itself, as if unknown. */
    openCohort: (slug: string, number: number | null): FeedCohort | null => {
      const cohort = openCohort.get(slug)
      return cohort && (number === null || hasThing.get(cohort.id, number)) ? cohort : null
    },

    /** The reflections that a member may read in the cohort; never private ones. */
    forMember: ({ person_id, cohort_id }: Subscriber): FeedEntry[] =>
      entriesOf(forMember.iterate({ viewer: person_id, cohort_id })),

    /** The blogs of a cohort's people, elsewhere and here, by name. */
    blogs: (cohort_id: number): Blog[] => blogs.all({ cohort_id }),

    /** Makes a member's private address; the one before tells nothing from now on. @returns its token, once */
    makeAddress(enrolment_id: number): string {
      const token = newToken()
      put.run({ enrolment_id, token_hash: tokenHash(token), now: nowText(clock) })
      return token
    },

    dropAddress(enrolment_id: number): void {
      drop.run(enrolment_id)
    },

    /** When the member's private feed address was created; null when there is none. */
    addressMadeAt: (enrolment_id: number): string | null => madeAt.get(enrolment_id) ?? null,

    /** The member to whom a token belongs, while they are in the cohort. */
    subscriber: (token: string): Subscriber | null => subscriber.get(tokenHash(token)) ?? null,
  }
}
