import type { BadgeWords } from '../../server/badges/authoring/editing.ts'
import type { TestSite } from './site.ts'

/** A badge of the usual course that is switched on, with this rule. @returns its id and slug */
export function badgeWith(site: TestSite, rule: BadgeWords['rule'], more: Partial<BadgeWords> = {}) {
  const { badgeEditing: editing } = site.services
  const words: BadgeWords = {
    title: 'Night owl',
    meaning: 'You wrote when others slept.',
    shape: 'star',
    hue: 'violet',
    icon: 'moon',
    number: null,
    ring_text: null,
    rule,
    cohort_id: null,
    counts_from: null,
    counts_until: null,
    hint: null,
    hint_after_weeks: null,
    ...more,
  }
  const author = site.person({ role: 'author' })
  const course_id = site.course()
  const slug = editing.make(course_id, words, author.id)
  editing.put(course_id, slug, 'on', author.id)
  const made = editing.find(course_id, slug)
  if (!made) throw new Error('it was made')
  return { id: made.id, slug, course_id }
}
