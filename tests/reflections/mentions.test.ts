import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectLinear } from '../support/growth.ts'
import { renderMarkdown } from '../support/render-markdown.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'
import { EVASIONS, PLACES } from './evasions.ts'

const KNOWN = new Map([
  ['kenji', '/people/kenji'],
  ['asa-2', '/people/asa-2'],
])
const html = (text: string) => renderMarkdown(text, { mentions: () => KNOWN }).html
const LINK = /<a href="\/people\/(kenji|asa-2)">@(kenji|asa-2)<\/a>/gi

/** As it is rendered, but for the links to people. */
function unlinked(text: string): string {
  return html(text).replaceAll(LINK, (link) => link.replaceAll(/<[^>]*>/g, ''))
}

function asked(text: string): string[] {
  let handles: string[] = []
  renderMarkdown(text, {
    mentions: (found) => {
      handles = found
      return new Map()
    },
  })
  return handles
}

describe('in a text', () => {
  test.each([
    ['@kenji', ['kenji']],
    ['Thank you, @Kenji!', ['kenji']],
    ['(@kenji) and @asa-2.', ['kenji', 'asa-2']],
    ['**@kenji** _@kenji_ ~~@asa-2~~', ['kenji', 'asa-2']],
    ['# @kenji\n\n- @asa-2', ['kenji', 'asa-2']],
    ['@kenji-', ['kenji']],
    ['line\n@kenji', ['kenji']],
    ['@кенджи @kenji_w @kenji-w_x @kenjié', []],
    ['mail kenji@library.example or x@kenji', []],
    ['@kenji@social.example', []],
    ['`@kenji`', []],
    ['```\n@kenji\n```', []],
    ['> @kenji\n> - @asa-2\n\n@asa-2', ['asa-2']],
    ['\\@kenji \\＠asa-2', []],
    ['\t@kenji', ['kenji']],
    ['こんにちは@kenjiさん、＠ａｓａ－２！', ['kenji', 'asa-2']],
    ['多谢@Kenji，@asa-2。', ['kenji', 'asa-2']],
    ['안녕@kenji님 สวัสดี@asa-2ครับ', ['kenji', 'asa-2']],
    ['山田@kenji.example Ａ@kenji é＠kenji', ['kenji']],
    ['[@kenji](https://example.org)', []],
    ['https://example.org/@kenji', []],
    ['<https://example.org/@kenji>', []],
    ['![@kenji](https://example.org/a.png)', []],
    ['@@kenji @ kenji @-kenji', []],
  ])('%j names %j', (text, handles) => {
    expect(asked(text)).toEqual(handles)
  })

  test('a known handle becomes a link as typed, an unknown one stays text', () => {
    expect(html('Ask @Kenji or @nobody.')).toBe('<p dir="auto">Ask <a href="/people/kenji">@Kenji</a> or @nobody.</p>')
  })

  test('a link to a person cannot be written by hand', () => {
    for (const text of ['[me](/people/kenji)', '<a href="/people/kenji">x</a>', '[a]\n\n[a]: /people/kenji']) {
      expect(html(text)).not.toContain('<a href="/people')
    }
  })

  test('without its links, the HTML is the same as without mentions', () => {
    const part = fc.constantFrom(
      '@kenji',
      '@asa-2',
      '@x',
      ' ',
      '\n',
      '*',
      '`',
      '[',
      ']',
      '(',
      ')',
      'a@b',
      '<',
      '&',
      '"',
      '-',
      '_',
      'é',
      '\\',
      'https://e.org/',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const text = parts.join('')
        expect(unlinked(text)).toBe(renderMarkdown(text).html)
      }),
      { numRuns: 2000 },
    )
  })

  test('only handles that were looked up are linked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('@kenji', '@asa-2', 'x', ' ', '.', '-', '`', '**', '\n\n'), { maxLength: 30 }),
        (parts) => {
          const text = parts.join('')
          const linked = new Set(Array.from(html(text).matchAll(LINK), ([, handle = '']) => handle))
          expect(new Set(asked(text).filter((handle) => KNOWN.has(handle)))).toEqual(linked)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test.each(EVASIONS.map((evasion) => [evasion]))('%j beside a mention stays harmless', (evasion) => {
    for (const place of PLACES) {
      for (const text of [
        `@kenji ${evasion}`,
        `${evasion} @kenji`,
        `@kenji${evasion}@asa-2`,
        evasion.replace(/[a-z]+/i, '@kenji'),
      ]) {
        expect(unlinked(place(text)), place(text)).toBe(renderMarkdown(place(text)).html)
      }
    }
  })

  test.each([
    ['@', 40_000],
    ['@a', 20_000],
    ['@a-', 13_000],
    ['@kenji ', 5000],
    [`@${'a-'.repeat(100)}_`, 190],
  ])('twice as many %j take at most 2.5 times as long', async (part, times) => {
    await expectLinear(times, (size) => part.repeat(size), html)
  })
})

const told = (site: TestSite) =>
  site.db
    .prepare<[], string>('SELECT person.handle FROM mention JOIN person ON person.id = person_id ORDER BY mention.id')
    .pluck()
    .all()

const answer = (who: Actor, reflection: number, body: string) =>
  who.post(`/reflections/${reflection}/comments`, { body })

describe('in an answer', () => {
  test('a reader of the text who is mentioned becomes a link and is stored once', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    await answer(peer, id, 'Ask @marisol-guerrero, yes @Marisol-Guerrero. I am @kenji-watanabe.')
    const page = await learner.read(`/reflections/${id}`)
    expect(page).toContain('<a href="/people/marisol-guerrero">@Marisol-Guerrero</a>')
    expect(page).toContain('<a href="/people/kenji-watanabe">@kenji-watanabe</a>')
    expect(told(site)).toEqual(['marisol-guerrero'])
  })

  test.each(['tunde-adeyemi', 'asa-lindqvist', 'femi-adebayo', 'nobody-at-all'])(
    'a handle of a non-reader or of nobody (%s) stays plain text',
    async (handle) => {
      using site = await testSite()
      const { cohort, learner, peer } = site.cast()
      const id = site.reflection(learner, cohort, { audience: 'world' })
      await answer(peer, id, `Ask @${handle}.`)
      expect(await learner.read(`/reflections/${id}`)).toContain(`<p dir="auto">Ask @${handle}.</p>`)
      expect(told(site)).toEqual([])
    },
  )

  test('a mention names guides under a guides post, pod and guides under a pod post', async () => {
    using site = await testSite()
    const { cohort, guide, learner, peer } = site.cast()
    const other = cohort.enrol(site.person({ name: 'Noor Haddad' }))
    const pod = site.db.prepare("INSERT INTO pod (cohort_id, name, made_at) VALUES (?, 'One', '')").run(cohort.id)
    const into = site.db.prepare('UPDATE enrolment SET pod_id = ? WHERE cohort_id = ? AND person_id = ?')
    for (const { id } of [learner, peer]) into.run(pod.lastInsertRowid, cohort.id, id)
    const enrolment = site.services.enrolments.find(learner.id, cohort.slug)
    const publish = (number: number, audience: 'guides' | 'pod') => {
      const thing = enrolment && site.services.progress.openThing(enrolment, number)
      if (!enrolment || !thing) throw new Error('not open')
      return site.services.reflections.publish(enrolment, thing.id, { title: '', body: 'x', audience }).reflection_id
    }
    const all = `@${learner.handle} @${peer.handle} @${guide.handle} @${other.handle}`
    await answer(guide, publish(1, 'guides'), all)
    expect(told(site)).toEqual([learner.handle])
    site.db.prepare('DELETE FROM mention').run()
    await answer(guide, publish(2, 'pod'), all)
    expect(told(site)).toEqual([learner.handle, peer.handle])
  })

  test('a person who left the cohort is not mentioned', async () => {
    using site = await testSite()
    const { cohort, guide, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    const enrolment = site.services.enrolments.find(peer.id, cohort.slug)
    if (enrolment) site.services.members.leave(enrolment, 'stay')
    await answer(guide, id, `@${peer.handle}`)
    expect(told(site)).toEqual([])
  })

  test('a former handle leads to the person', async () => {
    using site = await testSite()
    const { cohort, guide, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    await peer.post('/me', { name: peer.name, handle: 'kenji', workplace: '', scheme: 'system' })
    await answer(guide, id, '@kenji-watanabe')
    expect(await learner.read(`/reflections/${id}`)).toContain('<a href="/people/kenji">@kenji-watanabe</a>')
    expect(told(site)).toEqual(['kenji'])
  })

  test('an edit updates the mentions, and a repeated request changes nothing', async () => {
    using site = await testSite()
    const { cohort, guide, learner, organiser, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    const fields = { body: `@${guide.handle} @${learner.handle}`, once: 'one' }
    await peer.post(`/reflections/${id}/comments`, fields)
    await peer.post(`/reflections/${id}/comments`, fields)
    expect(told(site)).toEqual([guide.handle, learner.handle])
    await peer.post('/comments/1/edit', { body: `@${organiser.handle} @${guide.handle}` })
    expect(told(site)).toEqual([guide.handle, organiser.handle])
  })

  test('a text mentions at most ten people', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    const people = Array.from({ length: 12 }, () => cohort.enrol(site.person()))
    await answer(peer, id, people.map(({ handle }) => `@${handle}`).join(' '))
    expect(told(site)).toEqual(people.slice(0, 10).map(({ handle }) => handle))
    expect(await learner.read(`/reflections/${id}`)).toContain(`@${people[11]?.handle}</p>`)
  })

  test('after thirty mentions within an hour names stay plain text, and the writer is told', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    const people = Array.from({ length: 10 }, () => cohort.enrol(site.person()))
    const text = people.map(({ handle }) => `@${handle}`).join(' ')
    for (let times = 0; times < 3; times++) await answer(peer, id, text)
    // deleting gives nothing back: they have been told
    await peer.post('/comments/1/delete')
    const sent = await answer(peer, id, `And @${people[0]?.handle}`)
    expect(await (await peer.follow(sent)).text()).toContain('some names stay plain text')
    expect(told(site)).toHaveLength(20)
    expect(await learner.read(`/reflections/${id}`)).toContain(`And @${people[0]?.handle}</p>`)
    site.clock.advance({ minutes: 61 })
    await answer(peer, id, `Again @${people[0]?.handle}`)
    expect(told(site)).toHaveLength(21)
  })

  test('no mention is stored when the comment is not', async () => {
    using site = await testSite()
    const { cohort, guide, learner, stranger } = site.cast()
    const id = site.reflection(learner, cohort)
    expect((await answer(stranger, id, `@${guide.handle}`)).status).toBe(404)
    expect(
      site.db.prepare('SELECT (SELECT count(*) FROM mention) + (SELECT count(*) FROM mention_hour)').pluck().get(),
    ).toBe(0)
  })
})

describe('in a reflection', () => {
  test('its readers are mentioned, and publishing again follows the new audience', async () => {
    using site = await testSite()
    const { cohort, guide, learner, peer } = site.cast()
    const body = `With @${peer.handle} and @${guide.handle}`
    const id = site.reflection(learner, cohort, { body })
    expect(told(site)).toEqual([peer.handle, guide.handle])
    expect(await guide.read(`/reflections/${id}`)).toContain(`<a href="/people/${peer.handle}">`)
    const enrolment = site.services.enrolments.find(learner.id, cohort.slug)
    const thing = enrolment && site.services.progress.openThing(enrolment, 1)
    if (!enrolment || !thing) throw new Error('not open')
    site.services.reflections.publish(enrolment, thing.id, { title: '', body, audience: 'guides' })
    expect(told(site)).toEqual([guide.handle])
    site.services.reflections.publish(enrolment, thing.id, { title: '', body, audience: 'me' })
    expect(told(site)).toEqual([])
  })
})

describe('mention suggestions', () => {
  const namesIn = async (answer: Response): Promise<string[]> =>
    (await answer.json()).people.map(({ name }: { name: string }) => name)

  test('are found by the beginning of a name or handle, with or without accents', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    cohort.enrol(site.person({ name: 'Zoë Łuczak' }))
    const id = site.reflection(learner, cohort)
    const found = async (q: string) => namesIn(await peer.get(`/reflections/${id}/people?q=${encodeURIComponent(q)}`))
    expect(await found('zoe')).toEqual(['Zoë Łuczak'])
    expect(await found('luc')).toEqual(['Zoë Łuczak'])
    expect(await found('zoe-l')).toEqual(['Zoë Łuczak'])
    expect(await found('czak')).toEqual([])
    expect(await found("%' OR 1")).toEqual([])
  })

  test('are nobody but those who read the post', async () => {
    using site = await testSite()
    const { cohort, guide, learner } = site.cast()
    const id = site.reflection(learner, cohort, { audience: 'guides' })
    expect(await namesIn(await guide.get(`/reflections/${id}/people?q=`))).toEqual(['Amara Okonkwo', 'Ingrid Solberg'])
    expect(await namesIn(await guide.get(`/reflections/${id}/people?q=k`))).toEqual([])
  })

  test('are author, guides and commenters first when nothing is typed', async () => {
    using site = await testSite()
    const { cohort, learner, peer, guide } = site.cast()
    const silent = cohort.enrol(site.person({ name: 'Aaron Silent' }))
    const id = site.reflection(learner, cohort)
    await answer(peer, id, 'Yes.')
    expect(await namesIn(await guide.get(`/reflections/${id}/people`))).toEqual([
      learner.name,
      'Ingrid Solberg',
      peer.name,
    ])
    expect(await namesIn(await guide.get(`/reflections/${id}/people?q=a`))).toEqual([learner.name, silent.name])
  })

  test.each([
    ['stranger', 404],
    ['admin', 404],
    ['guest', 303],
  ] as const)('is not for a %s', async (who, status) => {
    using site = await testSite()
    const cast = site.cast()
    const id = site.reflection(cast.learner, cast.cohort)
    expect((await cast[who].get(`/reflections/${id}/people?q=a`)).status).toBe(status)
  })

  test('are people of the cohort only, under a world post', async () => {
    using site = await testSite()
    const { cohort, learner, stranger } = site.cast()
    const id = site.reflection(learner, cohort, { audience: 'world' })
    expect((await stranger.get(`/reflections/${id}/people?q=a`)).status).toBe(403)
  })

  test('follow the audience that is chosen in the editor', async () => {
    using site = await testSite()
    const { cohort, learner, peer, guide } = site.cast()
    const found = async (query: string) => namesIn(await learner.get(cohort.at(`/people.json?${query}`)))
    expect(await found('q=ken')).toEqual([peer.name])
    expect(await found('q=ken&audience=guides')).toEqual([])
    expect(await found('q=mari&audience=guides')).toEqual([guide.name])
    expect(await found('q=mari&audience=me')).toEqual([])
    expect((await learner.get(cohort.at('/people.json?audience=pod'))).status).toBe(422)
    expect((await learner.get(cohort.at('/people.json?audience=all&q=a'))).status).toBe(422)
  })
})
