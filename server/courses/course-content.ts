import type { Hue } from '../web/render/hues.ts'
import type { CompletionRule } from './completion.ts'
import type { CourseOutline, Depth, Parent } from './format/schema.ts'

export interface CourseSet {
  id: number
  slug: string
  title: string
  hue: Hue
  /** Of its title. */
  language: string
  /** From 1; 0 for one that only runs on in older cohorts. */
  position: number
}

export interface Step {
  slug: string
  depth: Depth
  title: string
  detail: string | null
  /** Of its words. */
  language: string
}

export interface Thing {
  id: number
  slug: string
  /** From 1; 0 for one that the course no longer has, while older cohorts do. */
  position: number
  title: string
  /** For the tile on a phone. */
  short: string
  summary: string
  icon: string
  minutes: { start: number; more?: number; challenge?: number }
  tried: string | null
  /** On which devices. */
  tried_on: string | null
  body_html: string
  note_html: string | null
  without_account_html: string | null
  prompts: string[]
  set: CourseSet
  steps: Step[]
  revision: number
  /** Of its words. */
  language: string
  /** Stands for its words, as the author wrote them: a translation made from others is behind. */
  fingerprint: string
}

/** A course as its readers need it, whole. */
export interface CourseContent extends Languages {
  id: number
  slug: string
  title: string
  summary: string
  /** Of its title and summary. */
  language: string
  licence: string
  credits: CourseOutline['credits']
  /** Which courses it was made from, the first one first. */
  parents: Parent[]
  rhythm: CourseOutline['rhythm']
  public: 0 | 1
  /** Do others' words about a thing open only once one has written about it? */
  write_first: 0 | 1
  completion: CompletionRule
  /** Since when no new cohort is offered it. */
  archived_at: string | null
  /** The name of one of its pictures. */
  cover: string | null
  /** That picture, where it is there. */
  cover_picture: { src: string; width: number; height: number } | null
  revision: number
  sets: CourseSet[]
  /** In order, as new cohorts take them over. */
  things: Thing[]
  /** What new cohorts do not get: not put in yet, or taken out again. */
  hidden: Thing[]
  /** Also one that the course no longer has. */
  thing(id: number): Thing | undefined
}

export interface CourseLine {
  id: number
  slug: string
  title: string
  summary: string
  public: 0 | 1
  archived_at: string | null
  revision: number
  things: number
}

/** How far a text in another language is: made from what the course says now, from what it said before, or not at all. */
export type TranslationState = 'done' | 'stale' | 'missing'

/** What a course has in other languages. */
export interface Languages {
  /** Beside its own. */
  languages: string[]
  /**
   * The course for somebody who reads this language: each thing in it where there is a translation, as the author wrote
   * it where there is none. Null, and a language that the course has not got, is the course as it is.
   */
  in(language: string | null): CourseContent
  /** @param thing the course's own words without it */
  translationState(language: string, thing?: Pick<Thing, 'id' | 'fingerprint'>): TranslationState
}
