import { buffer } from 'node:stream/consumers'
import { writeXlsx } from 'hucre/xlsx'
import iconv from 'iconv-lite'
import { expect, test, vi } from 'vitest'
import { ZipFile } from 'yazl'
import { TaskError } from '../../server/workers/worker-pool.ts'
import { type Actor, PASSWORD, type TestSite, testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'

const COHORT = '/admin/cohorts/spring/import'
const SITE = '/admin/people/import'

/** Sends a list as a file. */
function send(site: TestSite, who: Actor, at: string, bytes: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  const body = new FormData()
  body.set('file', new Blob([bytes], { type: 'text/csv' }), 'people.csv')
  body.set('list', '')
  const cookie = Array.from(who.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  return fetch(site.origin + at, { method: 'POST', body, redirect: 'manual', headers: { cookie, origin: site.origin } })
}

/** Sends a list, and goes to what it would do. @returns its address */
async function look(site: TestSite, who: Actor, at: string, text: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const answer = await send(site, who, at, text)
  expect(answer.status).toBe(303)
  return answer.headers.get('location') ?? ''
}

/** The first bytes of an OLE file with an entry of this name. */
const ole = (name: string) =>
  Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(500), Buffer.from(name, 'utf16le')])

async function zipOf(name: string): Promise<Buffer> {
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from('x'), name)
  zip.end()
  return await buffer(zip.outputStream)
}

const invited = (site: TestSite) =>
  site.db.prepare<[], object>('SELECT email, name, workplace, role, cohort_id FROM invitation ORDER BY id').all()

const LIST = [
  'Name;E-mail;Workplace;Pod;Shoe size',
  'Greta Lind;greta@library.example;Hill Branch;Tram 12;41',
  'Kenji Watanabe;kenji@library.example;;Ferry;',
  'Tunde Adeyemi;tunde@library.example;;;',
  'Nobody;nobody.library.example;;;',
].join('\r\n')

test('a semicolon list is looked at first, and nothing is done before it is said', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const tunde = site.person({ name: 'Tunde', email: 'tunde@library.example' })
  const preview = await look(site, organiser, COHORT, `\ufeff${LIST}`)
  const html = await organiser.read(preview)
  expect(html).toContain('Bring in 3 people')
  expect(html).toContain('2 people get an invitation')
  expect(html).toContain('One person has an account here and is enrolled')
  expect(html).toContain('Shoe size')
  expect(html).toContain('Ferry, Tram 12')
  expect(html).toMatch(/Line 5[\s\S]*nobody\.library\.example[\s\S]*There is no @ in the address/)
  expect([invited(site), site.services.enrolments.find(tunde.id, cohort.slug)]).toEqual([[], null])
})

test('brought in, those with an account are enrolled and told, the others are invited with what was known', async () => {
  await using post = await postOffice()
  await using site = await testSite({ smtp_url: post.url })
  const { cohort, organiser, guest } = site.cast()
  const tunde = site.person({ name: 'Tunde', email: 'tunde@library.example' })
  const preview = await look(site, organiser, COHORT, LIST)
  expect((await organiser.post(preview)).headers.get('location')).toBe(preview)
  expect(site.services.enrolments.find(tunde.id, cohort.slug)?.role).toBe('learner')
  expect(invited(site)).toEqual([
    {
      email: 'greta@library.example',
      name: 'Greta Lind',
      workplace: 'Hill Branch',
      role: 'learner',
      cohort_id: cohort.id,
    },
    { email: 'kenji@library.example', name: 'Kenji Watanabe', workplace: null, role: 'learner', cohort_id: cohort.id },
  ])
  await site.services.jobs.runDue()
  expect(await tunde.read('/notices')).toContain('You are in “Spring” now')
  expect(post.letters.flatMap(({ recipients }) => recipients).sort()).toEqual([
    'greta@library.example',
    'kenji@library.example',
  ])
  const letter = post.letters.find(({ recipients }) => recipients.includes('greta@library.example'))
  const [, link = ''] = /(\/invite\/[\w-]+)/.exec(letter?.mail?.text ?? '') ?? []
  const form = await guest.read(link)
  expect([form.includes('value="Greta Lind"'), form.includes('value="Hill Branch"')]).toEqual([true, true])
  await guest.post(link, { name: 'Greta Lind', password: PASSWORD, workplace: 'Hill Branch' })
  const greta = site.db
    .prepare(`SELECT person.name, workplace, pod.name AS pod FROM person JOIN enrolment ON person_id = person.id
                LEFT JOIN pod ON pod.id = pod_id WHERE email = 'greta@library.example'`)
    .get()
  expect(greta).toEqual({ name: 'Greta Lind', workplace: 'Hill Branch', pod: 'Tram 12' })
})

test('the same list again changes nothing, nor does the same button', async () => {
  await using post = await postOffice()
  await using site = await testSite({ smtp_url: post.url })
  const { organiser } = site.cast()
  site.person({ name: 'Tunde', email: 'tunde@library.example' })
  const first = await look(site, organiser, COHORT, LIST)
  await Promise.all([organiser.post(first), organiser.post(first)])
  await site.services.jobs.runDue()
  const [before, letters] = [JSON.stringify(invited(site)), post.letters.length]
  const again = await look(site, organiser, COHORT, LIST)
  const html = await organiser.read(again)
  expect(html).toContain('There is nobody to bring in')
  expect(html).toContain('2 people have an invitation that still works')
  expect(html).toContain('One person is in this cohort already')
  await organiser.post(again)
  await site.services.jobs.runDue()
  expect([JSON.stringify(invited(site)), post.letters.length]).toEqual([before, letters])
  expect(site.db.prepare("SELECT count(*) FROM notice WHERE kind = 'brought_in'").pluck().get()).toBe(1)
})

test('what happened between looking and bringing in counts, not what the page said', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const preview = await look(site, organiser, COHORT, LIST)
  const greta = cohort.enrol(site.person({ email: 'greta@library.example' }), 'guide')
  await organiser.post(preview)
  expect(invited(site).length).toBe(2)
  expect(site.services.enrolments.find(greta.id, cohort.slug)?.role).toBe('guide')
})

test('who was blocked, and who left, is not brought back by a list', async () => {
  using site = await testSite()
  const { cohort, learner, organiser, peer } = site.cast()
  const member = site.services.members.findByHandle(cohort.id, learner.handle)!
  site.services.blocks.block(cohort.id, member, 'stay', organiser.id)
  await peer.post(cohort.at('/leave'), { posts: 'stay' })
  const preview = await look(site, organiser, COHORT, `email\n${learner.email}\n${peer.email}`)
  const html = await organiser.read(preview)
  expect(html).toContain('cannot join the cohort again')
  expect(html).toContain('has left the cohort')
  await organiser.post(preview)
  expect([learner, peer].map(({ id }) => site.services.enrolments.find(id, cohort.slug))).toEqual([null, null])
})

test('nobody is imported into a cohort that was closed after the preview', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const tunde = site.person({ email: 'tunde@library.example' })
  const preview = await look(site, organiser, COHORT, LIST)
  site.db.prepare("UPDATE cohort SET closed_at = '2026-03-02T06:00:00.000Z' WHERE id = ?").run(cohort.id)
  expect((await organiser.post(preview)).status).toBe(403)
  const list = Number(preview.split('/').at(-1))
  expect(site.services.peopleImports.run(list, { by: organiser.id, cohort_id: cohort.id })).toBe(false)
  expect([invited(site), site.services.enrolments.find(tunde.id, cohort.slug)]).toEqual([[], null])
})

test('a thing that was taken out of the calendar is none of the goal of who is brought in', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const tunde = site.person({ email: 'tunde@library.example' })
  site.db
    .prepare(
      "UPDATE calendar_entry SET taken_out_at = '2026-03-01', position = 1000023 WHERE cohort_id = ? AND number = 23",
    )
    .run(cohort.id)
  await organiser.post(await look(site, organiser, COHORT, LIST))
  expect(site.services.enrolments.find(tunde.id, cohort.slug)?.goal).toBe(22)
})

test('an invitation that is too old is not told of once more', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  site.services.invitations.make({
    cohort_id: cohort.id,
    email: 'old@library.example',
    role: 'guide',
    by: organiser.id,
  })
  site.clock.advance({ hours: 24 * 8 })
  await organiser.post(await look(site, organiser, COHORT, 'email\nold@library.example'))
  await site.services.jobs.runDue()
  expect(site.db.prepare("SELECT count(*) FROM activity WHERE kind = 'invitation.made'").pluck().get()).toBe(2)
})

test('people with an account beyond the capacity are on the waiting list, in the order of the list', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  site.services.cohortSettings.change(cohort.id, { capacity: 4 }, organiser.id)
  const four = Array.from({ length: 4 }, (_, number) => site.person({ name: `Person ${number}` }))
  const preview = await look(site, organiser, COHORT, `email\n${four.map(({ email }) => email).join('\n')}`)
  expect(await organiser.read(preview)).toContain('2 of them find no place')
  await organiser.post(preview)
  await site.services.jobs.runDue()
  expect(site.services.cohorts.counts(cohort.id).learners).toBe(4)
  expect(site.services.waitingList.listOfCohort(cohort.id).map(({ name }) => name)).toEqual(['Person 2', 'Person 3'])
  expect(await four[3]!.read('/notices')).toContain('You stand in line for “Spring”')
})

test('a column for roles gives nobody a role, and is told as left out', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const preview = await look(site, organiser, COHORT, 'email,role,name\neve@library.example,admin,Eve')
  expect(await organiser.read(preview)).toMatch(/One column is left out:.*role/s)
  await organiser.post(preview)
  expect(invited(site)).toEqual([expect.objectContaining({ email: 'eve@library.example', role: 'learner' })])
})

test('the columns are shown with a guess each, and read as somebody chooses', async () => {
  using site = await testSite()
  const { organiser, guide } = site.cast()
  const first = await look(site, organiser, COHORT, 'Wer;Haus;Wo?\nGreta Lind;Hill Branch;greta@library.example')
  const page = await organiser.read(first)
  expect(page).toMatch(/name="column_0".*<option value="name" selected>.*name="column_1".*<option value="" selected>/s)
  const choices = { column_0: 'name', column_1: 'workplace', column_2: 'email', heading: '1' }
  expect((await guide.post(`${first}/columns`, choices)).status).toBe(403)
  const answer = await organiser.post(`${first}/columns`, choices)
  const second = answer.headers.get('location') ?? ''
  expect(await organiser.read(second)).toContain('Hill Branch')
  await organiser.post(second)
  expect(invited(site)).toMatchObject([
    { email: 'greta@library.example', name: 'Greta Lind', workplace: 'Hill Branch' },
  ])
  expect(site.db.prepare('SELECT count(*) FROM people_import WHERE source IS NOT NULL').pluck().get()).toBe(0)
  // what was brought in is not read anew
  await organiser.post(`${second}/columns`, choices)
  expect(invited(site)).toHaveLength(1)
})

test('what was chosen stays chosen when something else is, and what was guessed is guessed anew', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const people =
    'Greta Lind,Hill,greta@library.example\nAda Okoye,Quay,ada@library.example\nBo Sand,Quay,bo@library.example'
  const first = await look(site, organiser, COHORT, `Staff of the branches\nPod,Where,Mail\n${people}`)
  const change = async (at: string, choices: Record<string, string>) => {
    const answer = await organiser.post(`${at}/columns`, choices)
    return answer.headers.get('location') ?? ''
  }
  expect(await organiser.read(first)).toMatch(/value="pod" selected.*value="" selected.*value="email" selected/s)
  const second = await change(first, { heading: '2', column_0: 'pod', column_1: 'workplace', column_2: 'email' })
  const third = await change(second, { heading: '1', column_0: 'pod', column_1: 'workplace', column_2: 'email' })
  const page = await organiser.read(third)
  expect(page).toMatch(/value="name" selected.*value="workplace" selected.*value="email" selected/s)
  expect(page).toMatch(/Line 2.*There is no @ in the address/s)
})

test('choices that were changed but not applied are looked at before anybody is brought in', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const first = await look(site, organiser, COHORT, 'Name,Mail,Team\nGreta Lind,greta@library.example,Hill')
  const shown = { heading: '1', column_0: 'name', column_1: 'email', column_2: 'pod' }
  const answer = await organiser.post(first, { ...shown, column_2: 'workplace' })
  const second = answer.headers.get('location') ?? ''
  expect([second === first, invited(site)]).toEqual([false, []])
  expect(await organiser.read(second)).toContain('The list was read again with your changes')
  await organiser.post(second, { ...shown, column_2: 'workplace' })
  expect(invited(site)).toMatchObject([{ email: 'greta@library.example', workplace: 'Hill' }])
})

test('people who come into the site alone get no pod, and its column is told as left out', async () => {
  using site = await testSite()
  const { admin } = site.cast()
  const preview = await look(site, admin, SITE, 'Mail,Team\ngreta@library.example,Tram 12')
  expect(await admin.read(preview)).toMatch(/One column is left out:.*Team/s)
  await admin.post(preview, { heading: '1', column_0: 'email', column_1: '' })
  expect(invited(site)).toMatchObject([{ email: 'greta@library.example' }])
})

test('a choice that leaves nobody, or does not exist, is told beside the columns', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const first = await look(site, organiser, COHORT, 'Mail\ngreta@library.example')
  for (const [choice, words] of [
    [{ heading: '2' }, 'There is nobody in this list'],
    [{ column_0: 'role' }, 'Some of these choices do not exist'],
    [{ encoding: 'utf-7' }, 'Some of these choices do not exist'],
  ] as const) {
    const answer = await organiser.post(`${first}/columns`, { ...choice })
    const html = await answer.text()
    expect([answer.status, html.includes(words), html.includes('name="column_0"')]).toEqual([422, true, true])
  }
})

test.each(['memory', 'time', 'crash'] as const)(
  'a file that ends its reader (%s) is refused in words',
  async (reason) => {
    using site = await testSite()
    const { organiser } = site.cast()
    const first = await look(site, organiser, COHORT, LIST)
    using _run = vi.spyOn(site.services.workers, 'run').mockRejectedValue(new TaskError(reason, 'ended'))
    const answers = [await send(site, organiser, COHORT, LIST), await organiser.post(`${first}/columns`)]
    for (const answer of answers) {
      const html = await answer.text()
      expect([answer.status, html.includes('holds far more than a list of people')]).toEqual([422, true])
    }
  },
)

test('without a known column of addresses it is asked for, and nobody comes before', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const first = await look(site, organiser, COHORT, 'Who,Contact\nGreta,greta at library\nAda,ada@library.example,x')
  expect(await organiser.read(first)).toContain('Choose which column has the email addresses')
  await organiser.post(first)
  expect(invited(site)).toEqual([])
  const answer = await organiser.post(`${first}/columns`, { column_0: 'name', column_1: 'email', heading: '1' })
  const second = answer.headers.get('location') ?? ''
  expect(await organiser.read(second)).toContain('There is no @ in the address')
  await organiser.post(second)
  expect(invited(site)).toMatchObject([{ email: 'ada@library.example' }])
})

test('a file in another encoding is shown, and brought in when somebody has looked', async () => {
  using site = await testSite()
  const { admin } = site.cast()
  const bytes = new Uint8Array(iconv.encode('Name;Email\nBjörn Håkansson;bjorn@library.example', 'macintosh'))
  const sent = await send(site, admin, SITE, bytes)
  const first = sent.headers.get('location') ?? ''
  const page = await admin.read(first)
  expect(page).toContain('Choose the encoding in which the names are spelled correctly')
  expect(page).toMatch(/value="macintosh"[^>]*>\s*<span>\s*<b[^>]*>Björn Håkansson</)
  await admin.post(first)
  expect(invited(site)).toEqual([])
  const choices = { column_0: 'name', column_1: 'email', heading: '1', encoding: 'macintosh' }
  const answer = await admin.post(`${first}/columns`, choices)
  const second = answer.headers.get('location') ?? ''
  expect(await admin.read(second)).toContain('Björn Håkansson')
  await admin.post(second)
  expect(invited(site)).toMatchObject([{ name: 'Björn Håkansson' }])
})

test('a workbook is read as it is, and another sheet when it is chosen', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const staff = [
    ['Email', 'Full name', 'Started'],
    ['ada@library.example', 'Okoye, Ada', new Date('2026-01-05')],
  ]
  const sheets = [
    { name: 'Notes', rows: [['Nothing here']] },
    { name: 'Old', rows: [['Email'], ['x@y.example']] },
    { name: 'Staff', rows: staff },
  ]
  const first = await look(site, organiser, COHORT, new Uint8Array(await writeXlsx({ sheets })))
  const page = await organiser.read(first)
  expect(page).toMatch(/<select[^>]* name="sheet">.*Notes.*value="1" selected>\s*Old.*Staff/s)
  const answer = await organiser.post(`${first}/columns`, { sheet: '2', heading: '1' })
  const second = answer.headers.get('location') ?? ''
  expect(await organiser.read(second)).toContain('2026-01-05')
  await organiser.post(second)
  expect(invited(site)).toMatchObject([{ email: 'ada@library.example', name: 'Ada Okoye' }])
})

test.each(['csv', 'semicolon', 'xlsx'])('our own list of people comes back in, as %s', async (format) => {
  using site = await testSite()
  const { admin } = site.cast()
  const answer = await admin.get(`/admin/people.csv?format=${format}`)
  expect(answer.status).toBe(200)
  const preview = await look(site, admin, SITE, new Uint8Array(await answer.arrayBuffer()))
  const page = await admin.read(preview)
  expect(page).toContain('people have an account already')
})

test('fields that a form may bring beside the list are not seen', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const extra = { role: 'admin', cohort_id: '2', import_id: '9', rows: '[]' }
  const answer = await organiser.post(COHORT, { list: 'email\neve@library.example', ...extra })
  await organiser.post(answer.headers.get('location') ?? '', { ...extra, list: 'email\nmallory@library.example' })
  expect(invited(site)).toEqual([
    expect.objectContaining({ email: 'eve@library.example', role: 'learner', cohort_id: 1 }),
  ])
})

test.each([
  ['nothing', '', 'Please choose a file'],
  ['a workbook that is cut off', 'PK\x03\x04\0\0', 'damaged or incomplete'],
  ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old Excel file'],
  ['a protected workbook', ole('EncryptedPackage'), 'protected with a password'],
  ['an OpenDocument file', await zipOf('content.xml'), 'an OpenDocument file (.ods)'],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'cannot be read'],
  ['a file of three megabytes', 'x'.repeat(3_000_000), 'larger than 2 MB'],
  [
    'more than five thousand',
    `email\n${Array.from({ length: 5001 }, (_, n) => `p${n}@library.example`).join('\n')}`,
    'more than 5000 people',
  ],
])('%s is refused in words', async (_what, text, words) => {
  using site = await testSite()
  const { organiser } = site.cast()
  const answer = await send(site, organiser, COHORT, typeof text === 'string' ? text : new Uint8Array(text))
  expect([answer.status, (await answer.text()).includes(words)]).toEqual([422, true])
})

test('a pasted list that is refused stays in the form', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const answer = await organiser.post(COHORT, { list: 'email\n' })
  const html = await answer.text()
  expect([answer.status, html.includes('id="list-problem"'), html.includes('email</textarea>')]).toEqual([
    422,
    true,
    true,
  ])
})

test('the content of a list is shown as it was typed', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const preview = await look(
    site,
    organiser,
    COHORT,
    'email,name,<b>x</b>\n<script>alert(1)</script>,"<img src=x>"\nok@library.example,<i>x</i>',
  )
  expect(await organiser.read(preview)).not.toMatch(/<script>alert|<img src=x|<i>x|<b>x/)
})

test('a list is its reader’s alone, and for a day', async () => {
  using site = await testSite()
  const { admin, cohort, foreignOrganiser, organiser } = site.cast()
  const second = cohort.enrol(site.person(), 'organiser')
  const preview = await look(site, organiser, COHORT, LIST)
  for (const who of [second, foreignOrganiser, admin]) {
    expect((await who.get(preview)).status).toBe(404)
    expect((await who.post(preview)).status).toBe(404)
  }
  expect((await organiser.get(`${preview}9`)).status).toBe(404)
  site.clock.advance({ hours: 25 })
  expect((await organiser.get(preview)).status).toBe(404)
  await site.services.jobs.runDue()
  expect(site.db.prepare('SELECT count(*) FROM people_import_row').pluck().get()).toBe(0)
})

test('an admin brings people into the site: an invitation makes an account and enrols nowhere', async () => {
  using site = await testSite()
  const { admin, guest, learner, organiser } = site.cast()
  expect((await organiser.get(SITE)).status).toBe(403)
  const list = `email,first name,surname,library\ngreta@library.example,Greta,Lind,Hill Branch\n${learner.email},,,`
  const preview = await look(site, admin, SITE, list)
  expect(await admin.read(preview)).toContain('One person has an account already')
  await admin.post(preview)
  const file = await (await admin.post(`${preview}/links`)).text()
  const [, link = ''] = /(\/invite\/[\w-]+)/.exec(file) ?? []
  expect(file).toContain('Greta Lind,greta@library.example')
  const form = await guest.read(link)
  expect([form.includes('You are invited to make an account here'), form.includes('value="Hill Branch"')]).toEqual([
    true,
    true,
  ])
  const answer = await guest.post(link, { name: 'Greta Lind', password: PASSWORD })
  expect(answer.headers.get('location')).toBe('/home')
  const greta = site.db.prepare("SELECT id, role, workplace FROM person WHERE email = 'greta@library.example'").get()
  expect(greta).toMatchObject({ role: 'member', workplace: 'Hill Branch' })
  expect((await site.guest().get(link)).status).toBe(404)
})

test('the file of links has one that works for each who has not come in yet, safe against formulas', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const preview = await look(
    site,
    organiser,
    COHORT,
    'email,name\ngreta@library.example,=1+1\nnoor@library.example,Noor',
  )
  expect((await organiser.post(`${preview}/links`)).status).toBe(404)
  await organiser.post(preview)
  const lines = async () => (await (await organiser.post(`${preview}/links`)).text()).trim().split('\r\n')
  const [, first = '', second = ''] = await lines()
  expect(first).toMatch(/^'=1\+1,greta@library\.example,/)
  const [, link = ''] = /(\/invite\/[\w-]+)/.exec(second) ?? []
  await site.guest().post(link, { name: 'Noor', password: PASSWORD })
  expect(await lines()).toHaveLength(2)
})

test('who did it and how many they were is in the log', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const preview = await look(site, organiser, COHORT, LIST)
  await organiser.post(preview)
  const row = site.db.prepare("SELECT person_id, cohort_id, detail FROM activity WHERE kind = 'people.imported'").get()
  const detail = JSON.stringify({ invited: 3, enrolled: 0, waiting: 0 })
  expect(row).toEqual({ person_id: organiser.id, cohort_id: cohort.id, detail })
})
