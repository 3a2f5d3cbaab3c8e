import type { Courses } from '../courses/courses.ts'
import { READER_LANGUAGE } from '../courses/policy.ts'
import type { PersonName } from '../people/person.ts'
import { NEW_ANSWERS } from './comments/following.ts'
import { excerptBelowTitle } from './markdown/excerpt.ts'
import { IS_OPEN, MAY_READ_COMMENT } from './policy.ts'
import { type ThingLabel, thingLabel } from './thing-label.ts'

/** A reflection in a list. */
export interface StreamItem {
  id: number
  /** False while "write first" closes it to the viewer: then it has no text. */
  is_open: boolean
  title: string
  excerpt: string
  published_at: string
  person: PersonName
  tag: ThingLabel
  thing_href: string
  cheers: number
  answers: number
  /** How many of them are new to the viewer; 0 unless they follow the reflection. */
  new_answers: number
}

export interface StreamItemRow {
  id: number
  is_open: 0 | 1
  title: string
  excerpt: string
  published_at: string
  person_id: number
  name: string
  handle: string
  workplace: string | null
  slug: string
  course_id: number
  course_revision: number
  thing_id: number
  number: number
  /** The language in which the viewer reads courses. */
  language: string | null
  cheers: number
  answers: number
  new_answers: number
}

/** SQL: columns and joins for the reflection `r` in a list. */
export const STREAM_ITEM_COLUMNS = `
         r.id, r.title, r.excerpt, r.published_at, r.thing_id,
         person.id AS person_id, person.name, person.handle, person.workplace,
         cohort.slug, course.id AS course_id, course.revision AS course_revision, calendar_entry.number,
         ${READER_LANGUAGE} AS language,
         ${IS_OPEN} AS is_open,
         (SELECT count(*) FROM cheer WHERE reflection_id = r.id) AS cheers,
         (SELECT count(*) FROM comment AS k WHERE k.reflection_id = r.id AND ${MAY_READ_COMMENT}) AS answers,
         ${NEW_ANSWERS} AS new_answers`
export const STREAM_ITEM_JOINS = `
    JOIN person ON person.id = r.person_id
    JOIN cohort ON cohort.id = r.cohort_id
    JOIN course ON course.id = cohort.course_id
    JOIN calendar_entry ON calendar_entry.cohort_id = r.cohort_id AND calendar_entry.thing_id = r.thing_id`
export const STREAM_ITEM_SELECT = `SELECT ${STREAM_ITEM_COLUMNS} FROM reflection AS r ${STREAM_ITEM_JOINS}`

/** Converts a row of STREAM_ITEM_SELECT for display, with the thing's title and hue. */
export function streamItemMapper(courses: Courses) {
  return function toItem(row: StreamItemRow): StreamItem {
    const {
      id,
      published_at,
      person_id,
      name,
      handle,
      workplace,
      slug,
      thing_id,
      number,
      cheers,
      answers,
      new_answers,
    } = row
    const is_open = row.is_open === 1
    return {
      id,
      is_open,
      title: is_open ? row.title : '',
      excerpt: is_open ? excerptBelowTitle(row.title, row.excerpt) : '',
      published_at,
      // counts would reveal activity in a closed reflection
      cheers: is_open ? cheers : 0,
      answers: is_open ? answers : 0,
      new_answers: is_open ? new_answers : 0,
      person: { id: person_id, name, handle, workplace },
      tag: thingLabel(courses.content(row.course_id, row.course_revision, row.language), thing_id, number),
      thing_href: `/cohorts/${slug}/things/${number}`,
    }
  }
}
