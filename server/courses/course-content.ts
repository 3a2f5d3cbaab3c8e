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
  /** From 1; 0 for a removed set, which only older cohorts have. */
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
  /** From 1; 0 for a hidden thing, which only older cohorts have. */
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
  /** Of the original texts; a translation that was made from another one is stale. */
  fingerprint: string
}

/** The whole content of a course, for readers. */
export interface CourseContent extends Languages {
  id: number
  slug: string
  title: string
  summary: string
  /** Of its title and summary. */
  language: string
  licence: string
  credits: CourseOutline['credits']
  /** The courses it was forked from, the oldest first. */
  parents: Parent[]
  rhythm: CourseOutline['rhythm']
  public: 0 | 1
  /** Whether reflections of others are shown only after one's own. */
  write_first: 0 | 1
  completion: CompletionRule
  /** New cohorts cannot choose an archived course. */
  archived_at: string | null
  /** The name of one of its pictures. */
  cover: string | null
  /** That picture, unless it is missing. */
  cover_picture: { src: string; width: number; height: number } | null
  revision: number
  sets: CourseSet[]
  /** In order, for new cohorts. */
  things: Thing[]
  /** Things that new cohorts do not get. */
  hidden: Thing[]
  /** Hidden things included. */
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

/** `stale` is a translation of an earlier original. */
export type TranslationState = 'done' | 'stale' | 'missing'

/** The translations of a course. */
export interface Languages {
  /** Without its own. */
  languages: string[]
  /**
   * The course in this language, with the original of each thing that is not translated. Null, and a language that the
   * course does not have, returns the original.
   */
  in(language: string | null): CourseContent
  /** @param thing without it, of the course's own words */
  translationState(language: string, thing?: Pick<Thing, 'id' | 'fingerprint'>): TranslationState
}
