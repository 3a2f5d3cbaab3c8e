import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { expect } from 'vitest'
import { writeCourse } from '../../server/courses/format/course-files.ts'
import { wordsOfThing } from '../../server/courses/format/translatable-words.ts'
import { writeArchive } from '../../server/courses/format/zip.ts'
import { addPicture, flatPhoto, photo, sendForm } from '../images/photos.ts'
import { badgeWith } from './badges.ts'
import { certificateOf } from './certificates.ts'
import { followedBlog } from './feeds.ts'
import { type TestSite, testSite } from './site.ts'

type Cast = ReturnType<TestSite['cast']>

export const LONG = 'Zanele Mthembu-Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff'

export type FilledSite = Awaited<ReturnType<typeof filledSite>>

/** A site that has something on every page: long words and names, and one of each thing that a page is about. */
export async function filledSite() {
  const site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const cast = site.cast({ title: 'Spring at the Harbour Libraries and all branches' })
  const { cohort, learner, peer } = cast
  const long = cohort.enrol(
    site.person({ name: LONG, workplace: "Children's and young people's services, Hill Branch" }),
  )
  certificateOf(site, cast.author.id)
  for (const number of [1, 2, 3, 4, 5]) site.reflection(learner, cohort, { number })
  const title = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
  const body = `# Big\n\nText with https://example.org/${'long'.repeat(60)}\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n\`\`\`\ncode ${'x'.repeat(200)}\n\`\`\`\n\n> quote\n\n- one\n- two`
  const reflection = site.reflection(long, cohort, { title, body, audience: 'world' })
  site.pod(cohort, [learner, long], 'The long-distance readers of the northern branches and the bus')
  site.services.pods.setSettings(cohort.id, { open: true, ask: true }, cohort.organiser.id)
  const outside = followedBlog(site, learner, cohort, { posts: 6, title: LONG })
  await peer.post(`/reflections/${reflection}/comments`, { body: 'An answer.' })
  await learner.post(`/reflections/${reflection}/comments`, { body: 'Mine.' })
  const { announcements, cohortSettings, waitingList } = site.services
  const welcome = `# Welcome\n\nhttps://example.org/${'long'.repeat(60)}`
  announcements.write({ cohort_id: cohort.id, by: cohort.organiser.id, title: LONG, body, pinned: true })
  cohortSettings.change(cohort.id, { capacity: 2, welcome }, cohort.organiser.id)
  for (const { id } of [cast.admin, cast.stranger])
    waitingList.joinOrWait({ cohort_id: cohort.id, person_id: id, wait: true })
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
  site.services.claims.submit(claim)
  site.services.claims.askMore(1, cohort.id, { by: cast.guide.id, note: LONG, evidence: claim.evidence })
  const sheet = site.services.enrolments.find(learner.id, cohort.slug)
  const things = site.services.courses.bySlug('course-23')?.things ?? []
  if (sheet) site.services.hours.state(sheet, new Map(things.slice(0, 4).map(({ id }) => [id, 500])))
  const certificate = site.services.certificates.ofPerson(long.id)[0]?.id ?? ''
  const award =
    site.db.prepare<[number], string>('SELECT id FROM award WHERE person_id = ?').pluck().get(learner.id) ?? ''
  const { moderation, savedReplies } = site.services
  moderation.report({ kind: 'reflection', id: reflection }, peer.id, `${'Long '.repeat(20)}${'x'.repeat(90)}`)
  moderation.report({ kind: 'comment', id: 1 }, learner.id, 'Not kind.')
  const looked_at = moderation.find({ kind: 'comment', id: 1 }, cohort.organiser.id)
  if (looked_at) moderation.hide(looked_at, cohort.organiser.id, 'Said in a friendlier way it can stay.')
  savedReplies.add(cohort.organiser.id, { title: `Welcome ${'y'.repeat(80)}`, body: 'Hello {name}' })
  site.services.blocks.block(
    cohort.id,
    site.services.cohorts.findByHandle(cohort.id, cohort.enrol(site.person({ name: LONG })).handle)!,
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
  const { courses, courseAuthoring, courseTranslations, courseTransfer } = site.services
  const thing_id = courses.bySlug('course-23')?.things[0]?.id ?? 0
  const { outline } = courseAuthoring.thingText(thing_id)!
  courseAuthoring.changeThing(thing_id, { ...outline, title, body }, { seen: 1, by: cast.author.id })
  const words = { ...wordsOfThing(outline), title: LONG, body }
  const saving = { language: 'da', seen: 0, from: '0123456789ab', from_revision: 1, by: cast.author.id }
  courseTranslations.translateThing(thing_id, words, saving)
  const link = `https://example.org/${'long'.repeat(60)}`
  const { reports } = site.services.maintenance
  for (const { id } of [learner, peer]) {
    reports.report(thing_id, { person_id: id, cohort_id: cohort.id }, { kind: 'closed', line: LONG, link })
  }
  site.db
    .prepare(`
      INSERT INTO link_check (id, url, host, checked_at, status, trouble, since)
      VALUES (1, ?, 'example.org', '2026-04-12T07:00:00.000Z', 404, 'dead', '2026-04-10T07:00:00.000Z')`)
    .run(link)
  site.db.prepare('INSERT INTO link_place (link_id, thing_id) VALUES (1, ?)').run(thing_id)
  courseAuthoring.saveDraft(thing_id, { ...outline, title: LONG, body }, { seen: 2, draft: 0, by: cast.author.id })
  courseTransfer.copyCourse('course-23', 'Copy', cast.author.id)
  courseAuthoring.hideThing(site.course(), 'thing-23', cast.author.id)
  const sent = await sendCourse(site, cast.author.id)
  for (const name of ['imprint', 'privacy'] as const) site.services.settings.set(name, body)
  const { name: backup } = await site.services.backups.make()
  const made = await madeByForms(cast, award)
  await site.services.jobs.runDue()
  const over = site.cohort({ title: 'Autumn', slug: 'autumn', starts_on: '2025-08-04' })
  const adminInside = cohort.enrol(site.person({ role: 'admin' }))
  const alumna = over.enrol(site.person())
  // without an admin, and with a colour of its own
  const newSite = await testSite()
  newSite.services.settings.set('marker_colour', '#ffe08a')
  return {
    site,
    cast: { ...cast, adminInside, alumna },
    outside,
    samples: {
      ':cohort': cohort.slug,
      '/cohorts/:cohort/later': over.at('/later'),
      '/people/:handle/feed.xml': `/people/${long.handle}/feed.xml`,
      '/people/:handle/feed.json': `/people/${long.handle}/feed.json`,
      '/admin/cohorts/:cohort/pods/make': `/admin${cohort.at('/pods/make?by=interest&size=6&with_guides=1')}`,
      '/admin/courses/:slug/delete': '/admin/courses/empty/delete',
      ':slug': 'course-23',
      '/badges/:slug': 'safe-start',
      ':thing': 'thing-1',
      ':n': '1',
      ':language': 'da',
      ':badge': 'safe-start',
      '/cohorts/:cohort/badges/:badge': 'shown',
      '/admin/courses/:slug/badges/:badge/delete': '/admin/courses/course-23/badges/ten-answers/delete',
      '/achievements/:badge': 'shown',
      ':version': '1',
      ':design': '1',
      ':pod': '1',
      ':handle': learner.handle,
      ':id': '1',
      '/reflections/:id': String(reflection),
      // the first is hidden already
      '/comments/:id': '2',
      '/admin/courses/import/:id': sent,
      ':award': award,
      ':certificate': certificate,
      '/admin/settings/:page': 'people',
      '/admin/settings/backups/:name': backup,
      '/unsubscribe/:token':
        new URL(site.services.emailPreferences.unsubscribeHref(learner.id)).pathname.split('/').at(-1) ?? '',
      '/theme.css': `${newSite.origin}/theme.css`,
      '/setup': `${newSite.origin}/setup?token=${newSite.services.setup.token()}`,
      ...made,
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([site, newSite].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}

/** A picture for the course, and its ZIP as somebody sends it who changed a thing. @returns where it waits */
async function sendCourse(site: TestSite, by: number): Promise<string> {
  const { coursePictures, courseTransfer, images, pendingUploads } = site.services
  const picture = await images.receive(Readable.from([await photo({ width: 900 })]), `${'long-'.repeat(9)}.jpg`)
  await coursePictures.add(site.course(), picture, by)
  const outline = courseTransfer.exportOutline('course-23')!
  for (const thing of outline.things.slice(2, 5)) thing.body = `${thing.body} And ${'more'.repeat(60)}.`
  outline.things.push({ ...outline.things[0]!, slug: 'brand-new', title: LONG })
  const { pictures } = (await courseTransfer.exportFolder('course-23'))!
  const zip = path.join(site.config.data_dir, 'course.zip')
  await writeFile(zip, await writeArchive({ texts: writeCourse(outline), pictures }))
  return pendingUploads.add(by, zip, `${'long'.repeat(20)}.zip`)
}

const EMPTY_COURSE = {
  title: 'Empty',
  summary: 'No thing yet.',
  set: 'First set',
  language: 'en',
  licence: 'CC BY 4.0',
  weekday: 'monday',
  per_week: '2',
  catch_up_after: '',
}

/** What only the forms of pages make, as values for addresses: links that are shown once, pictures, uploaded lists. */
async function madeByForms({ admin, author, cohort, learner, organiser, guest }: Cast, award: string) {
  const picture = { bytes: await flatPhoto(), name: 'picture.jpg' }
  const course = '/admin/courses/course-23'
  await sendForm(admin, '/admin/settings/logo', [
    ['seen', '0'],
    ['logo_alt', 'A crane'],
    ['logo', picture],
  ])
  await sendForm(author, `${course}/badges/shown/picture`, [['picture', picture]])
  const image = await addPicture(learner)
  await author.post('/admin/courses', EMPTY_COURSE)
  await learner.post(`/awards/${award}/share`, { shared: '1' })
  await learner.get(`/awards/${award}/credential.json`)
  await organiser.post(`/admin${cohort.at('/certificates/all')}`)
  const [reset, invited, feeds, list, landing, badge, pictures, keys] = await Promise.all([
    textOf(admin.post(`/admin/people/${learner.handle}/reset-link`)),
    textOf(organiser.post(`/admin${cohort.at('/invitations')}`, { addresses: `${LONG} <zanele@library.example>` })),
    textOf(learner.post(cohort.at('/feeds'), { intent: 'make' })),
    admin.post('/admin/people/import', { list: 'e-mail\nzanele@library.example' }),
    guest.read('/'),
    learner.read('/badges/shown'),
    author.read(`${course}/pictures`),
    guest.read('/.well-known/did.json'),
  ])
  return {
    '/images/:id': String(image.id),
    ':width': '480',
    '/logo/:hash': partOf(landing, /\/logo\/(\w+)/),
    '/badge-pictures/:name': partOf(badge, /\/badge-pictures\/([\w.]+)/),
    '/courses/:slug/pictures/:name': partOf(pictures, /\/courses\/course-23\/pictures\/([\w.-]+)/),
    '/reset/:token': partOf(reset, /\/reset\/([\w-]+)/),
    '/invite/:token': partOf(invited, /\/invite\/([\w-]+)/),
    '/feeds/:token': partOf(feeds, /\/feeds\/([\w-]+)/),
    '/admin/people/import/:id': list.headers.get('location')?.split('/').at(-1) ?? '',
    '/issuer/keys/:key': partOf(keys, /did:web:[^#]+#(\w+)/),
    '/status/:list': '1',
  }
}

async function textOf(answer: Promise<Response>): Promise<string> {
  return (await answer).text()
}

/** @throws where the page does not have it */
function partOf(page: string, pattern: RegExp): string {
  return pattern.exec(page)?.[1] ?? expect.fail(`No ${pattern} in ${page}`)
}
