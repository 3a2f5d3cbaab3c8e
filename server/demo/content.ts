import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** The cohorts of the demo: one under way, one that is over, and one of other people. */
const COHORT_KEYS = ['spring', 'autumn', 'harbour'] as const
export type CohortKey = (typeof COHORT_KEYS)[number]

const key = z.string().regex(/^[a-z]+$/)
const words = z.string().transform((text) => text.trimEnd())
const thing = z.int().min(1).max(23)
const place = {
  by: key,
  cohort: z.enum(COHORT_KEYS),
  /** Days after the thing opened, and the local time. */
  day: z.int().min(0).max(30),
  time: z.string().regex(/^\d\d:\d\d$/),
}
const text = {
  title: z.string().max(200).default(''),
  audience: z.enum(['me', 'guides', 'pod', 'cohort', 'world']),
  body: words,
}

const character = z.strictObject({
  key,
  name: z.string(),
  workplace: z.string(),
  role: z.enum(['learner', 'guide', 'organiser']),
  joined_week: z.int().min(1),
  goal: z.int(),
  /** The last week in which the person wrote anything; 0 for somebody who never did. */
  silent_after: z.int().optional(),
  skips: z.array(z.strictObject({ thing, reason: z.string() })).default([]),
})
const cast = z.array(character)
const people = z.strictObject({ spring: cast, autumn: cast, harbour: cast })

/** A picture above the text: a drawing of `content/pictures`, which the site draws anew as it does a photo. */
const picture = z.strictObject({ drawing: z.enum(['bridge', 'fern', 'window-seat']), alt: z.string() })

const post = z.strictObject({
  ...place,
  ...text,
  thing: thing.optional(),
  picture: picture.optional(),
  cheers: z.array(key).default([]),
  /** `after` is in hours after the post; `to` is whose comment is answered, for the author the last one by default. */
  answers: z.array(z.strictObject({ by: key, after: z.number(), to: key.optional(), body: words })).default([]),
})
const draft = z.strictObject({ ...place, ...text, thing })
const pulse = z.strictObject({
  by: key,
  cohort: z.enum(COHORT_KEYS),
  thing,
  useful: z.enum(['yes', 'some', 'no']),
  will_use: z.enum(['yes', 'perhaps', 'no']),
  line: z.string().max(280),
})
const pods = z.strictObject({
  pods: z.array(z.strictObject({ name: z.string().max(80), guides: z.array(key), people: z.array(key) })),
  wishes: z.array(
    z.strictObject({
      by: key,
      interest: z.string().max(60),
      hours: z.enum(['morning', 'afternoon', 'evening', 'night']).optional(),
    }),
  ),
})
const guiding = z.strictObject({
  saved: z.array(z.strictObject({ by: key, title: z.string().max(120), body: words })),
  reports: z.array(z.strictObject({ by: key, of: key, reason: z.string().max(500), settled_by: key })),
  greeting: z.strictObject({ by: key, welcome: words, title: z.string().max(200), body: words }),
  changed: z.array(
    z.strictObject({
      by: key,
      number: z.int(),
      kind: z.enum(['changed', 'closed', 'costs', 'phone']),
      line: z.string().max(280).optional(),
      link: z.url().optional(),
    }),
  ),
})
const names = z.strictObject({ given: z.array(z.string()), family: z.array(z.string()) })

export type DemoPicture = z.infer<typeof picture>
export type Character = z.infer<typeof character>
export type DemoPost = z.infer<typeof post> & { thing: number }

/** The written content of the demo: people and their texts. */
export interface Content {
  people: Record<CohortKey, Character[]>
  posts: DemoPost[]
  drafts: z.infer<typeof draft>[]
  pulses: z.infer<typeof pulse>[]
  names: z.infer<typeof names>
  /** Of the cohort that is under way. */
  groups: z.infer<typeof pods>
  /** Saved replies, reports and announcements of its guides. */
  guiding: z.infer<typeof guiding>
}

const FOLDER = path.join(import.meta.dirname, 'content')

export function drawingOf({ drawing }: DemoPicture): string {
  return readFileSync(path.join(FOLDER, 'pictures', `${drawing}.svg`), 'utf8')
}

/** @throws an Error that names the file and what is wrong in it */
export function readContent(): Content {
  return {
    people: read('people', people),
    posts: readdirSync(path.join(FOLDER, 'things'))
      .sort()
      .flatMap((name) => postsIn(name)),
    drafts: read('drafts', z.array(draft)),
    pulses: read('pulses', z.array(pulse)),
    names: read('names', names),
    groups: read('pods', pods),
    guiding: read('guiding', guiding),
  }
}

/** `things/07.yaml` is about thing 7; in the other files each post says which it is about. */
function postsIn(name: string): DemoPost[] {
  return read(`things/${path.parse(name).name}`, z.array(post)).map((one) => ({
    ...one,
    thing: one.thing ?? Number.parseInt(name, 10),
  }))
}

function read<Shape extends z.ZodType>(name: string, shape: Shape): z.infer<Shape> {
  const found = shape.safeParse(parse(readFileSync(path.join(FOLDER, `${name}.yaml`), 'utf8')))
  if (!found.success) throw new Error(`${name}.yaml of the demo: ${z.prettifyError(found.error)}`)
  return found.data
}
