import type { Database } from '../../db/open.ts'
import { type Badge, type BadgeLook, lookColumns } from '../badge.ts'
import type { Reach, Standing } from '../rules/rule-progress.ts'

/** What somebody holds keeps the words and the look under which it was given. A version never changes, so it is kept. */
export function createVersionLooks(db: Database) {
  // Triggers keep each version of a badge: badge_first_version, badge_next_version.
  const find = db.prepare<[string], BadgeLook & { badge_id: number; version: number }>(`
    SELECT badge_id, version, ${lookColumns('badge_version')}
      FROM json_each(?) AS asked
      JOIN badge_version ON badge_id = asked.value ->> 0 AND version = asked.value ->> 1`)
  const known = new Map<string, BadgeLook>()

  function learn(asked: [badge_id: number, version: number][]): void {
    const missing = asked.filter(([badge_id, version]) => !known.has(`${badge_id} ${version}`))
    if (missing.length === 0) return
    for (const { badge_id, version, ...look } of find.all(JSON.stringify(missing)))
      known.set(`${badge_id} ${version}`, look)
  }

  /** The standing with each award as it was given. */
  return function asAwarded(standing: Standing): Standing {
    learn(
      standing.reaches.flatMap(({ badge, award }) => (isOlder(badge, award) ? [[badge.id, award.badge_version]] : [])),
    )
    const reaches = standing.reaches.map((reach) => {
      const { badge, award } = reach
      if (!isOlder(badge, award)) return reach
      return { ...reach, badge: { ...badge, ...known.get(`${badge.id} ${award.badge_version}`) } }
    })
    return { ...standing, reaches }
  }
}

function isOlder(badge: Badge, award: Reach['award']): award is NonNullable<Reach['award']> {
  return award !== null && award.badge_version !== badge.version
}
