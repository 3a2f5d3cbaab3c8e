import type { Database } from '../../db/open.ts'
import { type Badge, type BadgeLook, lookColumns } from '../badge.ts'
import type { BadgeProgress, LearnerProgress } from '../rules/rule-progress.ts'

/** Shows an award in the version of its badge that it was made with. Versions never change, so they are kept in memory. */
export function createVersionSnapshots(db: Database) {
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

  /** The progress of a learner with each award in the version it was made with. */
  return function asAwarded(learner: LearnerProgress): LearnerProgress {
    learn(
      learner.badges.flatMap(({ badge, award }) => (isOlder(badge, award) ? [[badge.id, award.badge_version]] : [])),
    )
    const badges = learner.badges.map((progress) => {
      const { badge, award } = progress
      if (!isOlder(badge, award)) return progress
      return { ...progress, badge: { ...badge, ...known.get(`${badge.id} ${award.badge_version}`) } }
    })
    return { ...learner, badges }
  }
}

function isOlder(badge: Badge, award: BadgeProgress['award']): award is NonNullable<BadgeProgress['award']> {
  return award !== null && award.badge_version !== badge.version
}
