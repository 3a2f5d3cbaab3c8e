import type { postOffice } from '../support/smtp-server.ts'
import { unzip } from '../support/unzip.ts'
import { ENROLLED, type House, type Room, VIEWERS, type Viewer } from './rooms.ts'

/** Somewhere where words of others may come to somebody's eyes. */
export interface Surface {
  /** Who finds readable reflections there; everybody else finds nothing. */
  reflections: readonly Viewer[]
  /** And who finds answers. */
  answers?: readonly Viewer[]
  /** It is the same for everybody: what a guest may read. */
  for_guests?: true
  /** It is one page for all rooms: what a viewer is given there is read once for all of them. */
  for_all_rooms?: true
  /** What a viewer is given there, as text. */
  read: (viewer: Viewer, room: Room) => string | Promise<string>
}

const SIGNED_IN = VIEWERS.filter((viewer) => viewer !== 'guest')
const LEADING: readonly Viewer[] = ['guide', 'organiser']
const but = (viewers: readonly Viewer[], ...without: Viewer[]) => viewers.filter((viewer) => !without.includes(viewer))

/** Every surface. The reflection's own page is the last: opening it marks what it shows as read. */
export function surfacesOf({ site, viewers, people }: House, post: Awaited<ReturnType<typeof postOffice>> | null) {
  const read = async (viewer: Viewer, path: string): Promise<string> => {
    const answer = await viewers[viewer].get(path)
    return answer.status === 200 ? answer.text() : ''
  }
  const page = (reflections: readonly Viewer[], path: (room: Room, viewer: Viewer) => string, more = {}): Surface => ({
    reflections,
    ...more,
    read: (viewer, room) => read(viewer, path(room, viewer)),
  })
  const inCohort = (path: string | ((room: Room) => string), reflections = ENROLLED): Surface =>
    page(reflections, (room) => room.cohort.at(typeof path === 'string' ? path : path(room)))
  const feed = (path: (room: Room) => string, more = {}): Surface => page(VIEWERS, path, { for_guests: true, ...more })
  const memberFeed = (kind: 'xml' | 'json') => page(ENROLLED, ({ feeds }, who) => `/feeds/${feeds[who]}/feed.${kind}`)
  const idOf = (viewer: Viewer) => (viewer === 'guest' ? 0 : people[viewer].id)

  const besides = (id: number, viewer: Viewer) =>
    site.db
      .prepare<object, { thing_id: number; others: number }>(`
        SELECT r.thing_id, (SELECT count(*) FROM reflection AS o
                             WHERE o.cohort_id = r.cohort_id AND o.thing_id = r.thing_id
                               AND o.person_id NOT IN (r.person_id, :viewer)) AS others
          FROM reflection AS r WHERE r.id = :id`)
      .get({ id, viewer: idOf(viewer) }) ?? { thing_id: 0, others: 0 }

  const surfaces: Record<string, Surface> = {
    'the notices': page(SIGNED_IN, () => '/notices', { answers: ENROLLED, for_all_rooms: true }),
    ...(post
      ? {
          'the letter': {
            reflections: ENROLLED,
            answers: ENROLLED,
            for_all_rooms: true,
            read: (viewer: Viewer) =>
              post.letters
                .filter(({ recipients }) => viewer !== 'guest' && recipients.includes(people[viewer].email))
                .map(({ mail }) => `${mail.subject} ${mail.text} ${mail.html}`)
                .join(' '),
          },
        }
      : {}),
    'the map': inCohort(''),
    'the thing': inCohort('/things/1'),
    'the stream': inCohort('/reflections'),
    'the stream of a thing': inCohort('/reflections?thing=1'),
    'the stream of a pod': inCohort(({ pod }) => `/reflections?pod=${pod}`),
    'the stream of a person': inCohort(`/reflections?person=${people.author.handle}`),
    'the stream of what waits': inCohort('/reflections?unanswered=1'),
    'the stream of what is followed': inCohort('/reflections?following=1', but(ENROLLED, 'author')),
    'the stream of her own': inCohort('/reflections?mine=1', ['author']),
    'the stream with a word': inCohort(({ find }) => `/reflections?q=${find.reflection}`),
    'the pod': inCohort(({ pod }) => `/pods/${pod}`),
    'the person': page(VIEWERS, ({ waiting }) => `/people/${people.author.handle}?before=${waiting + 1}`),
    'the number of answers': {
      reflections: [],
      answers: ENROLLED,
      read: (viewer, { answered, words }) => {
        const found = site.services.stream.ofPerson(people.author.id, idOf(viewer), answered + 1).items[0]
        return found?.id === answered && found.answers > 0 ? words.answer : ''
      },
    },
    'the number of posts about a thing': {
      reflections: but(ENROLLED, 'author'),
      read: (viewer, { slug, answered, words }) => {
        const enrolment = site.services.enrolments.find(idOf(viewer), slug)
        if (!enrolment) return ''
        const { thing_id, others } = besides(answered, viewer)
        return site.services.stream.aboutThing(enrolment, thing_id).total > others ? words.title : ''
      },
    },
    'the number of posts that wait': {
      reflections: ENROLLED,
      read: (viewer, { slug, waiting, words }) => {
        const enrolment = site.services.enrolments.find(idOf(viewer), slug)
        if (!enrolment) return ''
        // whoever else wrote, wrote about both things
        const { others } = besides(waiting, 'author')
        return site.services.stream.unanswered(enrolment).count > 2 * others ? words.waiting : ''
      },
    },
    'the search': page(SIGNED_IN, ({ find }) => `/search?q=${find.reflection}`),
    'the search for an answer': page(ENROLLED, ({ find }) => `/search?q=${find.answer}`, { answers: ENROLLED }),
    "the person's feed": feed(() => `/people/${people.author.handle}/feed.xml`, { for_all_rooms: true }),
    "the person's feed as JSON": feed(() => `/people/${people.author.handle}/feed.json`, { for_all_rooms: true }),
    "the cohort's feed": feed(({ cohort }) => cohort.at('/feed.xml')),
    "the cohort's feed as JSON": feed(({ cohort }) => cohort.at('/feed.json')),
    "the thing's feed": feed(({ cohort }) => cohort.at('/things/1/feed.xml')),
    "the thing's feed as JSON": feed(({ cohort }) => cohort.at('/things/1/feed.json')),
    'the private feed': memberFeed('xml'),
    'the private feed as JSON': memberFeed('json'),
    'the list of blogs': {
      reflections: ENROLLED,
      for_guests: true,
      read: async (viewer, { cohort, words }) =>
        (await read(viewer, cohort.at('/blogs.opml'))).includes(`/${people.author.handle}/`) ? words.title : '',
    },
    'the picture': {
      reflections: VIEWERS,
      read: async (viewer, { picture, words }) =>
        (await viewers[viewer].get(`/images/${picture}/480`)).status === 200 ? words.title : '',
    },
    'whom one may mention': {
      reflections: ENROLLED,
      read: async (viewer, { answered, words }) =>
        (await viewers[viewer].get(`/reflections/${answered}/people`)).status === 200 ? words.title : '',
    },
    "the guides' queue": page(LEADING, ({ slug }) => `/admin/cohorts/${slug}/queue?whose=all`),
    'what was reported in the cohort': page(LEADING, ({ slug }) => `/admin/cohorts/${slug}/reports`),
    'what was reported on the site': page(['admin'], () => '/admin/reports', { for_all_rooms: true }),
    'the numbers and files of a cohort': {
      reflections: [],
      read: async (viewer, { slug }) => {
        const pages = ['', '/grid', '/grid.csv', '/things.csv', '/people', '/pods', '/calendar', '/blogs']
        return (await Promise.all(pages.map((path) => read(viewer, `/admin/cohorts/${slug}${path}`)))).join(' ')
      },
    },
    'what she takes along': {
      reflections: ['author'],
      answers: ['author'],
      for_all_rooms: true,
      read: async (viewer) => {
        const answer = await viewers[viewer].get('/me/export')
        if (answer.status !== 200) return ''
        return [...(await unzip(Buffer.from(await answer.arrayBuffer()))).values()].join(' ')
      },
    },
    'the head that is passed around': {
      reflections: VIEWERS,
      read: async (viewer, { answered }) => {
        const html = await read(viewer, `/reflections/${answered}`)
        return (html.match(/<meta property="og:[^>]*>/g) ?? []).join(' ')
      },
    },
    'its own page': page(VIEWERS, ({ answered }) => `/reflections/${answered}`, { answers: ENROLLED }),
  }
  return surfaces
}

/** The same surface, which reads what is for all rooms only once. */
export function readOnce(surface: Surface): Surface {
  if (!surface.for_all_rooms) return surface
  const texts = new Map<Viewer, string | Promise<string>>()
  return {
    ...surface,
    read: (viewer, room) => {
      const text = texts.get(viewer) ?? surface.read(viewer, room)
      texts.set(viewer, text)
      return text
    },
  }
}

/** Who is shown anything of a room's posts, and who of the answer. */
export async function shownOn(surface: Surface, room: Room, whom: readonly Viewer[] = VIEWERS) {
  const { answer, ...post } = room.words
  const texts = await Promise.all(whom.map(async (viewer) => [viewer, await surface.read(viewer, room)] as const))
  const withAny = (words: string[]) =>
    texts.filter(([, text]) => words.some((word) => text.includes(word))).map(([viewer]) => viewer)
  return { reflections: withAny(Object.values(post)), answers: withAny([answer]) }
}

/**
 * Who ought to be, where these may read the posts.
 * @param out somebody who is in the cohort no more
 */
export function dueOn({ reflections, answers = [], for_guests }: Surface, readers: readonly Viewer[], out?: Viewer) {
  const read = !for_guests ? readers : readers.includes('guest') ? VIEWERS : []
  const there = (list: readonly Viewer[]) => (list.includes('stranger') ? list : list.filter((who) => who !== out))
  return {
    reflections: read.filter((viewer) => there(reflections).includes(viewer)),
    answers: read.filter((viewer) => there(answers).includes(viewer)),
  }
}
