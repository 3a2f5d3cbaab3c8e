import MarkdownIt from 'markdown-it'
import { linkAddresses } from './addresses.ts'
import { keepBackslashes } from './backslash.ts'
import { relaxEmphasis } from './emphasis.ts'
import { readFootnotes } from './footnotes.ts'
import { ignoreIndentation } from './indentation.ts'
import { limitTables } from './limit-tables.ts'
import { readTasks } from './tasks.ts'

/**
 * Markdown as plain writers mean it: CommonMark with tables, read kindly. Nothing here needs a server. Each line end is a
 * line break, as people type it on phones; HTML is text.
 */
export function createParser(): InstanceType<typeof MarkdownIt> {
  const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false })
  for (const rules of [
    ignoreIndentation,
    limitTables,
    relaxEmphasis,
    keepBackslashes,
    linkAddresses,
    readFootnotes,
    readTasks,
  ]) {
    rules(markdown)
  }
  return markdown
}
