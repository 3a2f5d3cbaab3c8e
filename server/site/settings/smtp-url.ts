/** A mail server as it may be shown: without its password. */
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
 * The mail server of a form. Its password is the one that is typed; else the one that is kept, but only for the same
 * name at the same server: a password is never handed to another one.
 * @returns null where a password comes without a name
 */
export function smtpUrlFrom(typed: string, password: string, stored: string): string | null {
  const url = URL.parse(typed)
  if (!url) return password === '' ? '' : null
  if (password !== '') url.password = password
  else if (url.password === '' && withoutPassword(stored) === url.href) return stored
  return url.password !== '' && url.username === '' ? null : url.href
}
