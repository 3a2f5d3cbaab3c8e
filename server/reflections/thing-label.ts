import type { CourseContent } from '../courses/course-content.ts'

/** What names a thing beside a text about it: its number in the cohort, its title and its set's hue. */
export interface ThingLabel {
  number: number
  title: string
  hue: string
  /** Of the title; null where there is none. */
  language: string | null
}

export function thingLabel(content: CourseContent, thing_id: number, number: number): ThingLabel {
  const thing = content.thing(thing_id)
  return { number, title: thing?.title ?? '', hue: thing?.set.hue ?? 'plain', language: thing?.language ?? null }
}
