interface EmailLink {
  label: string
  /** With scheme and host. */
  href: string
}

/** What an email says, before it becomes plain text and HTML. */
export interface EmailMessage {
  subject: string
  greeting: string
  paragraphs: string[]
  /** The posts it tells of, each with its page; the text may have several lines. */
  entries?: { title: string; text: string; href: string }[]
  action: EmailLink
  /** Lines in small print: who sent it and why. */
  footer: string[]
  unsubscribe?: EmailLink
}

export function emailText({ greeting, paragraphs, entries = [], action, footer, unsubscribe }: EmailMessage): string {
  const told = entries.map(({ title, text, href }) => [title, ...(text ? text.split('\n') : []), href].join('\n  '))
  const small = [...footer, ...(unsubscribe ? [`${unsubscribe.label}\n${unsubscribe.href}`] : [])]
  return `${[greeting, ...paragraphs, ...told, `${action.label}\n${action.href}`, '-- ', ...small].join('\n\n')}\n`
}
