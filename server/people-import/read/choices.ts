/** What a column of a list can be. */
export const FIELDS = ['email', 'name', 'first_name', 'last_name', 'workplace', 'pod'] as const
export type ListField = (typeof FIELDS)[number]

/** Encodings that a list can be written in; equal guesses are settled by their order. */
export const ENCODINGS = [
  'utf-8',
  'windows-1252',
  'macintosh',
  'cp850',
  'cp437',
  'windows-1250',
  'cp852',
  'iso-8859-2',
  'iso-8859-15',
  'windows-1254',
  'windows-1257',
  'windows-1258',
  'windows-1251',
  'koi8-u',
  'ibm866',
  'x-mac-cyrillic',
  'windows-1253',
  'windows-1255',
  'windows-1256',
  'windows-874',
  'shift_jis',
  'euc-jp',
  'iso-2022-jp',
  'gb18030',
  'big5',
  'euc-kr',
  'utf-16le',
  'utf-16be',
] as const
export type ListEncoding = (typeof ENCODINGS)[number]

/** More people than any cohort has been brought in at once. */
export const MOST_ROWS = 5000
export const MOST_COLUMNS = 100

export interface ListRefusal {
  ok: false
  problem: string
  values: Record<string, string | number>
}

export function refusal(problem: string, values: ListRefusal['values'] = {}): ListRefusal {
  return { ok: false, problem, values }
}
