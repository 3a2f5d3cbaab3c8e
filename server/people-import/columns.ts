const FIELDS = ['email', 'name', 'first_name', 'last_name', 'workplace', 'pod'] as const
type ColumnField = (typeof FIELDS)[number]

/** Names of columns, in letters and digits alone. */
const NAMES: Record<ColumnField, string[]> = {
  email: [
    'email',
    'mail',
    'emailaddress',
    'mailaddress',
    'workemail',
    'emailadresse',
    'mailadresse',
    'epost',
    'epostadresse',
    'courriel',
    'correo',
  ],
  name: ['name', 'fullname', 'displayname', 'person', 'navn', 'namn'],
  first_name: ['firstname', 'first', 'givenname', 'forename', 'vorname', 'fornavn', 'fornamn', 'prenom'],
  last_name: ['lastname', 'last', 'surname', 'familyname', 'nachname', 'etternavn', 'efternavn', 'efternamn'],
  workplace: [
    'workplace',
    'library',
    'branch',
    'department',
    'organisation',
    'organization',
    'office',
    'bibliothek',
    'bibliotek',
    'arbeitsplatz',
    'arbeidssted',
    'arbejdssted',
    'filial',
  ],
  pod: ['pod', 'group', 'team', 'gruppe', 'grupp'],
}

/** Columns that refuse the list: roles, ids and passwords are not imported. */
const REFUSED = [
  'role',
  'roles',
  'siterole',
  'id',
  'personid',
  'userid',
  'password',
  'passwordhash',
  'passwort',
  'admin',
  'isadmin',
]

export interface Columns {
  /** The index of each field's column. */
  at: Partial<Record<ColumnField, number>>
  /** Columns that nothing is made of, as they were typed. */
  ignored: string[]
  refused: string[]
}

/** Finds the columns by the header line, in any order. */
export function readColumns(cells: readonly string[]): Columns {
  const columns: Columns = { at: {}, ignored: [], refused: [] }
  for (const [index, typed] of cells.entries()) {
    const plain = typed
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '')
    const field = FIELDS.find((one) => NAMES[one].includes(plain))
    if (REFUSED.includes(plain)) columns.refused.push(typed.trim())
    else if (field && columns.at[field] === undefined) columns.at[field] = index
    else if (typed.trim() !== '') columns.ignored.push(typed.trim().slice(0, 60))
  }
  return columns
}

/** The delimiter: of comma, semicolon and tab the one by which most of the header is understood. */
export function delimiterOf(first_line: string): ',' | ';' | '\t' {
  const score = (delimiter: string) => {
    const cells = first_line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
    const { at, refused } = readColumns(cells)
    return (Object.keys(at).length + refused.length) * 1000 + cells.length
  }
  return ([',', ';', '\t'] as const).reduce((best, one) => (score(one) > score(best) ? one : best))
}
