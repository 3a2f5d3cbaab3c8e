import { expect, test } from 'vitest'
import { createJobs } from '../../server/jobs/jobs.ts'
import type { EmailMessage } from '../../server/mail/email-message.ts'
import { createMail } from '../../server/mail/mail.ts'
import { createLog } from '../../server/web/operations/request-log.ts'
import { emailHtml } from '../../server/web/render/email-html.ts'
import { newDatabase } from '../support/database.ts'
import { oddServer, postOffice, refusing } from '../support/smtp-server.ts'

const MESSAGE: EmailMessage = {
  subject: 'Kenji answered “Maps & more”',
  greeting: 'Hello Amara,',
  paragraphs: ['somebody took the time to write to you.'],
  entries: [{ title: 'Kenji answered', text: 'Try <b>it</b> & see', href: 'https://things.example.org/reflections/7' }],
  action: { label: 'Read it', href: 'https://things.example.org/notices' },
  footer: ['Harbour Libraries'],
}

const AMARA = { name: 'Amara Okonkwo', address: 'amara@library.example' }

/** An outbox with one kind of letter, on a clock of its own. */
function outbox(smtp_url: string | null, { message = MESSAGE, to = AMARA, greeting = 3000 } = {}) {
  let time = Temporal.Instant.from('2026-03-02T07:00:00Z')
  const clock = {
    now: () => time,
    advance: (by: Temporal.DurationLike) => {
      time = time.add(by)
    },
  }
  const db = newDatabase()
  const soon = { connectionTimeout: 3000, greetingTimeout: greeting, socketTimeout: 3000, dnsTimeout: 3000 }
  const mail = createMail({
    smtpSettings: () => ({ smtp_url, mail_from: null, smtp_ca: null, site_name: 'Harbour Libraries' }),
    base_url: 'https://things.example.org',
    secret: () => 'a secret of the site',
    renderHtml: emailHtml,
    timeouts: soon,
  })
  /** The outbox as a process finds it after a start. */
  const start = () => {
    const jobs = createJobs(db, clock, createLog('silent'), { random: () => 0.5 })
    jobs.handle('mail.test', (_payload, { job_id, signal }) => mail.send({ to, message, job_id, signal }))
    return jobs
  }
  const jobs = start()
  jobs.add('mail.test', {})
  return { db, clock, jobs, start, mail }
}

test('an email arrives with text and HTML, from the site, to one person', async () => {
  await using post = await postOffice()
  const { jobs } = outbox(post.url)
  await jobs.runDue()
  const [{ recipients = [], mail } = {}] = post.letters
  expect(recipients).toEqual(['amara@library.example'])
  expect(mail?.subject).toBe('Kenji answered “Maps & more”')
  expect(mail?.from?.value).toEqual([{ name: 'Harbour Libraries', address: 'no-reply@things.example.org' }])
  expect(mail?.text).toContain('Try <b>it</b> & see')
  expect(mail?.html).toContain('Try &lt;b&gt;it&lt;/b&gt; &amp; see')
  expect(mail?.html).not.toMatch(/<img|<script|<link|url\(|@import/)
})

test('a permanently refused recipient fails at once, with the server response', async () => {
  await using post = await postOffice(refusing(550, 'No such person here'))
  const { jobs } = outbox(post.url)
  await jobs.runDue()
  expect(jobs.dead(9)).toMatchObject([{ attempt: 1, reason: expect.stringContaining('No such person here') }])
})

test('a busy server gets the email later, once', async () => {
  let busy = true
  await using post = await postOffice({
    onRcptTo: (_address, _session, done) =>
      done(busy ? Object.assign(new Error('Come back later'), { responseCode: 451 }) : null),
  })
  const { clock, jobs } = outbox(post.url)
  await jobs.runDue()
  expect(jobs.dead(9)).toEqual([])
  expect(jobs.waiting(9)).toMatchObject([{ attempt: 1, reason: expect.stringContaining('Come back later') }])
  busy = false
  clock.advance({ minutes: 1 })
  await jobs.runDue()
  clock.advance({ hours: 24 })
  await jobs.runDue()
  expect(post.letters).toHaveLength(1)
})

test('a silent server times out soon, and is retried', async () => {
  await using silent = await oddServer(() => {})
  const { clock, jobs } = outbox(silent.url, { greeting: 100 })
  await jobs.runDue()
  expect(jobs.waiting(9)).toMatchObject([{ attempt: 1, working: 0 }])
  clock.advance({ minutes: 1 })
  expect(await jobs.runDue()).toBe(1)
  expect(silent.connections()).toBe(2)
})

test('a test message to a silent server fails soon', async () => {
  await using silent = await oddServer(() => {})
  const { mail } = outbox(silent.url, { greeting: 100 })
  await expect(mail.sendTest({ to: AMARA, message: MESSAGE, job_id: 1 })).rejects.toThrow(/greeting/i)
})

test('an unreachable server is retried', async () => {
  const gone = await oddServer(() => {})
  await gone[Symbol.asyncDispose]()
  const { jobs } = outbox(gone.url)
  await jobs.runDue()
  expect(jobs.waiting(9)).toMatchObject([{ attempt: 1, reason: expect.stringContaining('ECONNREFUSED') }])
})

test('a connection lost after sending resends with the same Message-ID', async () => {
  let breaks = true
  const seen: string[] = []
  await using post = await oddServer((socket) => {
    let letter: string | null = null
    socket.write('220 here\r\n')
    socket.on('data', (bytes) => {
      const text = String(bytes)
      if (letter !== null) {
        letter += text
        if (!letter.endsWith('\r\n.\r\n')) return
        seen.push(/^Message-ID: (.*)$/im.exec(letter)?.[1] ?? '')
        letter = null
        if (breaks) socket.destroy()
        else socket.write('250 taken\r\n')
      } else if (/^DATA/i.test(text)) {
        letter = ''
        socket.write('354 go on\r\n')
      } else {
        socket.write('250 fine\r\n')
      }
    })
  })
  const { clock, jobs } = outbox(post.url)
  await jobs.runDue()
  breaks = false
  clock.advance({ minutes: 1 })
  await jobs.runDue()
  clock.advance({ hours: 24 })
  await jobs.runDue()
  expect(seen).toHaveLength(2)
  expect(seen[0]).toMatch(/^<job-1\.[\w-]{22}@things\.example\.org>$/)
  expect(seen[1]).toBe(seen[0])
})

test('no email goes to a server with an untrusted certificate', async () => {
  await using post = await postOffice({ secure: true })
  const { jobs } = outbox(post.url.replace('smtp:', 'smtps:'))
  await jobs.runDue()
  expect(post.letters).toEqual([])
  expect(jobs.waiting(9)).toMatchObject([{ attempt: 1, reason: expect.stringMatching(/certificate/i) }])
})

test('an email is retried after a rejected password, which is not stored', async () => {
  await using post = await postOffice({
    authOptional: false,
    onAuth: (_auth, _session, done) => done(new Error('Not with that password')),
  })
  const { db, jobs } = outbox(post.url.replace('//', '//things:opensesame@'))
  await jobs.runDue()
  expect(jobs.waiting(9)).toMatchObject([{ attempt: 1 }])
  expect(JSON.stringify(db.prepare('SELECT * FROM job').all())).not.toContain('opensesame')
})

test('an email unsent at process end is sent once after the next start', async () => {
  await using post = await postOffice()
  const { db, clock, jobs, start } = outbox(post.url)
  // claimed by a process that is no more
  db.prepare("UPDATE job SET attempt = 1, working = 1, due_at = '2026-03-02T07:02:00.000Z'").run()
  expect(await jobs.runDue()).toBe(0)
  clock.advance({ minutes: 2 })
  await start().runDue()
  await start().runDue()
  expect(post.letters).toHaveLength(1)
})

test.each([
  ['a name', { ...AMARA, name: 'Amara\r\nBcc: everybody@library.example' }, MESSAGE],
  ['a title', AMARA, { ...MESSAGE, subject: 'Maps\nBcc: everybody@library.example' }],
  ['an address', { ...AMARA, address: 'amara@library.example\r\nBcc: x@library.example' }, MESSAGE],
])('a line break in %s is refused, and nothing is sent', async (_what, to, letter) => {
  await using post = await postOffice()
  const { jobs } = outbox(post.url, { message: letter, to })
  await jobs.runDue()
  expect(post.letters).toEqual([])
  expect(jobs.dead(9)).toMatchObject([{ attempt: 1 }])
})

test.each(['a@library.example, b@library.example', '"a b"@library.example', 'a@library.example>', 'nobody'])(
  'anything but one plain address is refused: %s',
  async (address) => {
    await using post = await postOffice()
    const { jobs } = outbox(post.url, { to: { name: 'Amara', address } })
    await jobs.runDue()
    expect(post.letters).toEqual([])
    expect(jobs.dead(9)).toHaveLength(1)
  },
)

test.each(['=?utf-8?q?A=0d=0aBcc:_x@library.example?=', 'Amara%0d%0aBcc: x@library.example', 'A\\r\\nBcc: x'])(
  'an encoded line break stays part of the name: %s',
  async (name) => {
    await using post = await postOffice()
    const { jobs } = outbox(post.url, { message: { ...MESSAGE, subject: name }, to: { ...AMARA, name } })
    await jobs.runDue()
    const [{ recipients = [], mail, raw = '' } = {}] = post.letters
    expect(recipients).toEqual(['amara@library.example'])
    expect(mail?.bcc).toBeUndefined()
    expect(raw).not.toMatch(/^bcc:/im)
  },
)
