import type { TestSite } from '../support/site.ts'

const SYLLABLES = [
  'ka',
  'lo',
  'mi',
  're',
  'tu',
  'san',
  'phon',
  'bra',
  'ti',
  'no',
  'vel',
  'ze',
  'qui',
  'mo',
  'bil',
  'dar',
]
/** So many different words are used, the first of them in nearly every text and the last in hardly any. */
const WORDS = 30_000

/** The word of a rank; the same rank is always the same word. */
export function wordOf(rank: number): string {
  let word = ''
  for (let left = rank + 1; left > 0; left = Math.floor(left / SYLLABLES.length)) {
    word += SYLLABLES[left % SYLLABLES.length]
  }
  return word
}

/**
 * A cohort in which many people wrote much: texts of words as rare as words are (the rank of a word is its rarity), the
 * same each time. Every text says "everywhere", two reflections and two answers say "rarest". Audiences are mixed; a
 * tenth waits for an answer.
 */
export function library(
  site: TestSite,
  cohort_id: number,
  { people, reflections, comments }: { people: number; reflections: number; comments: number },
): void {
  const { db } = site
  let state = 7
  const chance = () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
  const text = (words: number) =>
    Array.from({ length: words }, () => wordOf(Math.floor(Math.exp(chance() * Math.log(WORDS))) - 1)).join(' ')
  const now = site.clock.now().toString({ fractionalSecondDigits: 3 })
  const person = db.prepare(
    "INSERT INTO person (email, name, handle, password_hash, created_at) VALUES (:key || '@library.example', :key, :key, 'x', :now)",
  )
  const pod = db.prepare('INSERT INTO pod (cohort_id, name, made_at) VALUES (:cohort_id, :key, :now)')
  const enrolment = db.prepare(
    'INSERT INTO enrolment (cohort_id, person_id, goal, joined_at, seen_at, pod_id) VALUES (:cohort_id, :person_id, 12, :now, :now, :pod_id)',
  )
  const reflection = db.prepare(`
    INSERT INTO reflection (enrolment_id, cohort_id, person_id, thing_id, title, body, html, excerpt, renderer, audience, published_at, source, source_url)
    VALUES (:enrolment_id, :cohort_id, :person_id, :thing_id, :title, :body, :body, 'x', 'x', :audience, :now, 'outside', 'https://blog.example/')`)
  const comment = db.prepare(`
    INSERT INTO comment (reflection_id, person_id, body, html, renderer, audience, written_at)
    VALUES (:reflection_id, :person_id, :body, :body, 'x', :audience, :now)`)
  const things = db
    .prepare<[number], number>('SELECT thing_id FROM calendar_entry WHERE cohort_id = ? AND thing_id IS NOT NULL')
    .pluck()
    .all(cohort_id)
  const AUDIENCES = ['me', 'guides', 'pod', 'world', ...Array<string>(16).fill('cohort')]
  const audienceOf = (index: number) => AUDIENCES[index % AUDIENCES.length]

  db.transaction(() => {
    const pods = Array.from({ length: Math.ceil(people / 10) }, (_, index) =>
      Number(pod.run({ cohort_id, key: `Pod ${index}`, now }).lastInsertRowid),
    )
    const cast = Array.from({ length: people }, (_, index) => {
      const person_id = Number(person.run({ key: `reader-${index}`, now }).lastInsertRowid)
      const row = { cohort_id, person_id, pod_id: pods[Math.floor(index / 10)], now }
      return { person_id, enrolment_id: Number(enrolment.run(row).lastInsertRowid) }
    })
    const ids = Array.from({ length: reflections }, (_, index) => {
      const rarest = index % Math.ceil(reflections / 2) === 5 ? ' rarest' : ''
      const row = {
        ...cast[(index * 7) % people],
        cohort_id,
        thing_id: things[index % things.length],
        title: `${wordOf(index % WORDS)} ${index}`,
        body: `everywhere ${text(60 + Math.floor(chance() * 80))}${rarest}`,
        audience: rarest ? 'cohort' : audienceOf(index),
        now,
      }
      return Number(reflection.run(row).lastInsertRowid)
    })
    for (let index = 0; index < comments; index++) {
      const at = index % ids.length
      if (at % 10 === 9) continue
      const rarest = index % Math.ceil(comments / 2) === 5 ? ' rarest' : ''
      comment.run({
        reflection_id: ids[at],
        person_id: cast[(index * 11 + 1) % people]?.person_id,
        body: `everywhere ${text(10 + Math.floor(chance() * 20))}${rarest}`,
        audience: rarest ? 'cohort' : audienceOf(at),
        now,
      })
    }
  })()
  site.services.search.indexAll()
}
