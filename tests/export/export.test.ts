import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { addPicture } from '../images/photos.ts'
import { type Actor, testSite } from '../support/site.ts'
import { unzip } from '../support/unzip.ts'

/** The contents of a person's export, by file name. */
async function takeAlong(person: Actor): Promise<Map<string, string>> {
  const answer = await person.get('/me/export')
  expect(answer.headers.get('content-type')).toBe('application/zip')
  const files = await unzip(Buffer.from(await answer.arrayBuffer()))
  return new Map(Array.from(files, ([name, bytes]) => [name.replace(/^twentythree-[^/]+\//, ''), bytes.toString()]))
}

test('each reflection is there as Markdown with what is known about it, and as a page to read', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const body = 'First line.\n\n- a list\n- with *stress*'
  const id = site.reflection(learner, cohort, { title: 'Yes: "my" <find>', body, audience: 'guides' })
  site.services.comments.write(id, cohort.organiser.id, 'Well done, **Amara**.')
  const files = await takeAlong(learner)
  const markdown = files.get(`reflections/spring-01-${id}.md`) ?? ''
  const [, head = '', text = ''] = markdown.split('---\n')
  expect(parseDocument(head).toJS()).toMatchObject({ title: 'Yes: "my" <find>', audience: 'guides', number: 1 })
  expect(text.trim()).toBe(body)
  const page = files.get(`reflections/spring-01-${id}.html`) ?? ''
  expect(page).toContain('<em>stress</em>')
  expect(page).toContain('Ingrid Solberg')
  expect(page).toContain('<strong>Amara</strong>')
  expect(files.get('index.html')).toContain(`href="reflections/spring-01-${id}.html"`)
  expect([...(await takeAlong(peer)).keys()].filter((name) => name.startsWith('reflections/'))).toEqual([])
})

test('drafts, comments, badges and everything else of the person are in the export', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort, { title: 'Mine' })
  await peer.post(`/reflections/${id}/comments`, { body: 'From *Kenji*.\nشكرا' })
  await peer.post(`/reflections/${id}/cheer`, { done: '1' })
  await peer.post(cohort.at('/things/1/reflection'), { title: 'Half', body: 'Not yet.', intent: 'draft' })
  const files = await takeAlong(peer)
  expect(files.get('drafts/spring-01.md')).toContain('Not yet.')
  const data = JSON.parse(files.get('data.json') ?? '')
  expect(data.person).toMatchObject({ name: 'Kenji Watanabe', workplace: 'Central' })
  expect(data.answers).toMatchObject([{ body: 'From *Kenji*.\nشكرا', under: 'Amara Okonkwo: Mine' }])
  expect(files.get('index.html')).toContain('<p dir="auto">From <em>Kenji</em>.<br />\nشكرا</p>')
  expect(data.rows.cheer).toMatchObject([{ reflection_id: id }])
  expect(JSON.parse((await takeAlong(learner)).get('data.json') ?? '').awards.length).toBeGreaterThan(0)
})

test('the export leaves out reflections and comments that the person may not read', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort, { title: 'Once for all' })
  await peer.post(`/reflections/${id}/comments`, { body: 'From Kenji.' })
  site.db.prepare("UPDATE reflection SET audience = 'guides' WHERE id = ?").run(id)
  const files = await takeAlong(peer)
  expect([...files.values()].join('\n')).not.toContain('Once for all')
  expect(files.get('index.html')).toContain('From Kenji.')
})

test('pictures are in the export, and its texts refer to them there', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const { id: picture } = await addPicture(learner)
  const id = site.reflection(learner, cohort, { body: `Look: ![my desk](/images/${picture})` })
  const files = await takeAlong(learner)
  expect(files.has(`pictures/${picture}.jpg`)).toBe(true)
  expect(files.get(`reflections/spring-01-${id}.html`)).toContain(`src="../pictures/${picture}.jpg"`)
  expect(files.get(`reflections/spring-01-${id}.md`)).toContain(`![my desk](../pictures/${picture}.jpg)`)
})

/** Tables with personal data that are not in the export, each with the reason. */
const LEFT_OUT: Record<string, string> = {
  feed_address: 'the hash of a secret address, and nothing else',
  first_answer: 'what the reflections and answers tell, counted',
  feed_look: 'counts tries, for minutes',
  mention_hour: 'counts tries, for an hour',
  once: 'random numbers of forms',
  pending_upload: 'the name of a file that was just sent, for a day',
  email_change: 'goes two days after it was asked for',
  password_reset: 'hashes of links that are used up or too old',
  reset_request: 'goes with the next link',
}

test('every table that refers to a person is in the export, or is left out for a reason', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const { rows } = site.services.personExport.read(learner.id)
  const told = ['person', 'reflection', 'comment', 'draft', 'award', ...Object.keys(rows)]
  const naming = site.db
    .prepare<[], string>(`
      SELECT DISTINCT t.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
       WHERE t.schema = 'main' AND t.type = 'table' AND c.name IN ('person_id', 'enrolment_id') ORDER BY t.name`)
    .pluck()
    .all()
  expect(naming.filter((table) => !told.includes(table) && !(table in LEFT_OUT))).toEqual([])
})

test('a guest cannot export', async () => {
  using site = await testSite()
  const { guest } = site.cast()
  expect((await guest.get('/me/export')).status).toBe(303)
})
