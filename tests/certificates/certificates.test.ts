import sharp from 'sharp'
import { getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { type CertificateIssue, fillIn, hoursOf, unknownFields } from '../../server/certificates/template.ts'
import { loadTranslations } from '../../server/web/text/i18n.ts'
import { type Part, sendForm } from '../images/photos.ts'
import { badgeWith } from '../support/fixtures/badge.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'
import { unzip } from '../support/unzip.ts'

const AT = '/admin/courses/course-23/certificates'
const WORDS = {
  title: 'Certificate',
  body: 'has done {things} things of {course} with {cohort}.',
  signer: 'Ingrid Solberg, head of learning',
  hue: 'teal',
  landscape: '1',
  by: 'things',
  things: '1',
}

const start = () => testSite({ now: '2026-04-15T07:00:00Z' })

/** A design that is switched on. @returns its address */
async function design(author: Actor, more: Record<string, string> = {}) {
  const made = await author.post(AT, { ...WORDS, ...more })
  const at = made.headers.get('location') ?? ''
  expect([made.status, at]).toEqual([303, expect.stringMatching(/\/certificates\/\d+$/)])
  await author.post(`${at}/state`, { state: 'on' })
  return at
}

const of = (site: TestSite, person: { id: number }) => site.services.certificates.ofPerson(person.id)

async function textOf(answer: Response): Promise<string> {
  const document = await getDocumentProxy(new Uint8Array(await answer.arrayBuffer()))
  const { items } = await (await document.getPage(1)).getTextContent()
  return items.map((item) => ('str' in item ? item.str : '')).join(' ')
}

test('completing enough things grants one certificate, which its holder downloads and anybody can check', async () => {
  using site = await start()
  const { author, learner, cohort, guest } = site.cast()
  await design(author, { things: '2' })
  site.reflection(learner, cohort, { number: 1 })
  expect(of(site, learner)).toEqual([])
  site.reflection(learner, cohort, { number: 2 })
  site.reflection(learner, cohort, { number: 3 })
  const [{ id = '' } = {}, ...others] = of(site, learner)
  expect(others).toEqual([])
  expect(await learner.read('/notices')).toContain(`href="/certificates/${id}"`)
  expect(await learner.read('/me/certificates')).toContain(`/certificates/${id}.pdf`)
  const file = await learner.get(`/certificates/${id}.pdf`)
  expect(file.headers.get('content-type')).toBe('application/pdf')
  const text = await textOf(file)
  for (const words of [
    'Certificate',
    learner.name,
    'has done 2 things of',
    'Spring',
    'Ingrid Solberg',
    '15 April 2026',
  ])
    expect(text.replace(/\s+/g, ' ')).toContain(words)
  const check = await guest.get(`/certificates/${id}`)
  expect(check.headers.get('x-robots-tag')).toBe('noindex')
  const page = await check.text()
  expect(page).toContain('This certificate is valid.')
  expect(page).toContain(learner.name)
  expect(page).not.toContain('.pdf')
})

test('a new certificate is a good sentence with the numbers that its rule asks for', async () => {
  using site = await start()
  const { author, learner, cohort, guest } = site.cast()
  const form = await author.read('/admin/courses/course-23/new-certificate')
  const body = /<textarea[^>]*name="body"[^>]*>([^<]*)/.exec(form)?.[1]?.trim() ?? ''
  const preview = await author.post(AT, { ...WORDS, body, things: '12', intent: 'preview' })
  const sentence = /has completed 12 of the 23 things of .+ with Spring cohort, about [\d.]+ hours of learning\./
  expect(await preview.text()).toMatch(sentence)
  await design(author, { body, things: '2' })
  for (const number of [1, 2]) site.reflection(learner, cohort, { number })
  const [{ id = '' } = {}] = of(site, learner)
  expect(await textOf(await learner.get(`/certificates/${id}.pdf`))).toContain('has completed 2 of the 23 things of')
  expect(await guest.read(`/certificates/${id}`)).toContain('2 of 23')
})

test('the address of the check is a tagged link on a line of its own, in either orientation', async () => {
  using site = await start()
  const { author, learner, cohort } = site.cast()
  await design(author)
  site.reflection(learner, cohort)
  const [{ id = '' } = {}] = of(site, learner)
  const address = `${site.services.config.base_url}/certificates/${id}`
  for (const landscape of [1, 0]) {
    site.db.prepare('UPDATE certificate_issue SET landscape = ?').run(landscape)
    const bytes = new Uint8Array(await (await learner.get(`/certificates/${id}.pdf`)).arrayBuffer())
    const page = await (await getDocumentProxy(bytes)).getPage(1)
    const [link, ...others] = await page.getAnnotations()
    expect(others).toEqual([])
    expect(link).toMatchObject({ subtype: 'Link', url: address, contentsObj: { str: 'Check this certificate' } })
    const { items } = await page.getTextContent()
    const line = items.flatMap((item) => ('str' in item && item.str.includes(id) ? [item] : []))
    expect(line.map(({ str }) => str)).toEqual([address])
    const [left, bottom, right, top] = link.rect
    const [{ transform, width } = { transform: [], width: 0 }] = line
    expect(left).toBeCloseTo(transform[4], 1)
    expect(right).toBeCloseTo(transform[4] + width, 1)
    expect(transform[5]).toBeGreaterThan(bottom)
    expect(transform[5]).toBeLessThan(top)
    expect(JSON.stringify(await page.getStructTree())).toMatch(
      /"role":"Link","children":\[{"type":"content"[^}]*},{"type":"object"/,
    )
  }
})

test('the paper is what the site is set to, or what its reader asks for', async () => {
  using site = await start()
  const { admin, author, learner, cohort } = site.cast()
  await design(author)
  site.reflection(learner, cohort)
  const [{ id = '' } = {}] = of(site, learner)
  await learner.post('/cohorts/spring/hours', { minutes_1: '20' })
  const sizeOf = async (path: string) => {
    const bytes = new Uint8Array(await (await learner.get(path)).arrayBuffer())
    const { view } = await (await getDocumentProxy(bytes)).getPage(1)
    return view.slice(2).map((points: number) => Math.round(points))
  }
  const files = [`/certificates/${id}.pdf`, '/cohorts/spring/hours/statement.pdf']
  const sizes = async (query = '') => Promise.all(files.map((file) => sizeOf(`${file}${query}`)))
  expect(await sizes()).toEqual([
    [842, 595],
    [595, 842],
  ])
  const letter = [
    [792, 612],
    [612, 792],
  ]
  expect(await sizes('?paper=letter')).toEqual(letter)
  expect(await learner.read(`/certificates/${id}`)).toContain('.pdf?paper=letter')
  expect((await admin.post('/admin/settings/paper', { seen: '0', paper: 'letter' })).status).toBe(303)
  expect(await sizes('?paper=nonsense')).toEqual(letter)
  expect(await learner.read(`/certificates/${id}`)).toContain('.pdf?paper=a4')
})

test("the site's own sign is on the paper and on the print view, with its words", async () => {
  using site = await start()
  const { author, admin, learner, cohort } = site.cast()
  const bytes = await sharp({ create: { width: 200, height: 80, channels: 3, background: '#0a6' } })
    .png()
    .toBuffer()
  const parts: Part[] = [
    ['logo_alt', 'A lighthouse'],
    ['logo', { bytes, name: 'sign.png' }],
  ]
  expect((await sendForm(admin, '/admin/settings/logo', parts)).status).toBe(303)
  await design(author)
  site.reflection(learner, cohort)
  const [{ id = '' } = {}] = of(site, learner)
  const file = await learner.get(`/certificates/${id}.pdf`)
  const page = await (await getDocumentProxy(new Uint8Array(await file.arrayBuffer()))).getPage(1)
  expect(JSON.stringify(await page.getStructTree())).toContain('A lighthouse')
  expect(await learner.read(`/certificates/${id}/print`)).toContain('class="certificate-sign"')
})

test('a badge grants one, and revoking the badge withdraws it', async () => {
  using site = await start()
  const { author, learner, organiser, cohort, guest } = site.cast()
  const { id: badge_id } = badgeWith(site, { kind: 'first-reflection' })
  await design(author, { by: `badge ${badge_id}`, things: '' })
  site.reflection(learner, cohort)
  const [{ id = '' } = {}] = of(site, learner)
  const award = site.db.prepare('SELECT id FROM award WHERE badge_id = ?').pluck().get(badge_id)
  await organiser.post(`/admin/cohorts/spring/awards/${award}/revoke`, { why: 'By mistake.' })
  expect(await guest.read(`/certificates/${id}`)).toContain('This certificate was withdrawn.')
  await organiser.post(`/admin/cohorts/spring/awards/${award}/restore`)
  expect(await guest.read(`/certificates/${id}`)).toContain('This certificate is valid.')
})

test('those who qualified before it was switched on get it too, in the background and once', async () => {
  using site = await start()
  const { author, learner, peer, cohort } = site.cast()
  for (const person of [learner, peer]) site.reflection(person, cohort)
  const at = await design(author)
  await author.post(`${at}/state`, { state: 'on' })
  await site.services.jobs.runDue()
  expect([of(site, learner).length, of(site, peer).length]).toEqual([1, 1])
  expect(await author.read(at)).toContain('Whoever earns it gets it at once.')
})

test('switched off it is given to nobody', async () => {
  using site = await start()
  const { author, learner, cohort } = site.cast()
  const at = await design(author)
  await author.post(`${at}/state`, { state: 'off' })
  site.reflection(learner, cohort)
  await site.services.jobs.runDue()
  expect(of(site, learner)).toEqual([])
})

test('another name is on it when its holder asks, and the design of then stays', async () => {
  using site = await start()
  const { author, learner, cohort, stranger } = site.cast()
  const at = await design(author)
  site.reflection(learner, cohort)
  const [{ id = '' } = {}] = of(site, learner)
  const seen = /name="seen" value="([^"]*)"/.exec(await author.read(at))?.[1]?.replaceAll('&#34;', '"') ?? ''
  await author.post(at, { ...WORDS, title: 'Another title', seen: seen.replaceAll('&quot;', '"') })
  expect(await learner.read(`/certificates/${id}`)).not.toContain('Another title')
  site.db.prepare("UPDATE person SET name = 'Amara Solberg' WHERE id = ?").run(learner.id)
  expect(await learner.read(`/certificates/${id}`)).toContain('You are called Amara Solberg today')
  expect((await stranger.post(`/certificates/${id}/reissue`)).status).toBe(404)
  await learner.post(`/certificates/${id}/reissue`)
  await learner.post(`/certificates/${id}/reissue`)
  expect(of(site, learner)).toMatchObject([{ id, number: 2, name: 'Amara Solberg', title: 'Certificate' }])
})

test.each([
  ['markup', '<b>Ada</b> & "Co"', true],
  ['signs that turn the direction', 'Ada\u202Egreb\u2069', true],
  ['Hebrew', 'שלום כהן', true],
  ['Arabic', 'محمد عبد الله', true],
  ['300 letters', 'Wolfeschlegel '.repeat(21).trim(), true],
  ['Thai', 'สมชาย ใจดี', false],
  ['Chinese', '王小明', false],
])('a name with %s is on the PDF or printed from its page, and harms nothing', async (_, name, drawn) => {
  using site = await start()
  const { author, learner, cohort } = site.cast()
  await design(author)
  site.db.prepare('UPDATE person SET name = ? WHERE id = ?').run(name, learner.id)
  site.reflection(learner, cohort)
  const [{ id = '' } = {}] = of(site, learner)
  const answer = await learner.get(`/certificates/${id}.pdf`)
  expect(answer.status).toBe(drawn ? 200 : 303)
  if (drawn) expect((await getDocumentProxy(new Uint8Array(await answer.arrayBuffer()))).numPages).toBe(1)
  else expect(answer.headers.get('location')).toBe(`/certificates/${id}/print`)
  const print = await learner.read(`/certificates/${id}/print`)
  expect(print).not.toContain('<b>Ada</b>')
  expect(print).toContain('class="certificate"')
})

test('the PDF is for its holder and the cohort’s organisers; the check for everybody with its address', async () => {
  using site = await start()
  const { author, learner, peer, guide, organiser, admin, stranger, guest, cohort } = site.cast()
  await design(author)
  site.reflection(learner, cohort)
  const [{ id = '' } = {}] = of(site, learner)
  for (const path of [`/certificates/${id}.pdf`, `/certificates/${id}/print`]) {
    for (const person of [peer, guide, stranger, author, admin]) expect((await person.get(path)).status).toBe(404)
    expect((await guest.get(path)).status).toBe(303)
    expect((await organiser.get(path)).status).toBe(200)
  }
  expect((await guest.get('/certificates/nothing-here')).status).toBe(404)
})

test('all certificates of a cohort come in one file, made in the background', async () => {
  using site = await start()
  const { author, learner, peer, guide, organiser, cohort } = site.cast()
  await design(author)
  for (const person of [learner, peer]) site.reflection(person, cohort)
  const foreign = cohort.enrol(site.person({ name: '王小明' }))
  site.reflection(foreign, cohort)
  const at = '/admin/cohorts/spring/certificates'
  expect(await organiser.read(at)).toContain('3 certificates')
  expect((await organiser.get(`${at}/all.zip`)).status).toBe(404)
  await organiser.post(`${at}/all`)
  await organiser.post(`${at}/all`)
  expect(await organiser.read(at)).toContain('0 of 3 are made.')
  await site.services.jobs.runDue()
  const files = await unzip(Buffer.from(await (await organiser.get(`${at}/all.zip`)).arrayBuffer()))
  expect([...files.keys()].sort()).toEqual(['amara-okonkwo.pdf', 'kenji-watanabe.pdf'])
  expect([...files.values()].every((bytes) => bytes.toString('latin1').startsWith('%PDF-1.7'))).toBe(true)
  expect((await guide.get(at)).status).toBe(403)
  expect((await guide.get(`${at}/all.zip`)).status).toBe(403)
  site.clock.set('2026-04-23T07:00:00Z')
  site.services.jobs.add('certificates.clean', {})
  await site.services.jobs.runDue()
  expect((await organiser.get(`${at}/all.zip`)).status).toBe(404)
})

test.each<[string, Record<string, string>, string]>([
  ['no title', { title: '' }, 'title-problem'],
  ['a field that there is not', { body: 'For {nobody}.' }, 'a field that does not exist'],
  ['no signer', { signer: ' ' }, 'signer-problem'],
  ['more things than there are', { things: '24' }, 'from 1 to 23'],
  ['a badge of nowhere', { by: 'badge 999' }, 'by-problem'],
])('%s is refused beside the field, with the form as typed', async (_, fields, words) => {
  using site = await start()
  const { author } = site.cast()
  const answer = await author.post(AT, { ...WORDS, signer: 'As typed <i>', ...fields })
  const page = await answer.text()
  expect(answer.status).toBe(422)
  expect(page).toContain(words)
  if (!('signer' in fields)) expect(page).toContain('As typed &lt;i&gt;')
  expect(site.services.certificateTemplates.list(1)).toEqual([])
})

test('two authors at once: the second is told, and nothing is lost', async () => {
  using site = await start()
  const { author, admin } = site.cast()
  const at = await design(author)
  const answer = await admin.post(at, { ...WORDS, title: 'Mine', seen: 'of yesterday' })
  const page = await answer.text()
  expect(answer.status).toBe(409)
  expect(page).toContain('Somebody changed this certificate meanwhile')
  expect(page).toContain('value="Mine"')
  expect(site.services.certificateTemplates.list(1)[0]?.title).toBe('Certificate')
})

test('a treasure cannot grant one, a granted design stays, another is deleted', async () => {
  using site = await start()
  const { author, learner, cohort } = site.cast()
  const { id } = badgeWith(site, { kind: 'first-reflection' }, { shape: 'gem', title: 'Owlet' })
  expect((await author.post(AT, { ...WORDS, by: `badge ${id}` })).status).toBe(422)
  const at = await design(author)
  site.reflection(learner, cohort)
  expect((await author.post(`${at}/state`, { state: 'remove' })).status).toBe(409)
  const other = await design(author, { things: '9' })
  expect((await author.post(`${other}/state`, { state: 'remove' })).headers.get('location')).toBe(AT)
})

test('the preview shows what is typed and saves nothing', async () => {
  using site = await start()
  const { author } = site.cast()
  const page = await (await author.post(AT, { ...WORDS, title: 'As it may be', intent: 'preview' })).text()
  // the number that its rule asks for
  expect(page).toContain('has done 1 things of')
  expect(page).toContain('As it may be')
  expect(site.services.certificateTemplates.list(1)).toEqual([])
})

test('only those who keep courses design them', async () => {
  using site = await start()
  const { learner, organiser, guest } = site.cast()
  for (const path of [AT, '/admin/courses/course-23/new-certificate']) {
    expect((await learner.get(path)).status).toBe(403)
    expect((await organiser.get(path)).status).toBe(403)
    expect((await guest.get(path)).status).toBe(303)
  }
  expect((await organiser.post(AT, WORDS)).status).toBe(403)
})

test('hours are told to the half, and the text is filled by its fields', () => {
  expect([0, 14, 15, 45, 90, 100].map((minutes) => hoursOf(minutes, 'en'))).toEqual([
    '0',
    '0',
    '0.5',
    '1',
    '1.5',
    '1.5',
  ])
  const issue = {
    body: '{course}|{cohort}|{things}|{total}|{hours}|{time}|{date}|{x}',
    course: 'A',
    cohort: 'B',
    things: 2,
    total: 23,
    minutes: 90,
  }
  const voice = { t: loadTranslations()('en'), locale: 'en' }
  expect(fillIn(issue as CertificateIssue, 'today', voice)).toBe('A|B|2|23|1.5|1.5 hours|today|{x}')
  expect(fillIn({ ...issue, body: '{time}', minutes: 60 } as CertificateIssue, 'today', voice)).toBe('1 hour')
  expect(unknownFields('{course} {x} {hours}')).toEqual(['x'])
})
