import { Readable } from 'node:stream'
import type { Thing } from '../courses/course-content.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { createBlogs } from './blogs.ts'
import { type Character, type DemoPicture, drawingOf } from './content.ts'

type Audience = 'me' | 'guides' | 'pod' | 'cohort' | 'world'

/** Lets people of the demo act through the services, by their keys in the content. */
export function createActors(services: Services, password_hash: string) {
  const { comments, courses, enrolments, following, images, members, people, progress, reflections } = services
  const blogs = createBlogs(services)
  const person_ids = new Map<string, number>()
  const entered = new Map<string, Enrolment>()

  /** Id of the person's account, which is created where there is none. */
  function ensureAccount({ key, name, workplace }: Pick<Character, 'key' | 'name' | 'workplace'>): number {
    const known = person_ids.get(key)
    if (known !== undefined) return known
    // a name in another script gives no handle: the account is created by key and renamed
    const latin = /\p{Script=Latin}/u.test(name)
    const id = people.create({ email: emailOf(key), name: latin ? name : key, password_hash, workplace })
    const made = people.find(id)
    if (made && !latin)
      people.saveSettings(made, { name, workplace, handle: made.handle, scheme: made.scheme, language: null, calm: 0 })
    person_ids.set(key, id)
    return id
  }

  /** @throws where the person is not in the cohort */
  function enrolmentOf(slug: string, key: string): Enrolment {
    const known = entered.get(`${slug} ${key}`)
    if (known) return known
    const found = enrolments.find(person_ids.get(key) ?? 0, slug)
    if (!found) throw new Error(`${key} of the demo is not in ${slug}`)
    entered.set(`${slug} ${key}`, found)
    return found
  }

  return {
    ensureAccount,
    enrolmentOf,

    join(character: Character, slug: string, cohort_id: number): void {
      const { role, goal } = character
      members.enrol({ cohort_id, person_id: ensureAccount(character), role, goal })
      members.setGoal(enrolmentOf(slug, character.key).id, goal)
    },

    /** @param reads whether the person reads new comments */
    visit(enrolment: Enrolment, reads: boolean): void {
      enrolments.markVisited(enrolment, null)
      if (!reads) return
      for (const { reflection_id } of following.newAnswers(enrolment)) {
        const { read_to } = comments.page(reflection_id, enrolment.person_id)
        if (read_to !== null) following.readTo(reflection_id, enrolment.person_id, read_to)
      }
    },

    thing(enrolment: Enrolment, number: number): Thing {
      const thing = progress.openThing(enrolment, number)
      if (!thing) throw new Error(`Thing ${number} of the demo is not open in ${enrolment.cohort.slug}`)
      return thing
    },

    publish(
      key: string,
      enrolment: Enrolment,
      thing_id: number,
      text: { title: string; body: string; audience: Audience },
    ): number {
      return (
        blogs.publish(key, enrolment, thing_id, text) ?? reflections.publish(enrolment, thing_id, text).reflection_id
      )
    },

    /** Adds a picture to those of a person. @returns its Markdown */
    async upload({ person_id }: Enrolment, picture: DemoPicture): Promise<string> {
      const png = await images.svgToPng({ svg: drawingOf(picture), width: 1200 })
      const file = await images.receive(Readable.from([png]), `${picture.drawing}.png`)
      const [added] = (await images.add(person_id, [file])).images
      if (!added) throw new Error(`The picture ${picture.drawing} of the demo was refused`)
      return added.markdown.replace('![]', `![${picture.alt}]`)
    },

    /** @returns the comment's id */
    comment(enrolment: Enrolment, reflection_id: number, body: string, to: number | null): number {
      const written = comments.write(reflection_id, enrolment.person_id, body, to)
      if (!written) throw new Error(`Nobody but its readers may answer reflection ${reflection_id}`)
      return written.comment_id
    },

    /** All the things of the cohort's course, by id. */
    courseOf: ({ cohort }: Enrolment) => courses.content(cohort.course_id, cohort.course_revision),
  }
}

export function emailOf(key: string): string {
  return `${key}@library.example`
}

export type Actors = ReturnType<typeof createActors>
