import { expect, test } from 'vitest'
import { fillSortNames } from '../../server/people/sort-names.ts'
import { type TestSite, testSite } from '../support/site.ts'

/** Accounts and enrolments whose sort name is not that of the name and workplace. */
const stale = ({ db }: TestSite) =>
  db
    .prepare(`
      SELECT name, person.sort_name, enrolment.sort_name AS copied FROM person
        LEFT JOIN enrolment ON enrolment.person_id = person.id
       WHERE person.sort_name IS NOT folded(name) OR person.sort_workplace IS NOT folded(workplace)
          OR enrolment.sort_name <> person.sort_name OR enrolment.sort_workplace IS NOT person.sort_workplace`)
    .all()

test('sort names follow names and workplaces, in every cohort that somebody is in', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  expect(stale(site)).toEqual([])
  await learner.post('/me', { name: 'Åsa Öberg', workplace: 'Søndre', scheme: 'system' })
  const copied = site.db.prepare('SELECT sort_name, sort_workplace FROM enrolment WHERE person_id = ?')
  expect(copied.get(learner.id)).toEqual({ sort_name: 'asa oberg', sort_workplace: 'sondre' })
  expect(stale(site)).toEqual([])
  site.services.people.deleteAccount(learner.id, 'stay')
  expect(copied.get(learner.id)).toEqual({ sort_name: 'asa oberg', sort_workplace: null })
  expect(stale(site)).toEqual([])
})

test('accounts from before sort names were kept get theirs when the site starts', async () => {
  using site = await testSite()
  site.cast()
  site.db.exec('UPDATE person SET sort_name = NULL, sort_workplace = NULL')
  expect(stale(site).length).toBeGreaterThan(5)
  fillSortNames(site.db)
  expect(stale(site)).toEqual([])
})
