import { addPicture, photo } from '../images/photos.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'
import type { postOffice } from '../support/smtp-server.ts'

type Audience = 'me' | 'guides' | 'pod' | 'cohort' | 'world'

const NAMES = {
  author: 'Amara Okonkwo',
  podMate: 'Thandiwe Mokoena',
  peer: 'Kenji Watanabe',
  guide: 'Marisol Guerrero',
  organiser: 'Ingrid Halvorsen',
  admin: 'Åsa Lindqvist',
  stranger: 'Tunde Adeyemi',
  foreignGuide: 'Femi Adebayo',
  left: 'Hemi Rangihuna',
}
export type SignedIn = keyof typeof NAMES
export type Viewer = SignedIn | 'guest'
export const VIEWERS: readonly Viewer[] = [...(Object.keys(NAMES) as SignedIn[]), 'guest']
export const ENROLLED: readonly Viewer[] = ['author', 'podMate', 'peer', 'guide', 'organiser']

interface RoomOptions {
  audience: Audience
  joining?: 'code' | 'invitation'
  write_first?: boolean
}

/**
 * A cohort of its own with the same people in the same parts, where the author wrote two posts: one with a picture, that
 * was answered, and one that waits for an answer. All their words end in the room's name and stand nowhere else.
 */
export interface Room {
  slug: string
  cohort: ReturnType<TestSite['cohort']>
  pod: number
  answered: number
  waiting: number
  answer: number
  picture: number
  words: Record<'title' | 'body' | 'waiting' | 'answer', string>
  /** Words to look for it by; a page that finds nothing repeats them. */
  find: { reflection: string; answer: string }
  /** Tokens of private feeds, made while each could. */
  feeds: Partial<Record<Viewer, string>>
}

/** One site with the whole cast, and rooms in it. */
export async function house(post: Awaited<ReturnType<typeof postOffice>> | null = null) {
  const site = await testSite({ now: '2026-03-30T07:00:00Z', ...(post ? { smtp_url: post.url } : {}) })
  const { services } = site
  const person = (who: SignedIn) => site.person({ name: NAMES[who], role: who === 'admin' ? 'admin' : 'member' })
  const names = Object.keys(NAMES) as SignedIn[]
  const people = Object.fromEntries(names.map((who) => [who, person(who)])) as Record<SignedIn, Actor>
  const viewers = { ...people, guest: site.guest() }
  const answerer = site.person({ name: 'Zanele Mthembu' })
  const elsewhere = site.cohort({ slug: 'elsewhere', things: 5 })
  elsewhere.enrol(people.stranger)
  elsewhere.enrol(people.foreignGuide, 'guide')
  let pictures = 0

  const enrolmentOf = (who: Actor, cohort: { slug: string }) => {
    const found = services.enrolments.find(who.id, cohort.slug)
    if (!found) throw new Error(`${who.name} is not in ${cohort.slug}`)
    return found
  }

  return {
    site,
    people,
    viewers,
    answerer,

    /** Publishes the author's posts of a room again, for another audience. */
    republish(room: Room, audience: Audience): void {
      const { title, body, waiting } = room.words
      const text = `${body} ${room.find.reflection}\n\n![A shelf](/images/${room.picture})`
      site.reflection(people.author, room.cohort, { number: 1, title, body: text, audience })
      site.reflection(people.author, room.cohort, { number: 2, title: waiting, body: waiting, audience })
    },

    async room(slug: string, { audience, joining = 'code', write_first = false }: RoomOptions): Promise<Room> {
      const cohort = site.cohort({ slug, joining, things: write_first ? 4 : 5 })
      if (write_first) site.writeFirst(4)
      for (const who of ['author', 'podMate', 'peer', 'left'] as const) cohort.enrol(people[who])
      for (const who of [people.guide, answerer]) cohort.enrol(who, 'guide')
      cohort.enrol(people.organiser, 'organiser')
      const pod = site.pod(cohort, [people.author, people.podMate, people.left], `Pod of ${slug}`)
      site.pod(cohort, [people.peer], 'Another pod')
      const feeds = Object.fromEntries(
        [...ENROLLED, 'left' as const].map((who) => [
          who,
          services.outgoingFeeds.makeAddress(enrolmentOf(people[who as SignedIn], cohort).id),
        ]),
      )

      pictures += 1
      const { id: picture } = await addPicture(people.author, await photo({ width: 20 + pictures, height: 20 }))
      const word = (kind: string) => `${kind}${slug.replaceAll('-', '')}z`
      const words = { title: word('title'), body: word('body'), waiting: word('waiting'), answer: word('answer') }
      const find = { reflection: word('seek'), answer: word('lookout') }
      const body = `${words.body} ${find.reflection}\n\n![A shelf](/images/${picture})`
      const answered = site.reflection(people.author, cohort, { number: 1, title: words.title, body, audience })
      const waiting = site.reflection(people.author, cohort, {
        number: 2,
        title: words.waiting,
        body: words.waiting,
        audience,
      })
      const answer = services.comments.write(answered, answerer.id, `${words.answer} ${find.answer}`)?.comment_id ?? 0
      if (write_first) {
        for (const number of [1, 2]) site.reflection(people.podMate, cohort, { number, title: 'Mine', body: 'Too.' })
      }

      for (const who of names) {
        const { id } = people[who]
        for (const post of [answered, waiting]) services.following.set(post, id, true)
      }
      await people.left.post(cohort.at('/leave'), { posts: 'stay' })
      return { slug, cohort, pod, answered, waiting, answer, picture, words, find, feeds }
    },

    /** Everybody is told of a room's post and of the answer, whoever may read them. */
    tellEverybody(rooms: Room[]): void {
      for (const { answered, answer, slug } of rooms) {
        for (const who of names) {
          const { id: person_id } = people[who]
          const about = { person_id, kind: 'mention', reflection_id: answered, actor_id: answerer.id } as const
          services.notices.notify({ ...about, key: `${slug} post`, detail: { follows: 1 } })
          services.notices.notify({ ...about, key: `${slug} answer`, comment_id: answer })
        }
      }
    },
  }
}

export type House = Awaited<ReturnType<typeof house>>
