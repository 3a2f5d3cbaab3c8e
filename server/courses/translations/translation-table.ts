import { columnSql } from '../../db/column-sql.ts'
import type { Database } from '../../db/open.ts'
import type { TranslatedFrom } from '../format/translation-schema.ts'

/** An earlier text: `changed_at` and `changed_by` tell when it was replaced, and by whom. */
export interface TranslationRevision {
  /** Counts the texts in this language, from 1. */
  revision: number
  changed_at: string
  changed_by: string | null
}

/** A translation with its revision; saving names the revision that was seen. */
export interface TranslatedText<Words> extends TranslationRevision {
  words: Words
  /** The fingerprint of the original. */
  made_from: string
  /** The revision of the original, where it is known. */
  made_from_revision: number | null
}

export interface ChangedBy {
  by: number | null
  now: string
}

type TranslationKey = { id: number; language: string }
type TranslationRow = Omit<TranslatedText<unknown>, 'words'> & { words: string }

const MAX_REVISIONS = 50

/**
 * The translations of things, or of courses: one text in each language, and the texts before it, which are all kept.
 * @param extra columns that only this table has
 */
export function translationTable<Words, Extra extends Record<string, string | number | null> = never>(
  db: Database,
  noun: 'thing' | 'course',
  extra: readonly (keyof Extra & string)[] = [],
) {
  const table = `${noun}_translation`
  const key = `${noun}_id = :id AND text.language = :language`
  const from = (name: string) => `FROM ${name} AS text LEFT JOIN person ON person.id = changed_by WHERE ${key}`
  const text = 'revision, made_from, words, changed_at, person.name AS changed_by'
  const original = noun === 'thing' ? 'made_from_revision' : 'NULL AS made_from_revision'
  const written = columnSql(['language', 'revision', 'made_from', 'words', 'changed_by', 'changed_at', ...extra])
  const kept = `${noun}_id, language, revision, made_from, words`

  const current = db.prepare<TranslationKey, TranslationRow>(`SELECT ${text}, ${original} ${from(table)}`)
  const revisions = db.prepare<TranslationKey, TranslationRevision>(
    `SELECT revision, changed_at, person.name AS changed_by ${from(`${table}_revision`)} ORDER BY revision DESC LIMIT ${MAX_REVISIONS}`,
  )
  const revision = db.prepare<TranslationKey & { revision: number }, TranslationRow>(
    `SELECT ${text}, NULL AS made_from_revision ${from(`${table}_revision`)} AND revision = :revision`,
  )
  const last = db
    .prepare<TranslationKey, number>(`
      SELECT max(revision) FROM (
        SELECT revision FROM ${table} AS text WHERE ${key}
        UNION ALL SELECT revision FROM ${table}_revision AS text WHERE ${key})`)
    .pluck()
  const put = db.prepare(`
    INSERT INTO ${table} (${noun}_id, ${written.names}) VALUES (:id, ${written.values})
    ON CONFLICT (${noun}_id, language) DO UPDATE SET ${written.updates}`)
  const archive = db.prepare(`
    INSERT INTO ${table}_revision (${kept}, changed_by, changed_at)
    SELECT ${kept}, :by, :now FROM ${table} AS text WHERE ${key}`)
  const drop = db.prepare(`DELETE FROM ${table} AS text WHERE ${key}`)

  const read = (row: TranslationRow | undefined): TranslatedText<Words> | null =>
    row ? { ...row, words: JSON.parse(row.words) } : null

  return {
    current: (id: number, language: string) => read(current.get({ id, language })),
    /** The newest fifty of them. */
    revisions: (id: number, language: string) => revisions.all({ id, language }),
    revision: (id: number, language: string, number: number) => read(revision.get({ id, language, revision: number })),

    /** Replaces the text before, which is kept. @returns its revision, which counts removed texts too */
    save(
      { id, language }: TranslationKey,
      { from, words }: TranslatedFrom<Words>,
      { by, now }: ChangedBy,
      ...[more]: [Extra] extends [never] ? [] : [Extra]
    ): number {
      const revision = (last.get({ id, language }) ?? 0) + 1
      archive.run({ id, language, by, now })
      const row = { id, language, revision, made_from: from, words: JSON.stringify(words) }
      put.run({ ...row, changed_by: by, changed_at: now, ...more })
      return revision
    },

    /** Removes a text, which is kept as a revision. */
    remove({ id, language }: TranslationKey, { by, now }: ChangedBy): void {
      archive.run({ id, language, by, now })
      drop.run({ id, language })
    },
  }
}

export function sameTranslation(one: TranslatedFrom<object> | undefined, other: TranslatedFrom<object>): boolean {
  return one !== undefined && one.from === other.from && JSON.stringify(one.words) === JSON.stringify(other.words)
}
