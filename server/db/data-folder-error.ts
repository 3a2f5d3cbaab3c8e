type Fault =
  | 'not_folder'
  | 'not_writable'
  | 'no_space'
  | 'in_use'
  | 'not_file'
  | 'empty'
  | 'foreign'
  | 'damaged'
  | 'newer'
  | 'migration'
  | 'locked'
  | 'unreadable'

/** Why a data folder cannot be used; its words are site.start.refused.<fault>. */
export class DataFolderError extends Error {
  override name = 'DataFolderError'
  readonly fault: Fault
  readonly file: string
  readonly detail: string

  constructor(fault: Fault, file: string, detail = '') {
    super(`${fault}: ${file} ${detail}`)
    this.fault = fault
    this.file = file
    this.detail = detail
  }
}

const NO_SPACE = /^(?:ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_SHMSIZE)$/
const NOT_WRITABLE = /^(?:EACCES|EPERM|EROFS|SQLITE_READONLY\w*|SQLITE_CANTOPEN\w*|SQLITE_PERM)$/

/** An error of the system or of SQLite as one that has words; any other is a fault of the program and stays as it is. */
export function dataFolderError(error: unknown, file: string): unknown {
  if (error instanceof DataFolderError) return error
  const code = String(Object(error).code)
  const detail = error instanceof Error ? error.message : ''
  if (/^(?:ENOTDIR|EEXIST)$/.test(code)) return new DataFolderError('not_folder', file)
  if (NO_SPACE.test(code)) return new DataFolderError('no_space', file)
  if (NOT_WRITABLE.test(code)) return new DataFolderError('not_writable', file, code)
  if (code === 'SQLITE_NOTADB') return new DataFolderError('foreign', file)
  if (code.startsWith('SQLITE_CORRUPT')) return new DataFolderError('damaged', file, detail)
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return new DataFolderError('locked', file)
  if (/^SQLITE_IOERR/.test(code)) return new DataFolderError('unreadable', file, code)
  return error
}
