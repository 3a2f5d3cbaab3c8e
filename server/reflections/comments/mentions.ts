import { type Clock, instantText, nowText } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import type { MentionLinks } from '../markdown/markdown-mentions.ts'
import { type Audience, bindViewer, MAY_READ } from '../policy.ts'

/** What decides who may read a text: author, cohort, position and audience. */
export interface ReaderScope {
  /** 0 while it is not published. */
  reflection_id: number
  author_id: number
  enrolment_id: number
  cohort_id: number
  audience: Audience
  state: 'published' | 'hidden'
}

/** The mentions of one text. */
interface PreparedMentions {
  /** For the rendering. */
  links: MentionLinks
  /** Stores the mentions; call it in the transaction that writes the text. */
  save: (place: MentioningText) => void
  /** After rendering: true when a mention stayed plain text because of the hourly limit. */
  too_many: boolean
}

/** A person suggested while typing "@". */
interface Candidate {
  handle: string
  name: string
  workplace: string | null
}

type MentioningText = { comment_id: number } | { reflection_id: number }

const PER_TEXT = 10
const PER_HOUR = 30
const OFFERED_LANGUAGES = 6

/** SQL: a ReaderScope as the reflection `r`, published or not yet, that the rules of reading ask about. */
const AS_REFLECTION = `(
  SELECT :reflection_id AS id, :author_id AS person_id, :enrolment_id AS enrolment_id, :cohort_id AS cohort_id,
         :audience AS audience, :state AS state) AS r`
/** SQL: the enrolment `e` of a person of the cohort who reads in the ReaderScope. */
const IS_READER = `e.cohort_id = :cohort_id AND e.left_at IS NULL AND ${bindViewer('person.id', MAY_READ)}`

/** SQL: the id of the person whose handle it is, or was. */
const PERSON_OF_HANDLE = `coalesce((SELECT id FROM person WHERE handle = asked.value),
                                    (SELECT person_id FROM former_handle WHERE handle = asked.value))`

/** Mentions: "@handle" becomes a link and a notice only for people who may read the text. */
export function createMentions(db: Database, clock: Clock) {
  const asked = db.prepare<object, { id: number; handle: string; named: string }>(`
    SELECT person.id, person.handle, asked.value AS named
      FROM json_each(:handles) AS asked
     CROSS JOIN person ON person.id = ${PERSON_OF_HANDLE}
     CROSS JOIN enrolment AS e ON e.person_id = person.id
     CROSS JOIN ${AS_REFLECTION}
     WHERE ${IS_READER}
     ORDER BY asked.key LIMIT ${PER_TEXT}`)
  const suggested = db.prepare<object, Candidate>(`
    SELECT person.handle, person.name, person.workplace,
           (person.id = :author_id OR e.role <> 'learner' OR e.pod_id = (SELECT pod_id FROM enrolment WHERE id = :enrolment_id)
            OR EXISTS (SELECT 1 FROM comment
                        WHERE reflection_id = :reflection_id AND person_id = person.id AND audience = :audience)) AS near
      FROM enrolment AS e
     CROSS JOIN person ON person.id = e.person_id
     CROSS JOIN ${AS_REFLECTION}
     WHERE person.id <> :viewer AND (:q <> '' OR near)
       AND (instr(' ' || e.sort_name, ' ' || folded(:q)) OR instr(person.handle, lower(:q)) = 1) AND ${IS_READER}
     ORDER BY near DESC, e.sort_name, person.id LIMIT ${OFFERED_LANGUAGES}`)
  const inText = db
    .prepare<[number | null, number | null], number>(
      'SELECT person_id FROM mention WHERE comment_id = ? OR reflection_id = ? ORDER BY person_id',
    )
    .pluck()
  const known = db.prepare<object, { named: string; handle: string }>(`
    SELECT asked.value AS named, person.handle
      FROM json_each(:handles) AS asked JOIN person ON person.id = ${PERSON_OF_HANDLE}
     WHERE person.id = :author_id
        OR person.id IN (SELECT person_id FROM mention WHERE comment_id = :comment_id OR reflection_id = :reflection_id)`)
  const add = db.prepare('INSERT INTO mention (comment_id, reflection_id, person_id) VALUES (?, ?, ?)')
  const drop = db.prepare('DELETE FROM mention WHERE (comment_id = ? OR reflection_id = ?) AND person_id = ?')
  const hour = db
    .prepare<[number, string], number>('SELECT made FROM mention_hour WHERE person_id = ? AND began_at > ?')
    .pluck()
  const count = db.prepare(`
    INSERT INTO mention_hour (person_id, began_at, made) VALUES (:by, :now, :made)
    ON CONFLICT DO UPDATE
      SET made = CASE WHEN began_at > :hour_ago THEN made ELSE 0 END + :made,
          began_at = CASE WHEN began_at > :hour_ago THEN began_at ELSE :now END`)

  const hourAgo = () => instantText(clock.now().subtract({ hours: 1 }))
  const named = (place: MentioningText) => inText.all(...idsOf(place))

  return {
    /**
     * The mentions of a text that is about to be rendered: whom it names is looked up among those who read in the scope.
     * @param by who writes
     * @param changed where the text stands already, so that whom it named before costs nothing and is not told again
     */
    prepare(scope: ReaderScope, by: number, changed: MentioningText | null = null): PreparedMentions {
      const before = new Set(changed ? named(changed) : [])
      const people = new Set<number>()
      const prepared = { links, save, too_many: false }

      function links(handles: string[]): Map<string, string> {
        const found = asked.all({ ...scope, handles: JSON.stringify(handles) })
        let left = PER_HOUR - (hour.get(by, hourAgo()) ?? 0)
        const linked = found.filter(({ id }) => id === by || people.has(id) || before.has(id) || left-- > 0)
        prepared.too_many = linked.length < found.length
        for (const { id } of linked) if (id !== by) people.add(id)
        return linksTo(linked)
      }

      function save(place: MentioningText): void {
        const fresh = [...people].filter((id) => !before.has(id))
        const [comment_id, reflection_id] = idsOf(place)
        for (const id of before) if (!people.has(id)) drop.run(comment_id, reflection_id, id)
        for (const id of fresh) add.run(comment_id, reflection_id, id)
        if (fresh.length > 0) count.run({ by, now: nowText(clock), hour_ago: hourAgo(), made: fresh.length })
      }

      return prepared
    },

    /** The links of a text that is rendered anew as it stands: to whom it mentions already, and to its author. */
    linksOf(place: MentioningText, author_id: number | null): MentionLinks {
      const [comment_id, reflection_id] = idsOf(place)
      return (handles) => linksTo(known.all({ comment_id, reflection_id, author_id, handles: JSON.stringify(handles) }))
    },

    /**
     * Whom somebody may want to mention: who reads in the scope and has a name or handle that begins so. Before
     * anything is typed, those who are near: the author, guides, the pod, who answered already.
     */
    suggest: (scope: ReaderScope, viewer: number, q: string): Candidate[] =>
      suggested.all({ ...scope, viewer, q }).map(({ handle, name, workplace }) => ({ handle, name, workplace })),
  }
}

function linksTo(people: { named: string; handle: string }[]): Map<string, string> {
  return new Map(people.map(({ named, handle }) => [named, `/people/${handle}`]))
}

function idsOf(place: MentioningText): [comment_id: number | null, reflection_id: number | null] {
  return 'comment_id' in place ? [place.comment_id, null] : [null, place.reflection_id]
}

export type Mentions = ReturnType<typeof createMentions>
