import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeArchive } from '../../server/courses/archive.ts'
import { writeCourse } from '../../server/courses/folder.ts'
import { wordsOfThing } from '../../server/courses/translation-words.ts'
import { photo } from '../images/photos.ts'
import { badgeWith } from '../support/badges.ts'
import { desktop, phone } from '../support/browser.ts'
import { certificateOf } from '../support/certificates.ts'
import { followedBlog } from '../support/feeds.ts'
import { examineEvery, expectAccessible, expectNoOverflow, openPage } from '../support/journey.ts'
import { type TestSite, testSite } from '../support/site.ts'

let site: TestSite
let cast: ReturnType<TestSite['cast']>
let reflection = 0
let outside = 0
let award = ''
let certificate = ''
/** A ZIP of a course that waits to be taken in. */
let sent = ''

const LONG = 'Zanele Mthembu-Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff'

beforeAll(async () => {
  site = await testSite({ now: '2026-04-15T07:00:00Z' })
  cast = site.cast({ title: 'Spring at the Harbour Libraries and all branches' })
  const { cohort, learner, peer } = cast
  const long = cohort.enrol(
    site.person({ name: LONG, workplace: "Children's and young people's services, Hill Branch" }),
  )
  certificateOf(site, cast.author.id)
  for (const number of [1, 2, 3, 4, 5]) site.reflection(learner, cohort, { number })
  const title = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
  const body = `# Big\n\nText with https://example.org/${'long'.repeat(60)}\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n\`\`\`\ncode ${'x'.repeat(200)}\n\`\`\`\n\n> quote\n\n- one\n- two`
  reflection = site.reflection(long, cohort, { title, body, audience: 'world' })
  site.pod(cohort, [learner, long], 'The long-distance readers of the northern branches and the bus')
  site.services.pods.setSwitches(cohort.id, { open: true, ask: true }, cohort.organiser.id)
  outside = followedBlog(site, learner, cohort, { posts: 6, title: LONG })
  await peer.post(`/reflections/${reflection}/comments`, { body: 'An answer.' })
  await learner.post(`/reflections/${reflection}/comments`, { body: 'Mine.' })
  const { announcements, cohortSettings, waiting } = site.services
  const welcome = `# Welcome\n\nhttps://example.org/${'long'.repeat(60)}`
  announcements.write({ cohort_id: cohort.id, by: cohort.organiser.id, title: LONG, body, pinned: true })
  cohortSettings.change(cohort.id, { capacity: 2, welcome }, cohort.organiser.id)
  for (const { id } of [cast.admin, cast.stranger]) waiting.come({ cohort_id: cohort.id, person_id: id, wait: true })
  const list = `e-mail,name,pod,${LONG}\n${'long'.repeat(15)}@library.example,${LONG},${LONG}\n${'no'.repeat(60)},${LONG}`
  await cast.organiser.post(`/admin/cohorts/${cohort.slug}/import`, { list })
  const { id: badge_id } = badgeWith(
    site,
    { kind: 'judged', ask: `${LONG} ${LONG}` },
    { title: 'Shown', meaning: LONG },
  )
  badgeWith(site, { kind: 'by-hand' }, { title: LONG })
  const claim = {
    badge_id,
    person_id: learner.id,
    cohort_id: cohort.id,
    evidence: `https://example.org/${'long'.repeat(60)}`,
  }
  site.services.giving.claim(claim)
  site.services.giving.askMore(1, cohort.id, { by: cast.guide.id, note: LONG, evidence: claim.evidence })
  const sheet = site.services.enrolments.of(learner.id, cohort.slug)
  const things = site.services.courses.bySlug('course-23')?.things ?? []
  if (sheet) site.services.hours.state(sheet, new Map(things.slice(0, 4).map(({ id }) => [id, 500])))
  certificate = site.services.certificates.ofPerson(long.id)[0]?.id ?? ''
  award = site.db.prepare<[number], string>('SELECT id FROM award WHERE person_id = ?').pluck().get(learner.id) ?? ''
  const { moderation, savedAnswers } = site.services
  moderation.report({ kind: 'reflection', id: reflection }, peer.id, `${'Long '.repeat(20)}${'x'.repeat(90)}`)
  moderation.report({ kind: 'comment', id: 1 }, learner.id, 'Not kind.')
  const looked_at = moderation.find({ kind: 'comment', id: 1 }, cohort.organiser.id)
  if (looked_at) moderation.hide(looked_at, cohort.organiser.id, 'Said in a friendlier way it can stay.')
  savedAnswers.make(cohort.organiser.id, { title: `Welcome ${'y'.repeat(80)}`, body: 'Hello {name}' })
  site.services.blocks.block(
    cohort.id,
    site.services.cohorts.member(cohort.id, cohort.enrol(site.person({ name: LONG })).handle)!,
    'stay',
    cohort.organiser.id,
  )
  site.db
    .prepare(`
      INSERT INTO job (kind, about, payload, due_at, attempt, reason, outcome, added_at, ended_at)
      VALUES ('mail.invitation', ?, '{}', :now, 8, ?, 'dead', :now, :now), ('feeds.read', NULL, '{}', :now, 0, NULL, NULL, :now, NULL)`)
    .run(`${'long'.repeat(15)}@library.example`, `550 <${'long'.repeat(15)}@library.example>: No such person`, {
      now: '2026-04-15T07:00:00.000Z',
    })
  const { courses } = site.services
  const thing_id = courses.bySlug('course-23')?.things[0]?.id ?? 0
  const { outline } = courses.thingText(thing_id)!
  courses.changeThing(thing_id, { ...outline, title, body }, { seen: 1, by: cast.author.id })
  const words = { ...wordsOfThing(outline), title: LONG, body }
  const saving = { language: 'da', seen: 0, from: '0123456789ab', from_revision: 1, by: cast.author.id }
  courses.translateThing(thing_id, words, saving)
  const link = `https://example.org/${'long'.repeat(60)}`
  const { reports } = site.services.upkeep
  for (const { id } of [learner, peer]) {
    reports.report(thing_id, { person_id: id, cohort_id: cohort.id }, { kind: 'closed', line: LONG, link })
  }
  site.db
    .prepare(`
      INSERT INTO link_check (id, url, host, checked_at, status, trouble, since)
      VALUES (1, ?, 'example.org', '2026-04-12T07:00:00.000Z', 404, 'dead', '2026-04-10T07:00:00.000Z')`)
    .run(link)
  site.db.prepare('INSERT INTO link_place (link_id, thing_id) VALUES (1, ?)').run(thing_id)
  courses.keepDraft(thing_id, { ...outline, title: LONG, body }, { seen: 2, draft: 0, by: cast.author.id })
  courses.copyCourse('course-23', 'Copy', cast.author.id)
  courses.hideThing(site.course(), 'thing-23', cast.author.id)
  sent = await sendCourse()
  site.services.settings.set('imprint', body)
  await site.services.backups.make()
})
/** A picture for the course, and its ZIP as somebody sends it who changed a thing. @returns where it waits */
async function sendCourse(): Promise<string> {
  const { courses, images, incoming } = site.services
  const picture = await images.receive(Readable.from([await photo({ width: 900 })]), `${'long-'.repeat(9)}.jpg`)
  await courses.pictures.add(site.course(), picture, cast.author.id)
  const outline = courses.exportCourse('course-23')!
  for (const thing of outline.things.slice(2, 5)) thing.body = `${thing.body} And ${'more'.repeat(60)}.`
  outline.things.push({ ...outline.things[0]!, slug: 'brand-new', title: LONG })
  const { pictures } = (await courses.courseFolder('course-23'))!
  const zip = path.join(site.config.data_dir, 'course.zip')
  await writeFile(zip, await writeArchive({ texts: writeCourse(outline), pictures }))
  return incoming.keep(cast.author.id, zip, `${'long'.repeat(20)}.zip`)
}

afterAll(async () => {
  await site[Symbol.asyncDispose]()
})

const READERS = ['guest', 'learner', 'organiser', 'author', 'admin'] as const
type Who = (typeof READERS)[number]

function pages(): [Who, string][] {
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
