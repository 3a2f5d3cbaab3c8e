/** A replacement that a learner suggests. */
interface Alternative {
  line: string | null
  link: string | null
  /** Who is thanked for it. */
  name: string
}

const HEADING = /^#{2,6}\s+(?<title>.+?)\s*#*$/

/**
 * Appends an alternative to the section of alternatives in a thing's Markdown, which is added where there is none.
 * @param title heading of that section
 * @param thanks credit with the name in it
 */
export function addAlternative(body: string, title: string, { line, link }: Alternative, thanks: string): string {
  const words = line === null ? null : escapeMarkdown(line)
  const address = link === null ? null : `<${new URL(link).href}>`
  const what = address === null ? (words ?? '') : words === null ? address : `[${words}](${address})`
  const entry = `- ${what} (${escapeMarkdown(thanks)})`
  const lines = body.trimEnd().split('\n')
  const at = lines.findIndex((each) => HEADING.exec(each)?.groups?.['title'] === title)
  if (at === -1) return [body.trimEnd(), `## ${title}`, entry].filter(Boolean).join('\n\n')
  const after = lines.findIndex((each, index) => index > at && HEADING.test(each))
  const part = lines.slice(at, after === -1 ? undefined : after)
  while (part.at(-1)?.trim() === '') part.pop()
  const space = /^\s*[-*+]\s/.test(part.at(-1) ?? '') ? [] : ['']
  const rest = after === -1 ? [] : ['', ...lines.slice(after)]
  return [...lines.slice(0, at), ...part, ...space, entry, ...rest].join('\n')
}

/** Escapes Markdown; an address in the text does not become a link. */
function escapeMarkdown(words: string): string {
  return words.replace(/[\\`*_{}[\]()<>#+!|~&@:]/g, '\\$&')
}
