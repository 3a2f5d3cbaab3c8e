import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, phone } from '../support/browser.ts'
import { type FilledSite, filledSite, LONG } from '../support/filled-site.ts'
import { examineEvery, expectAccessible, expectNoOverflow, openPage } from '../support/journey.ts'

let filled: FilledSite
beforeAll(async () => {
  filled = await filledSite()
})

afterAll(async () => {
  await filled.site[Symbol.asyncDispose]()
})

const READERS = ['guest', 'learner', 'organiser', 'author', 'admin'] as const
type Who = (typeof READERS)[number]

function pages(): [Who, string][] {
  const { site, cast, reflection, outside, award, certificate, sent } = filled
  const { cohort, learner } = cast
  return [
    ['guest', '/'],
    ['guest', '/login'],
    ['guest', '/forgot'],
    ['guest', `/join/${cohort.slug}`],
    ['guest', '/courses/course-23'],
    ['guest', '/courses/course-23/things/1'],
    ['guest', '/no/such/page'],
    ['guest', `/reflections/${reflection}`],
    ['learner', cohort.at('')],
    ['learner', cohort.at('/things/1')],
    ['learner', cohort.at('/things/6')],
    ['learner', cohort.at('/things/20')],
    ['learner', cohort.at('/things/6/reflection')],
    ['learner', cohort.at('/reflections')],
    ['learner', cohort.at('/reflections?unanswered=1&thing=9')],
    ['learner', cohort.at('/reflections?q=text&person=somebody&mine=1')],
    ['learner', '/search'],
    ['learner', '/search?q=text'],
    ['learner', `/search?q=${LONG}`],
    ['learner', '/search?q=answer&kind=answers'],
    ['learner', `/reflections/${reflection}`],
    ['learner', `/reflections/${outside}`],
    ['learner', cohort.at('/badges')],
    ['learner', '/badges/safe-start'],
    ['learner', `/people/${learner.handle}`],
    ['learner', cohort.at('/pods')],
    ['learner', cohort.at('/pods/1')],
    ['learner', '/me'],
    ['learner', cohort.at('/blog')],
    ['organiser', cohort.at('/blog')],
    ['learner', '/notices'],
    ['author', '/notices'],
    ['guest', new URL(site.services.letterChoices.leaveHref(learner.id)).pathname],
    ['author', '/admin'],
    ['author', '/admin/courses'],
    ['author', '/admin/courses/course-23'],
    ['author', '/admin/courses/new'],
    ['author', '/admin/courses/import'],
    ['author', `/admin/courses/import/${sent}`],
    ['author', `/admin/courses/import/${sent}?into=fork.copy`],
    ['author', '/admin/courses/course-23/pictures'],
    ['author', '/admin/courses/course-23/order'],
    ['author', '/admin/courses/course-23/sets'],
    ['author', '/admin/courses/course-23/badges'],
    ['author', '/admin/courses/course-23/certificates'],
    ['author', '/admin/courses/course-23/certificates/1'],
    ['author', '/admin/courses/course-23/new-certificate'],
    ['organiser', `/admin${cohort.at('/certificates')}`],
    ['organiser', `/certificates/${certificate}/print`],
    ['guest', `/certificates/${certificate}`],
    ['learner', '/me/certificates'],
    ['learner', cohort.at('/hours')],
    ['learner', cohort.at('/hours/statement')],
    ['organiser', `/admin${cohort.at('/hours')}`],
    ['organiser', `/admin${cohort.at('/hours')}/${learner.handle}`],
    ['author', '/admin/courses/course-23/new-badge'],
    ['author', '/admin/courses/course-23/badges/safe-start'],
    ['author', '/admin/courses/course-23/badges/safe-start/versions'],
    ['author', '/admin/courses/course-23/badges/ten-answers/delete'],
    ['author', '/admin/courses/course-23/badges/safe-start/try?cohort=1'],
    ['author', '/admin/courses/course-23/badges/safe-start/replay'],
    ['organiser', `/admin${cohort.at('/awards')}`],
    ['organiser', `/admin${cohort.at('/awards')}/${award}/revoke`],
    ['organiser', `/admin${cohort.at('/claims')}`],
    ['organiser', `/admin${cohort.at('/give-badge')}`],
    ['learner', '/badges/shown'],
    ['learner', cohort.at('/badges/shown/ask')],
    ['author', '/admin/courses/course-23/changes'],
    ['author', '/admin/courses/course-23/about'],
    ['author', '/admin/courses/course-23/copy'],
    ['author', '/admin/courses/course-23/languages'],
    ['organiser', '/admin/cohorts/spring/grid?state=silent&sort=done'],
    ['author', '/admin/courses/course-23/languages/ar'],
    ['author', '/admin/courses/course-23/languages/da/remove'],
    ['author', '/admin/courses/course-23/things/thing-1/in/da'],
    ['author', '/admin/courses/course-23/archive'],
    ['author', '/admin/courses/course-23/add'],
    ['author', '/admin/courses/course-23/completion'],
    ['author', '/admin/upkeep'],
    ['author', '/admin/upkeep/links'],
    ['author', '/admin/courses/course-23/things/thing-1'],
    ['author', '/admin/courses/course-23/things/thing-1/revisions'],
    ['author', '/admin/courses/course-23/things/thing-1/revisions/1'],
    ['admin', '/admin'],
    ['admin', '/admin/people'],
    ['admin', `/admin/people?q=${LONG}`],
    ['admin', `/admin/people/${learner.handle}`],
    ['admin', `/admin/people/${learner.handle}/delete`],
    ['admin', '/admin/log'],
    ['admin', '/admin/log?group=site'],
    ['admin', '/admin/outbox'],
    ['admin', '/admin/pictures'],
    ['admin', '/admin/settings'],
    ['admin', '/admin/settings/pages'],
    ['admin', '/admin/settings/mail'],
    ['admin', '/admin/settings/people'],
    ['admin', '/admin/settings/backups'],
    ['guest', '/imprint'],
    ['admin', '/admin/cohorts/new'],
    ['admin', '/home'],
    ['organiser', `/admin/cohorts/${cohort.slug}`],
    ['organiser', `/admin/cohorts/${cohort.slug}/queue`],
    ['organiser', `/admin/cohorts/${cohort.slug}/confirmations`],
    ['organiser', `/admin/cohorts/${cohort.slug}/queue/answers`],
    ['organiser', `/admin/cohorts/${cohort.slug}/reports`],
    ['organiser', `/admin/cohorts/${cohort.slug}/reports?settled=1`],
    ['organiser', `/reflections/${reflection}`],
    ['organiser', `/reflections/${reflection}/hide?from=cohort`],
    ['admin', '/admin/reports'],
    ['organiser', `/admin/cohorts/${cohort.slug}/people`],
    ['organiser', `/admin/cohorts/${cohort.slug}/people?q=zzz`],
    ['organiser', `/admin/cohorts/${cohort.slug}/people/${cohort.organiser.handle}/remove`],
    ['organiser', `/admin/cohorts/${cohort.slug}/pods`],
    ['organiser', `/admin/cohorts/${cohort.slug}/pods/1`],
    ['organiser', `/admin/cohorts/${cohort.slug}/pods/make?by=interest&size=6&with_guides=1`],
    ['organiser', `/admin/cohorts/${cohort.slug}/grid`],
    ['organiser', `/admin/cohorts/${cohort.slug}/grid?sort=seen&q=${LONG.slice(0, 60)}`],
    ['organiser', `/admin/cohorts/${cohort.slug}/invitations`],
    ['organiser', `/admin/cohorts/${cohort.slug}/settings`],
    ['organiser', `/admin/cohorts/${cohort.slug}/announcements`],
    ['organiser', `/admin/cohorts/${cohort.slug}/announcements/1`],
    ['organiser', `/admin/cohorts/${cohort.slug}/announcements/1/remove`],
    ['organiser', `/admin/cohorts/${cohort.slug}/import`],
    ['organiser', `/admin/cohorts/${cohort.slug}/import/1`],
    ['admin', '/admin/people/import'],
    ['learner', cohort.at('/announcements')],
    ['admin', `/join/${cohort.slug}`],
    ['organiser', `/admin/cohorts/${cohort.slug}/poster`],
    ['organiser', `/admin/cohorts/${cohort.slug}/blogs`],
    ['organiser', `/admin/cohorts/${cohort.slug}/calendar`],
    ['organiser', `/admin/cohorts/${cohort.slug}/calendar?view=month`],
    ['organiser', `/admin/cohorts/${cohort.slug}/close`],
    ['organiser', `/admin/cohorts/${cohort.slug}/log`],
  ]
}

const inLight = { colorScheme: 'light' as const }

/** What holds in both colour schemes; rules about the structure give the same answer in the dark. */
async function expectFine(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await expectAccessible(page)
  await expectNoOverflow(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectAccessible(page, { tag: 'cat.color' })
  await expectNoOverflow(page)
}

async function expectTouchable(page: Page): Promise<void> {
  const small = await page.evaluate(() =>
    Array.from(document.querySelectorAll('.button, .bar a, .brand, .jump, summary, .rung, .chip, .tile > a, .steps li'))
      .filter((element) => element.getClientRects().length > 0)
      .filter((element) => !element.closest('.unseen'))
      .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML.slice(0, 120) }))
      .filter(({ box }) => box.height < 43.5 || box.width < 43.5)
      .map(({ box, html }) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`),
  )
  expect([page.url(), small]).toEqual([page.url(), []])
}

/** Nothing sticks out at 320 px, nor on a phone with text at 200%. */
async function expectRoomForLargeText(page: Page): Promise<void> {
  await resize(page, { width: 320, height: 640 })
  await expectNoOverflow(page)
  await resize(page, phone.viewport)
  await setTextSize(page, '200%')
  await expectNoOverflow(page)
  await setTextSize(page, '')
}

async function resize(page: Page, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size)
  expect(await page.evaluate((width) => matchMedia(`(width: ${width}px)`).matches, size.width)).toBe(true)
}

function setTextSize(page: Page, size: string): Promise<void> {
  return page.evaluate((fontSize) => {
    document.documentElement.style.fontSize = fontSize
  }, size)
}

test.each(READERS)(
  '%s pages, light and dark: axe finds nothing serious and nothing sticks out on a phone and on a desktop; on the phone targets are 44 px, and 320 px and large text fit',
  async (who) => {
    const { site, cast } = filled
    const page = await openPage(site, { ...phone, ...inLight }, who === 'guest' ? undefined : cast[who])
    await examineEvery(page)
    for (const [reader, address] of pages()) {
      if (reader !== who) continue
      await page.setViewportSize(phone.viewport)
      await page.goto(address)
      await expectFine(page)
      await expectTouchable(page)
      await expectRoomForLargeText(page)
      // loading it again for the desktop would give the same page: no style and no script asks for anything but the size
      await resize(page, desktop.viewport)
      await expectFine(page)
    }
    expect(page.accidents).toEqual([])
    await page.context().close()
  },
)

test('the links that an organiser has just made fit on a phone and on a desktop, with what is left to be mended', async () => {
  const { site, cast } = filled
  const names = `${LONG} <a@library.example>, ${'b'.repeat(60)}@library.example, ${'x'.repeat(90)}.library.example`
  for (const size of [phone, desktop]) {
    const page = await openPage(site, { ...size, ...inLight }, cast.organiser)
    await page.goto(`/admin/cohorts/${cast.cohort.slug}/invitations`)
    await page.getByLabel('Addresses').fill(names)
    await page.getByRole('button', { name: 'Make the links' }).click()
    await page.getByRole('heading', { name: '2 invitations' }).waitFor()
    await expectFine(page)
    expect(page.accidents).toEqual([])
    await page.context().close()
  }
})
