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
 * @returns null for a password without a user name
 */
export function smtpUrlFrom(typed: string, password: string, stored: string): string | null {
  const url = URL.parse(typed)
  if (!url) return password === '' ? '' : null
  if (password !== '') url.password = password
  else if (url.password === '' && withoutPassword(stored) === url.href) return stored
  return url.password !== '' && url.username === '' ? null : url.href
}
