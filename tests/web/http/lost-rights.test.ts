import { expect, test } from 'vitest'
import { photo, sendForm } from '../../images/photos.ts'
import { beforeNextWrite } from '../../support/before-next-write.ts'
import { type Actor, PASSWORD, type TestSite, testSite } from '../../support/site.ts'

interface Stage extends ReturnType<TestSite['cast']> {
  site: TestSite
  post: number
  comment: number
  token: string
}

/** A peer's reflection with a comment by the learner, and one by the peer that somebody reported. */
async function staged(): Promise<Stage> {
  const site = await testSite()
  const cast = site.cast()
  const post = site.reflection(cast.peer, cast.cohort)
  const comment = site.services.comments.write(post, cast.learner.id, 'Where did you find it?')?.comment_id ?? 0
  const invited = { cohort_id: cast.cohort.id, role: 'learner', by: cast.organiser.id } as const
  const token = site.services.invitations.make({ ...invited, email: 'greta@library.example' })
  return { site, ...cast, post, comment, token }
}

const sql = ({ site }: Stage, text: string, ...values: unknown[]) => void site.db.prepare(text).run(...values)

const signedOut = (stage: Stage, { id }: Actor) => sql(stage, 'DELETE FROM session WHERE person_id = ?', id)
const deactivated = ({ site, admin }: Stage, { id }: Actor) => void site.services.people.deactivate(id, admin.id)
const noAuthor = (stage: Stage, { id }: Actor) => sql(stage, "UPDATE person SET role = 'member' WHERE id = ?", id)
const removed = ({ site, cohort, organiser }: Stage, { handle }: Actor) => {
  const member = site.services.members.findByHandle(cohort.id, handle)
  if (member) site.services.blocks.block(cohort.id, member, 'stay', organiser.id)
}
const demoted = (stage: Stage, { id }: Actor) =>
  sql(stage, "UPDATE enrolment SET role = 'learner' WHERE person_id = ?", id)
const narrowed = (stage: Stage) => sql(stage, "UPDATE reflection SET audience = 'me' WHERE id = ?", stage.post)

const picture = async (name: string) =>
  [name, { bytes: await photo({ width: 40, height: 40 }), name: 'p.jpg' }] as const
const course = '/admin/courses/course-23'
const codeOf = ({ site, cohort }: Stage) =>
  site.db.prepare<[number], string>('SELECT join_code FROM cohort WHERE id = ?').pluck().get(cohort.id) ?? ''
const newcomer = (stage: Stage) => ({
  ...{ name: 'Greta Lind', email: 'greta@library.example', password: PASSWORD },
  code: codeOf(stage),
})
const once = (stage: Stage) => ({ once: `once-${stage.post}` })

/** What is done, and what happens after the request was let in and before it writes. */
const ACTS: [string, (stage: Stage) => Promise<Response>, ((stage: Stage) => void)[]][] = [
  [
    'a comment',
    (stage) => stage.learner.post(`/reflections/${stage.post}/comments`, { body: 'Well done.', ...once(stage) }),
    [narrowed, (stage) => removed(stage, stage.learner), (stage) => deactivated(stage, stage.learner)],
  ],
  [
    'a changed comment',
    ({ learner, comment }) => learner.post(`/comments/${comment}/edit`, { body: 'Where?' }),
    [narrowed, (stage) => removed(stage, stage.learner), (stage) => signedOut(stage, stage.learner)],
  ],
  [
    'a deleted comment',
    ({ learner, comment }) => learner.post(`/comments/${comment}/delete`),
    [narrowed, (stage) => signedOut(stage, stage.learner)],
  ],
  [
    'thanks',
    ({ learner, post }) => learner.post(`/reflections/${post}/cheer`, { done: '1' }),
    [narrowed, (stage) => removed(stage, stage.learner)],
  ],
  [
    'following',
    ({ guide, post }) => guide.post(`/reflections/${post}/following`, { done: '1' }),
    [narrowed, (stage) => removed(stage, stage.guide)],
  ],
  [
    'a report',
    (stage) => stage.learner.post(`/reflections/${stage.post}/report`, { reason: 'Look.', ...once(stage) }),
    [narrowed, (stage) => removed(stage, stage.learner)],
  ],
  [
    'a deleted reflection',
    ({ peer, post }) => peer.post(`/reflections/${post}/delete`),
    [(stage) => deactivated(stage, stage.peer)],
  ],
  [
    'hiding',
    ({ guide, post }) => guide.post(`/reflections/${post}/hide`, { note: 'Names a patron.' }),
    [narrowed, (stage) => removed(stage, stage.guide), (stage) => demoted(stage, stage.guide)],
  ],
  [
    'hiding a comment',
    ({ guide, comment }) => guide.post(`/comments/${comment}/hide`, { note: 'Names a patron.' }),
    [(stage) => removed(stage, stage.guide), (stage) => demoted(stage, stage.guide)],
  ],
  [
    'a reflection for everybody',
    (stage) =>
      stage.learner.post('/cohorts/spring/things/1/reflection', {
        ...{ title: 'T', body: 'Text.', audience: 'world', intent: 'publish', version: '0' },
        ...once(stage),
      }),
    [(stage) => sql(stage, 'UPDATE cohort SET world_allowed = 0'), (stage) => removed(stage, stage.learner)],
  ],
  [
    'a draft',
    ({ learner }) =>
      learner.post('/cohorts/spring/things/1/reflection', { title: '', body: 'Text.', intent: 'draft', version: '0' }),
    [(stage) => removed(stage, stage.learner)],
  ],
  [
    'a removal',
    ({ organiser, peer }) => organiser.post(`/admin/cohorts/spring/people/${peer.handle}/remove`, { posts: 'go' }),
    [(stage) => demoted(stage, stage.organiser), (stage) => deactivated(stage, stage.organiser)],
  ],
  [
    'an announcement',
    (stage) => stage.organiser.post('/admin/cohorts/spring/announcements', { title: 'T', body: 'B', ...once(stage) }),
    [(stage) => demoted(stage, stage.organiser)],
  ],
  [
    'a role',
    ({ admin, peer }) => admin.post(`/admin/people/${peer.handle}/role`, { role: 'author' }),
    [(stage) => noAuthor(stage, stage.admin), (stage) => signedOut(stage, stage.admin)],
  ],
  [
    'a new password, which takes a while to make',
    ({ learner }) => learner.post('/me/password', { old_password: PASSWORD, password: 'quite another long sentence' }),
    [(stage) => signedOut(stage, stage.learner), (stage) => deactivated(stage, stage.learner)],
  ],
  [
    'a deleted account',
    ({ learner }) => learner.post('/me/delete', { password: PASSWORD, posts: 'go' }),
    [(stage) => signedOut(stage, stage.learner), (stage) => deactivated(stage, stage.learner)],
  ],
  [
    'a picture, which takes a while to draw',
    async ({ learner }) => sendForm(learner, '/images', [[...(await picture('picture'))]], { accept: 'text/html' }),
    [(stage) => deactivated(stage, stage.learner)],
  ],
  [
    'a picture in the editor without scripts',
    async ({ learner }) =>
      sendForm(learner, '/cohorts/spring/things/1/reflection', [
        [...(await picture('picture'))],
        ['body', 'Text.'],
        ['intent', 'picture'],
      ]),
    [(stage) => removed(stage, stage.learner)],
  ],
  [
    "a course's picture",
    async ({ author }) => sendForm(author, `${course}/pictures`, [[...(await picture('picture'))]]),
    [(stage) => noAuthor(stage, stage.author)],
  ],
  [
    "a badge's picture",
    async ({ author }) => sendForm(author, `${course}/badges/safe-start/picture`, [[...(await picture('picture'))]]),
    [(stage) => noAuthor(stage, stage.author)],
  ],
  [
    'a logo',
    async ({ admin }) =>
      sendForm(admin, '/admin/settings/logo', [[...(await picture('logo'))], ['logo_alt', 'A crane']]),
    [(stage) => noAuthor(stage, stage.admin)],
  ],
  [
    'joining with a new account',
    (stage) => stage.guest.post('/join/spring', newcomer(stage)),
    [
      (stage) => sql(stage, "UPDATE cohort SET join_code = 'another'"),
      (stage) => sql(stage, "UPDATE cohort SET joining = 'invitation'"),
      (stage) => sql(stage, "UPDATE cohort SET closed_at = '2026-03-01T00:00:00.000Z'"),
      ({ site }) => site.services.settings.set('accounts', 'invitation'),
    ],
  ],
  [
    'joining with an account',
    ({ stranger, ...stage }) => stranger.post('/join/spring', { code: codeOf({ stranger, ...stage }) }),
    [
      (stage) => sql(stage, "UPDATE cohort SET join_code = 'another'"),
      (stage) => deactivated(stage, stage.stranger),
      (stage) =>
        sql(
          stage,
          "INSERT INTO block (cohort_id, person_id, blocked_by, blocked_at) VALUES (?, ?, ?, '2026-03-02')",
          ...[stage.cohort.id, stage.stranger.id, stage.organiser.id],
        ),
    ],
  ],
  [
    'an invitation',
    (stage) => stage.guest.post(`/invite/${stage.token}`, newcomer(stage)),
    [
      (stage) => sql(stage, 'DELETE FROM invitation'),
      (stage) => sql(stage, "UPDATE invitation SET expires_at = '2026-03-02T06:00:00.000Z'"),
    ],
  ],
  [
    'a list of people',
    ({ organiser }) =>
      sendForm(organiser, '/admin/cohorts/spring/import', [
        ['list', ''],
        ['file', { bytes: Buffer.from('email\ngreta@library.example\n'), name: 'people.csv', type: 'text/csv' }],
      ]),
    [(stage) => demoted(stage, stage.organiser)],
  ],
]

test.each(ACTS)('%s is refused when the right to it is lost at the last moment', async (_name, act, losses) => {
  for (const lose of losses) {
    const stage = await staged()
    await using site = stage.site
    const changes = site.db.prepare<[], number>('SELECT total_changes()').pluck()
    let before: number | undefined
    beforeNextWrite(site, () => {
      lose(stage)
      before = changes.get()
    })
    const { status } = await act(stage)
    expect([String(lose), [403, 404, 409].includes(status) ? 'refused' : status]).toEqual([String(lose), 'refused'])
    expect(changes.get()).toBe(before)
  }
})

test.each(ACTS)('%s goes through where nothing was lost', async (_name, act) => {
  const stage = await staged()
  await using site = stage.site
  const changes = site.db.prepare<[], number>('SELECT total_changes()').pluck()
  const before = changes.get() ?? 0
  expect((await act(stage)).status).toBeLessThan(400)
  expect(changes.get()).toBeGreaterThan(before)
})

test('a form that was refused can be sent again when the right is back', async () => {
  const stage = await staged()
  await using site = stage.site
  const { learner, post } = stage
  const send = () => learner.post(`/reflections/${post}/comments`, { body: 'Well done.', once: 'the-same' })
  beforeNextWrite(site, () => narrowed(stage))
  expect((await send()).status).toBe(404)
  sql(stage, "UPDATE reflection SET audience = 'cohort' WHERE id = ?", post)
  expect((await send()).status).toBe(303)
  expect(site.services.comments.page(post, learner.id).count).toBe(2)
})

test('a page that is under way does not bring back a view-as that was ended meanwhile', async () => {
  await using site = await testSite()
  const { admin, learner } = site.cast()
  await admin.post(`/admin/people/${learner.handle}/view-as`)
  const session = site.db.prepare<[number], string>('SELECT data FROM session WHERE person_id = ?').pluck()
  site.db.prepare("UPDATE session SET data = json_set(data, '$.flash', json('[]')) WHERE person_id = ?").run(admin.id)
  site.db
    .prepare("UPDATE session SET data = json_insert(data, '$.flash[#]', json(?)) WHERE person_id = ?")
    .run('{"kind":"said","key":"reflections.said.kept"}', admin.id)
  beforeNextWrite(site, () => {
    site.db.prepare("UPDATE session SET data = json_remove(data, '$.impersonation') WHERE person_id = ?").run(admin.id)
  })
  expect((await admin.get('/cohorts/spring')).status).toBe(200)
  expect(session.get(admin.id)).toBe('{}')
})

test('a sign-in with a password that is replaced while it is checked does not count', async () => {
  await using site = await testSite()
  const { learner, guest } = site.cast()
  const { people } = site.services
  const { credentials } = people
  people.credentials = (email) => {
    people.credentials = credentials
    const found = credentials(email)
    people.changePassword(learner.id, `${found?.password_hash}-replaced`, '')
    return found
  }
  const answer = await guest.post('/login', { email: learner.email, password: PASSWORD })
  expect(answer.status).toBe(422)
  expect(site.db.prepare('SELECT count(*) FROM session WHERE person_id = ?').pluck().get(learner.id)).toBe(0)
})
