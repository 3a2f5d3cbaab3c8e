/** A letter before it is put on paper: what it says, in words. */
export interface EmailMessage {
  subject: string
  greeting: string
  paragraphs: string[]
  /** What it tells of, each with its place in the site. */
  entries?: { head: string; says: string; href: string }[]
  /** The one thing to do, if it is wanted. */
  act: { words: string; href: string }
  /** What stands at the end in small: who sent it and why. */
  foot: string[]
  /** The way out of letters like this one. */
  leave?: { words: string; href: string }
}

/** The letter for those who read mail as plain text. */
export function emailText({ greeting, paragraphs, entries = [], act, foot, leave }: EmailMessage): string {
  const told = entries.map(({ head, says, href }) => [head, ...(says ? [`  ${says}`] : []), `  ${href}`].join('\n'))
  const small = [...foot, ...(leave ? [`${leave.words}\n${leave.href}`] : [])]
  return `${[greeting, ...paragraphs, ...told, `${act.words}\n${act.href}`, '-- ', ...small].join('\n\n')}\n`
}
