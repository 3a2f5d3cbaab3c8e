import { expect, test } from 'vitest'
import type { ChecklistItem } from '../../server/site/checklist.ts'
import { type Actor, testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'

const open = (items: ChecklistItem[] | null) => items?.filter(({ done }) => !done).map(({ name }) => name)

function who({ id }: Actor, role: 'member' | 'author' | 'admin' = 'member') {
  return { id, role }
}

const BEFORE = '2026-02-20T07:00:00Z'

test('after setup an admin sees a checklist, each item with its page', async () => {
  using site = await testSite({ now: BEFORE })
  const admin = site.person({ role: 'admin' })
  const { checklist } = site.services
  expect(open(checklist.itemsFor(who(admin, 'admin')))).toEqual(['course', 'cohort', 'mail', 'phones'])
  site.course()
  expect(open(checklist.itemsFor(who(admin, 'admin')))).toEqual(['cohort', 'mail', 'phones'])
  const page = await admin.read('/admin')
  expect(page).toContain('Until the first cohort runs')
  for (const href of ['/admin/cohorts/new', '/admin/settings/mail']) expect(page).toContain(`href="${href}"`)
})

test('an organiser’s items are done by activity in the cohort', async () => {
  using site = await testSite({ now: BEFORE })
  const cohort = site.cohort()
  const left = () => open(site.services.checklist.itemsFor(who(cohort.organiser)))
  expect(left()).toEqual(['dates', 'guides', 'share', 'mail', 'phones'])
  cohort.enrol(site.person(), 'guide')
  expect(left()).toEqual(['dates', 'share', 'mail', 'phones'])
  cohort.enrol(site.person())
  expect(left()).toEqual(['dates', 'mail', 'phones'])
})

test('items that the database cannot tell are ticked by a button, by nobody else', async () => {
  using site = await testSite({ now: BEFORE })
  const cohort = site.cohort()
  const { organiser } = cohort
  const guide = cohort.enrol(site.person(), 'guide')
  const { checklist } = site.services
  const address = `/admin/cohorts/${cohort.slug}/checklist`
  expect((await guide.post(address, { item: 'dates' })).status).toBe(403)
  for (const item of ['dates', 'dates', 'share', 'mail', 'phones', 'nonsense', '']) {
    expect((await organiser.post(address, { item })).headers.get('location')).toBe('/admin#checklist')
  }
  expect(open(checklist.itemsFor(who(organiser)))).toEqual(['phones'])
  expect(site.db.prepare('SELECT item FROM checklist_tick ORDER BY item').pluck().all()).toEqual([
    'dates',
    'mail',
    'share',
  ])
})

test('a changed calendar, a mail server and a public address complete their items', async () => {
  await using post = await postOffice()
  using site = await testSite({ now: BEFORE, smtp_url: post.url, base_url: 'https://things.example.org' })
  const cohort = site.cohort()
  const { activity, checklist } = site.services
  activity.record('calendar.changed', { person_id: cohort.organiser.id, cohort_id: cohort.id })
  expect(open(checklist.itemsFor(who(cohort.organiser)))).toEqual(['guides', 'share'])
})

test('the checklist disappears for organiser and admin when a cohort with learners has started', async () => {
  using site = await testSite({ now: BEFORE })
  const cohort = site.cohort()
  const admin = site.person({ role: 'admin' })
  const { checklist } = site.services
  site.clock.set('2026-03-03T07:00:00Z')
  expect(checklist.itemsFor(who(cohort.organiser))).not.toBeNull()
  cohort.enrol(site.person())
  expect(checklist.itemsFor(who(cohort.organiser))).toBeNull()
  expect(checklist.itemsFor(who(admin, 'admin'))).toBeNull()
  expect(await admin.read('/admin')).not.toContain('Until the first cohort runs')
  expect(await cohort.organiser.read('/admin')).not.toContain('Until the first cohort runs')
})

test('an author who organises no cohort has no checklist', async () => {
  using site = await testSite({ now: BEFORE })
  const author = site.person({ role: 'author' })
  expect(site.services.checklist.itemsFor(who(author, 'author'))).toBeNull()
  expect((await author.get('/admin')).status).toBe(200)
})
