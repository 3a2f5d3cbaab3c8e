import { expect, test } from 'vitest'
import { photo, sendForm } from '../images/photos.ts'
import { PASSWORD, type TestSite, testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'

interface Logged {
  person_id: number
  detail: string
}

function logOf(site: TestSite) {
  const rows = site.db
    .prepare<[], Logged>("SELECT person_id, detail FROM activity WHERE kind = 'setting.changed' ORDER BY id")
    .all()
  return rows.map(({ person_id, detail }) => ({ person_id, ...JSON.parse(detail) }))
}

test('a name is on every page and in the log, with the one before', async () => {
  using site = await testSite()
  const { admin, guest, learner } = site.cast()
  const answer = await admin.post('/admin/settings/name', { seen: '0', site_name: '  Harbour \n Libraries ' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/settings#main'])
  for (const page of [await guest.read('/'), await learner.read('/me')]) expect(page).toContain('Harbour Libraries')
  expect(logOf(site)).toEqual([
    { person_id: admin.id, setting: 'site_name', before: 'Twentythree', after: 'Harbour Libraries' },
  ])
})

test('every page of the settings says what its sections do, and saving what is there changes nothing', async () => {
  using site = await testSite()
  const { admin } = site.cast()
  for (const page of ['', '/pages', '/mail', '/people', '/backups']) {
    expect((await admin.get(`/admin/settings${page}`)).status).toBe(200)
  }
  const answer = await admin.post('/admin/settings/public', {
    seen: '0',
    landing: 'public',
    guests_read: '1',
    robots: 'index',
  })
  expect(answer.status).toBe(303)
  expect(logOf(site)).toEqual([])
  for (const page of ['/site', '/constructor', '/nothing']) {
    expect((await admin.get(`/admin/settings${page}`)).status).toBe(404)
    expect((await admin.post(`/admin/settings${page}`)).status).toBe(404)
  }
})

test('of two admins at once the second sees both values before saving', async () => {
  using site = await testSite()
  const { admin } = site.cast()
  const other = site.person({ role: 'admin' })
  await admin.post('/admin/settings/name', { seen: '0', site_name: 'Harbour' })
  // the very same words are no clash
  expect((await other.post('/admin/settings/name', { seen: '0', site_name: 'Harbour' })).status).toBe(303)
  const clash = await other.post('/admin/settings/name', { seen: '0', site_name: 'Hill' })
  expect(clash.status).toBe(409)
  const page = await clash.text()
  expect(page).toContain('value="Hill"')
  expect(page).toContain('Name of the site: <span dir="auto">Harbour</span>')
  expect(page).toContain('name="seen" value="1"')
  expect(site.services.settings.siteName()).toBe('Harbour')
  expect((await other.post('/admin/settings/name', { seen: '1', site_name: 'Hill' })).status).toBe(303)
  expect(site.services.settings.siteName()).toBe('Hill')
})

test('a refused value stays in the form, with the reason beside it, and the stored one counts', async () => {
  using site = await testSite()
  const { admin } = site.cast()
  const refused: [string, Record<string, string>, string][] = [
    ['name', { site_name: '' }, 'site_name'],
    ['name', { site_name: 'x'.repeat(61) }, 'site_name'],
    ['languages', { languages: 'en, not a tag!', time_zone: 'UTC' }, 'languages'],
    ['languages', { languages: '', time_zone: 'UTC' }, 'languages'],
    ['languages', { languages: 'en', time_zone: 'Europe/Nowhere' }, 'time_zone'],
    ['public', { landing: 'secret', guests_read: '1', robots: 'index' }, 'landing'],
    ['uploads', { upload_quota_mb: '0' }, 'upload_quota_mb'],
    ['registration', { accounts: 'joining', email_domains: 'library' }, 'email_domains'],
    ['backups', { backups_nightly: '1', backup_hour: '24', backups_kept: '7' }, 'backup_hour'],
    ['mail', { smtp_url: 'https://mail.example.org', mail_from: '' }, 'smtp_url'],
    ['mail', { smtp_url: 'smtp://mail.example.org/?socket=x', mail_from: '' }, 'smtp_url'],
    ['mail', { smtp_url: 'smtp://mail.example.org', mail_from: 'a@b.example\nBcc: c@d.example' }, 'mail_from'],
    ['mail', { smtp_url: 'smtp://mail.example.org', smtp_password: 'opensesame', mail_from: '' }, 'smtp_url'],
  ]
  for (const [section, fields, field] of refused) {
    const answer = await admin.post(`/admin/settings/${section}`, { seen: '0', ...fields })
    expect([field, fields[field], answer.status]).toEqual([field, fields[field], 422])
    const page = await answer.text()
    expect(page).toContain(`href="#${field}"`)
    expect(page).not.toContain('opensesame')
  }
  expect(logOf(site)).toEqual([])
})

test('a mail password is kept, never shown and never logged, and goes to no other server', async () => {
  using site = await testSite()
  const { admin } = site.cast()
  const { settings } = site.services
  const mail = { mail_from: 'Things <things@library.example>', smtp_url: 'smtps://things@mail.library.example' }
  await admin.post('/admin/settings/mail', { seen: '0', ...mail, smtp_password: 'open sesame/@:' })
  expect(new URL(settings.value('smtp_url')).password).toBe('open%20sesame%2F%40%3A')
  const page = await admin.read('/admin/settings/mail')
  expect(page).toContain('value="smtps://things@mail.library.example"')
  expect(page).not.toMatch(/open.{0,3}sesame/)
  expect(logOf(site)).toContainEqual({ person_id: admin.id, setting: 'smtp_url', changed: 1 })
  expect(JSON.stringify(logOf(site))).not.toMatch(/sesame|mail\.library\.example/)

  await admin.post('/admin/settings/mail', { seen: '1', ...mail, mail_from: '' })
  expect(settings.value('smtp_url')).toContain('sesame')
  await admin.post('/admin/settings/mail', { seen: '2', ...mail, smtp_url: 'smtps://things@mail.evil.example' })
  expect(settings.value('smtp_url')).toBe('smtps://things@mail.evil.example')
})

test('what the environment says counts where nothing is stored, and is shown without its password', async () => {
  using site = await testSite({ smtp_url: 'smtp://things:opensesame@mail.library.example' })
  const page = await site.cast().admin.read('/admin/settings/mail')
  expect(page).toContain('smtp://things@mail.library.example')
  expect(page).not.toContain('opensesame')
})

test('a logo is re-encoded, served as immutable under its own address, and removed', async () => {
  using site = await testSite()
  const { admin, guest } = site.cast()
  const sent = Buffer.concat([await photo({ width: 600, height: 200 }), Buffer.from('<script>alert(1)</script>')])
  const answer = await sendForm(admin, '/admin/settings/logo', [
    ['seen', '0'],
    ['logo_alt', 'A crane over water'],
    ['logo', { bytes: sent, name: 'sign.jpg' }],
  ])
  expect(answer.status).toBe(303)
  const landing = await guest.read('/')
  const address = /<img src="(\/logo\/[0-9a-f]{16})" alt="A crane over water" width="480" height="160">/.exec(
    landing,
  )?.[1]
  const picture = await guest.get(address ?? '')
  expect(Object.fromEntries(picture.headers)).toMatchObject({
    'content-type': 'image/webp',
    'x-content-type-options': 'nosniff',
    'cache-control': expect.stringContaining('immutable'),
    'content-security-policy': "sandbox; default-src 'none'",
  })
  const bytes = Buffer.from(await picture.arrayBuffer())
  expect(bytes.subarray(8, 12).toString()).toBe('WEBP')
  expect(bytes.includes('script')).toBe(false)

  expect((await admin.post('/admin/settings/logo/remove', { seen: '1' })).status).toBe(303)
  expect(await guest.read('/')).not.toContain('/logo/')
  expect((await guest.get(address ?? '')).status).toBe(404)
  expect(logOf(site).filter(({ setting }) => setting === 'logo')).toMatchObject([
    { before: '', after: address?.slice(6) },
    { before: address?.slice(6), after: '' },
  ])
})

test.each([
  ['a drawing of instructions', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), 'SVG'],
  ['a page', Buffer.from('<!doctype html><script>1</script>'), 'is not a picture'],
])('%s is no logo', async (_what, bytes, words) => {
  using site = await testSite()
  const { admin } = site.cast()
  const answer = await sendForm(admin, '/admin/settings/logo', [
    ['seen', '0'],
    ['logo_alt', ''],
    ['logo', { bytes, name: 'sign.png' }],
  ])
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(words)
  expect(site.services.logo.current()).toBeNull()
})

test('of two admins who send a logo the second is told, and a form that is sent twice is one', async () => {
  using site = await testSite()
  const { admin } = site.cast()
  const other = site.person({ role: 'admin' })
  const send = (who: typeof admin, bytes: Buffer) =>
    sendForm(who, '/admin/settings/logo', [
      ['seen', '0'],
      ['logo_alt', ''],
      ['logo', { bytes, name: 'sign.jpg' }],
    ])
  const [mine, theirs] = [await photo({ width: 300 }), await photo({ width: 200 })]
  expect((await send(admin, mine)).status).toBe(303)
  expect((await send(admin, mine)).status).toBe(303)
  const kept = site.services.logo.current()
  const clash = await send(other, theirs)
  expect(clash.status).toBe(409)
  expect(await clash.text()).toContain('Somebody else changed this meanwhile')
  expect(site.services.logo.current()).toEqual(kept)
})

test('the alternative text changes without sending the picture again', async () => {
  using site = await testSite()
  const { admin, guest } = site.cast()
  const fields = (seen: string, alt: string) => [
    ['seen', seen] as [string, string],
    ['logo_alt', alt] as [string, string],
  ]
  const picture: [string, { bytes: Uint8Array; name: string }] = ['logo', { bytes: await photo(), name: 'a.jpg' }]
  await sendForm(admin, '/admin/settings/logo', [...fields('0', 'A crane'), picture])
  await sendForm(admin, '/admin/settings/logo', [...fields('1', 'A heron'), ['logo', { bytes: Buffer.of(), name: '' }]])
  expect(await guest.read('/')).toContain('alt="A heron"')
})

test('legal notice and privacy become pages linked from the footer, with scripts removed', async () => {
  using site = await testSite()
  const { admin, guest, cohort } = site.cast()
  expect((await guest.get('/imprint')).status).toBe(404)
  expect(await guest.read('/login')).not.toContain('/imprint')
  const imprint = '# Us\n\n<script>alert(1)</script> [here](javascript:alert(1)) **Harbour** Libraries'
  await admin.post('/admin/settings/imprint', { seen: '0', imprint })
  const page = await guest.read('/imprint')
  expect(page).toContain('<strong>Harbour</strong> Libraries')
  expect(page).not.toMatch(/<script>alert|href="javascript/)
  for (const path of ['/login', `/join/${cohort.slug}`, '/', '/no/such/page']) {
    expect(await guest.read(path)).toContain('<a href="/imprint">Imprint</a>')
  }
  expect((await guest.get('/privacy')).status).toBe(404)
  expect(logOf(site)).toMatchObject([{ setting: 'imprint', before: '', after: imprint }])
})

test('markup in settings is text wherever it is shown', async () => {
  using site = await testSite()
  const { admin, guest } = site.cast()
  await admin.post('/admin/settings/name', { seen: '0', site_name: '"><script>alert(1)</script>' })
  for (const path of ['/', '/login', '/nothing']) expect(await guest.read(path)).not.toContain('<script>alert')
  expect(await admin.read('/admin/settings')).not.toContain('<script>alert')
})

test('the first page can lead to the sign-in, and courses be for people with an account', async () => {
  using site = await testSite()
  const { admin, guest, learner } = site.cast()
  expect((await guest.get('/courses/course-23')).status).toBe(200)
  await admin.post('/admin/settings/public', { seen: '0', landing: 'sign_in', guests_read: '0', robots: 'none' })
  expect((await guest.get('/')).headers.get('location')).toBe('/login')
  for (const path of ['/courses/course-23', '/courses/course-23/things/1']) {
    expect((await guest.get(path)).headers.get('location')).toBe(`/login?next=${encodeURIComponent(path)}`)
    expect((await learner.get(path)).status).toBe(200)
  }
})

test('search engines are told what they may list', async () => {
  using site = await testSite()
  const { admin, guest } = site.cast()
  expect(await guest.read('/robots.txt')).toMatch(/^User-agent: \*\nDisallow: \/admin\n/)
  expect(await guest.read('/')).not.toContain('noindex')
  await admin.post('/admin/settings/public', { seen: '0', landing: 'public', guests_read: '1', robots: 'none' })
  expect(await guest.read('/robots.txt')).toBe('User-agent: *\nDisallow: /\n')
  expect(await guest.read('/')).toContain('<meta name="robots" content="noindex, nofollow">')
})

const newcomer = { name: 'Sione Tupou', email: 'sione@library.example', password: PASSWORD, code: '' }

test('where accounts are by invitation only, an open link is for those who have one', async () => {
  using site = await testSite()
  const { admin, guest, cohort } = site.cast({ joining: 'open' })
  await admin.post('/admin/settings/registration', { seen: '0', accounts: 'invitation', email_domains: '' })
  const refused = await guest.post(`/join/${cohort.slug}`, newcomer)
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('by invitation')
  expect(site.services.people.credentials(newcomer.email)).toBeNull()
  const known = site.person()
  expect(await guest.read(`/join/${cohort.slug}`)).not.toContain('name="name"')
  // a wrong password does not tell whether there is an account
  const guesses = ['nobody@library.example', known.email].map(async (email) => {
    const answer = await site.guest().post(`/join/${cohort.slug}`, { email, password: 'not the right one', code: '' })
    return (await answer.text()).replaceAll(email, '')
  })
  const [unknown = '', wrong] = await Promise.all(guesses)
  expect(unknown).toContain('by invitation')
  expect(wrong).toBe(unknown)
  const entered = await site.guest().post(`/join/${cohort.slug}`, { ...newcomer, email: known.email })
  expect(entered.headers.get('location')).toBe(`/cohorts/${cohort.slug}`)
  expect(site.services.enrolments.find(known.id, cohort.slug)).not.toBeNull()
})

test('registration is limited to whole listed domains, not their suffixes', async () => {
  using site = await testSite()
  const { admin, cohort } = site.cast({ joining: 'open' })
  await admin.post('/admin/settings/registration', {
    seen: '0',
    accounts: 'joining',
    email_domains: '@Library.example, quay.example',
  })
  expect(site.services.settings.value('email_domains')).toBe('library.example quay.example')
  const join = (email: string) => site.guest().post(`/join/${cohort.slug}`, { ...newcomer, email })
  for (const email of [
    'a@evil.example',
    'a@evillibrary.example',
    'a@sub.library.example',
    'a@library.example.evil.example',
  ]) {
    expect([email, (await join(email)).status]).toEqual([email, 422])
  }
  expect((await join('A@LIBRARY.example')).status).toBe(303)
  expect((await join('b@quay.example')).status).toBe(303)
})

test('a test message goes to whoever asks, and the answer is on the page', async () => {
  await using post = await postOffice()
  using site = await testSite({ smtp_url: post.url })
  const { admin } = site.cast()
  const page = await (await admin.post('/admin/settings/mail/test')).text()
  expect(page).toContain('The server took the letter')
  expect(page).toMatch(/250 .*taken/)
  expect(post.letters.map(({ recipients }) => recipients)).toEqual([[admin.email]])
  await admin.post('/admin/settings/mail/test')
  expect(post.letters).toHaveLength(2)
})

test('an error of the mail server is shown in its words, without the password', async () => {
  await using post = await postOffice({
    authOptional: false,
    onAuth: (_auth, _session, done) => done(new Error('Not with that password')),
  })
  using site = await testSite({ smtp_url: post.url.replace('//', '//things:opensesame@') })
  const page = await (await site.cast().admin.post('/admin/settings/mail/test')).text()
  expect(page).toContain('The letter did not leave')
  expect(page).toContain('Not with that password')
  expect(page).not.toContain('opensesame')
})

test('an invalid stored value is ignored', async () => {
  using site = await testSite()
  const { guest } = site.cast()
  site.services.settings.set('main_colour', 'red; } body { display: none')
  site.services.settings.set('landing', 'nonsense')
  expect((await guest.get('/theme.css')).status).toBe(404)
  expect((await guest.get('/')).status).toBe(200)
})
