import type MarkdownIt from 'markdown-it'

type Linkify = InstanceType<typeof MarkdownIt>['linkify']

/** Kana, hanzi and full-width signs, as part of a character class without the flag "u". */
const EAST_ASIAN = '\\u2e80-\\u312f\\u3190-\\u9fff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef\\ud840-\\ud88f'
/** Hangul, Thai, Lao, Burmese, Khmer: they follow an address without a space, and stand in addresses too. */
const UNSPACED = '\\u0e00-\\u0eff\\u1000-\\u11ff\\u1780-\\u17ff\\u3130-\\u318f\\ua960-\\ua97f\\uac00-\\ud7ff'
const SEPARATORS = new RegExp(`[><${EAST_ASIAN}${UNSPACED}]`)
const EAST_ASIAN_SIGN = new RegExp(`[${EAST_ASIAN}]`)
const PATH_BEGINS = /[/?#]/
const WITHOUT_SCHEME = /^www\.[^\s/]+\.[^\s]/i
const LONGEST_EMAIL = 254
const EMAIL_ADDRESS = /^[^\s@/:?#]+@[^\s@/:?#]+\.[^\s@/:?#]+$/

/**
 * Which addresses in running text become links: those with http, https or mailto, those that begin with "www.", and email
 * addresses. Other names with dots do not: on phones people type no space after a full stop, as in "Done.It works".
 * An address may stand between kana, hanzi or letters of other scripts without spaces, and ends before them.
 */
export function linkAddresses(markdown: InstanceType<typeof MarkdownIt>): void {
  const { linkify } = markdown
  const { re } = linkify
  const normalizeLink = markdown.normalizeLink.bind(markdown)
  markdown.normalizeLink = (address) => normalizeLink(withScheme(address))
  const domain = re.get_domain.bind(re)
  Object.assign(re, {
    get_text_separators: () => SEPARATORS,
    // a part of a host name is of one script
    get_domain: () => cached('src_domain', () => `(?:${domain().source}|[${EAST_ASIAN}${UNSPACED}]{1,30}(?=\\.))`),
    // the Hangul of a path is kept, but not a particle after a word or after the host
    get_path_terminator: () =>
      cached(
        'src_path_terminator',
        () => `${re.src_ZPCc}|[><${EAST_ASIAN}]|(?<=[a-z0-9]|(?://|www\\.)[^/\\s]{1,80}/)[${UNSPACED}]`,
      ),
    get_schema_search: () =>
      cached(
        'schema_search',
        () => `(^|(?!_)(?:${SEPARATORS.source}|${re.src_ZPCc}))(${re.get_schema_names().source})`,
        'gi',
      ),
  } satisfies Partial<typeof re>)

  function cached(name: string, sourceOf: () => string, flags = ''): RegExp {
    re.cache[`own_${name}`] ??= new RegExp(sourceOf(), flags)
    return re.cache[`own_${name}`] as RegExp
  }

  linkify.set({ fuzzyLink: false, fuzzyEmail: true, fuzzyIP: false }).add('ftp:', null).add('//', null)
  for (const scheme of ['http:', 'https:']) {
    linkify.add(scheme, { validate: (text, at, { re }) => lengthOf(re.get_http_validator(), text, at) })
  }
  linkify.add('www.', {
    validate: (text, at, self) => (/[\w@./:-]/.test(text[at - 5] ?? '') ? 0 : lengthOf(afterWww(self), text, at)),
    normalize: (match) => {
      match.url = `http://${match.url}`
    },
  })

  function afterWww({ re }: Linkify): RegExp {
    const host = `(?:(?:${re.get_domain().source})\\.){1,10}(?:${re.get_domain().source})`
    return cached(
      'after_www',
      () => host + re.get_port().source + re.get_host_terminator().source + re.get_path().source,
      'iy',
    )
  }
}

/** The address of a link, as people write it who leave the scheme out. */
function withScheme(address: string): string {
  if (WITHOUT_SCHEME.test(address)) return `http://${address}`
  return address.length <= LONGEST_EMAIL && EMAIL_ADDRESS.test(address) ? `mailto:${address}` : address
}

/** The length of an address, which has no East Asian signs in its path, in brackets neither. */
function lengthOf(address: RegExp, text: string, at: number): number {
  address.lastIndex = at
  const [found = ''] = address.exec(text) ?? []
  const path = found.slice(2).search(PATH_BEGINS) + 2
  const end = path < 2 ? -1 : found.slice(path).search(EAST_ASIAN_SIGN)
  if (end < 0) return found.length
  const before = text.slice(0, at + path + end)
  address.lastIndex = at
  return address.exec(before)?.[0].length ?? 0
}
