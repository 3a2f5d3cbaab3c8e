export type SiteRole = 'member' | 'author' | 'admin'
type Scheme = 'system' | 'light' | 'dark'

export interface Person {
  id: number
  email: string
  name: string
  handle: string
  role: SiteRole
  workplace: string | null
  scheme: Scheme
  /** Language tag in which the person reads courses; null for each course's own language. */
  language: string | null
  /** 1 where all game elements are hidden from the person. */
  calm: 0 | 1
}

/** What a person sets on /me. */
export type Settings = Pick<Person, 'name' | 'workplace' | 'handle' | 'scheme' | 'language' | 'calm'>

/** A person as other people's pages show them. */
export interface PersonName {
  id: number
  name: string
  handle: string
  workplace: string | null
}
