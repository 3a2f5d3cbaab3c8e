import { columnSql } from '../db/column-sql.ts'

/** The columns of a course that its folder has too; credits, parents, rhythm and completion are JSON. */
export interface CourseRow {
  slug: string
  title: string
  summary: string
  language: string
  licence: string
  credits: string
  parents: string
  rhythm: string
  write_first: 0 | 1
  completion: string
  /** The name of one of its pictures. */
  cover: string | null
}

const IN_FOLDER = 'slug title summary language licence credits parents rhythm write_first completion cover'
export const COURSE_COLUMNS = columnSql(IN_FOLDER.split(' '))
