import { expect, test } from 'vitest'
import type { ChecklistItem } from '../../server/site/checklist.ts'
import { type Actor, testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'

const open = (items: ChecklistItem[] | null) => items?.filter(({ done }) => !done).map(({ name }) => name)

function who({ id }: Actor, role: 'member' | 'author' | 'admin' = 'member') {
  return { id, role }
}

const BEFORE = '2026-02-20T07:00:00Z'

test('after setting up, an admin sees what is to be done, each with the place where', async () => {
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

test('an organiser’s items are done by what happens in the cohort', async () => {
  using site = await testSite({ now: BEFORE })
  const cohort = site.cohort()
  const left = () => open(site.services.checklist.itemsFor(who(cohort.organiser)))
  expect(left()).toEqual(['dates', 'guides', 'share', 'mail', 'phones'])
  cohort.enrol(site.person(), 'guide')
  expect(left()).toEqual(['dates', 'share', 'mail', 'phones'])
  cohort.enrol(site.person())
  expect(left()).toEqual(['dates', 'mail', 'phones'])
})

test('what nothing tells is said by a button, once, and by nobody else', async () => {
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

test('a changed calendar was looked at; a mail server and a real address need no word', async () => {
  await using post = await postOffice()
  using site = await testSite({ now: BEFORE, smtp_url: post.url, base_url: 'https://things.example.org' })
  const cohort = site.cohort()
  const { activity, checklist } = site.services
  activity.record('calendar.changed', { person_id: cohort.organiser.id, cohort_id: cohort.id })
  expect(open(checklist.itemsFor(who(cohort.organiser)))).toEqual(['guides', 'share'])
})

test('the list goes away when the first cohort has begun with somebody in it, for organiser and admin', async () => {
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

test('an author who runs nothing has no list', async () => {
  using site = await testSite({ now: BEFORE })
  const author = site.person({ role: 'author' })
  expect(site.services.checklist.itemsFor(who(author, 'author'))).toBeNull()
  expect((await author.get('/admin')).status).toBe(200)
})
