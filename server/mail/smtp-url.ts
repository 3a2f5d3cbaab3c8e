/** Scheme, name and password up to the last @, host with port, and options after a question mark. */
const SMTP_URL = /^(smtps?):\/\/(?:(.*)@)?(\[[\da-f:.]+\]|[^\s@/?#:[\]]+)(:\d{1,5})?\/?(\?[^#]*)?$/isu

/**
 * The address of a mail server with each sign of its name and password encoded, whatever they are: `p@ss/w#rd` too.
 * @returns null where the text is no such address
 */
export function normaliseSmtpUrl(typed: string): string | null {
  const [, scheme = '', login = '', host = '', port = '', options = ''] = SMTP_URL.exec(typed.trim()) ?? []
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(login) ?? []
  const url = URL.parse(`${scheme.toLowerCase()}://${host}${port}${options}`)
  if (!url || url.hostname === '') return null
  url.username = encodeURIComponent(decoded(user))
  url.password = encodeURIComponent(decoded(password))
  return url.href
}

/** The address of a mail server without its password, for display. */
export function withoutPassword(smtp_url: string): string {
  const url = URL.parse(smtp_url)
  if (!url) return ''
  url.password = ''
  return url.href
}

export function hasPassword(smtp_url: string): boolean {
  return (URL.parse(smtp_url)?.password ?? '') !== ''
}

/**
 * The mail server of a form. Its password is the typed one, else the stored one, but only for the same user and server:
 * a stored password is never sent to another server.
 * @param typed as normaliseSmtpUrl returns it, or ''
 * @returns null for a password without a user name
 */
export function smtpUrlFrom(typed: string, password: string, stored: string): string | null {
  const url = URL.parse(typed)
  if (!url) return password === '' ? '' : null
  // the setter of URL leaves a percent sign as it is, and what follows would be decoded with it
  if (password !== '') url.password = encodeURIComponent(password)
  else if (url.password === '' && withoutPassword(stored) === url.href) return stored
  return url.password !== '' && url.username === '' ? null : url.href
}

/** How a usual port and the scheme contradict each other: 465 is encrypted from the start, 25 and 587 are not. */
export function portMismatch(smtp_url: string): 'needs_smtps' | 'needs_smtp' | null {
  const { protocol, port } = URL.parse(smtp_url) ?? {}
  if (protocol === 'smtp:' && port === '465') return 'needs_smtps'
  return protocol === 'smtps:' && (port === '587' || port === '25') ? 'needs_smtp' : null
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
