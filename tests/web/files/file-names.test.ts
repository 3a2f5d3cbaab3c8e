import { expect, test } from 'vitest'
import { awarded } from '../../support/fixtures/award.ts'
import { type Actor, testSite } from '../../support/site.ts'

/** The name under which a browser keeps the file. */
async function nameOf(reader: Pick<Actor, 'get'>, address: string): Promise<string> {
  const answer = await reader.get(address)
  expect(answer.status).toBe(200)
  const header = answer.headers.get('content-disposition') ?? ''
  const [, plain = '', full] =
    /^attachment; filename="([a-z0-9-]+\.\w+)"(?:; filename\*=UTF-8''(.*))?$/.exec(header) ?? []
  return full === undefined ? plain : decodeURIComponent(full)
}

test('a badge as a file names who earned it, in their script', async () => {
  using here = await awarded()
  await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
  here.site.db.prepare('UPDATE person SET name = ? WHERE id = ?').run('نور\u202e الهاشمي', here.learner.id)
  const names = await Promise.all(
    ['badge.png', 'badge.svg', 'credential.json', 'credential.jwt'].map((file) =>
      nameOf(here.learner, `/awards/${here.id}/${file}`),
    ),
  )
  expect(names).toEqual(
    ['png', 'svg', 'json', 'jwt'].map((end) => expect.stringMatching(new RegExp(` - نور الهاشمي\\.${end}$`))),
  )
})

test('a certificate names the course and its holder', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { author, cohort } = site.cast()
  const paper = {
    title: 'Paper',
    body: 'For {things}.',
    signer: 'A. Head',
    hue: 'teal',
    landscape: '1',
    by: 'things',
    things: '1',
  }
  const made = await author.post('/admin/courses/course-23/certificates', paper)
  await author.post(`${made.headers.get('location')}/state`, { state: 'on' })
  const holder = cohort.enrol(site.person({ name: 'Ελένη / Παππά.' }))
  site.reflection(holder, cohort)
  const [{ id = '' } = {}] = site.services.certificates.ofPerson(holder.id)
  expect(await nameOf(holder, `/certificates/${id}.pdf`)).toMatch(/^[^/]+ - Ελένη - Παππά\.pdf$/)
})

test('what belongs to a course, a cohort, a person or the site names it', async () => {
  using site = await testSite()
  const { admin, author, cohort, learner, organiser } = site.cast()
  site.db.prepare("UPDATE course SET title = '旅する23のこと' WHERE slug = 'course-23'").run()
  site.db.prepare("UPDATE cohort SET title = 'Осень' WHERE id = ?").run(cohort.id)
  site.db.prepare("UPDATE person SET name = '김 서연' WHERE id = ?").run(learner.id)
  site.services.settings.change('site_name', 'Biblioteket på Øya', admin.id)
  site.db.prepare('UPDATE course SET revision = revision + 1').run()
  expect(await nameOf(author, '/admin/courses/course-23/export.zip')).toBe('旅する23のこと.zip')
  expect(await nameOf(organiser, '/cohorts/spring/blogs.opml')).toBe('Осень - blogs.opml')
  expect(await nameOf(learner, '/me/export')).toBe('Twentythree - 김 서연.zip')
  site.services.jobs.add('backups.make', {})
  await site.services.jobs.runDue()
  const [backup = ''] =
    /\/admin\/settings\/backups\/twentythree-[\d-]+\.zip/.exec(await admin.read('/admin/settings/backups')) ?? []
  expect(await nameOf(admin, backup)).toMatch(/^Biblioteket på Øya - twentythree-\d{8}-\d{6}\.zip$/)
})
