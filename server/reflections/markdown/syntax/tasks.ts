import type MarkdownIt from 'markdown-it'

const BOX = /^\[([ xX\u3000]?)\](?=\s|$)/

/** Tasks: `- [ ] words` is an item with a ballot box. */
export function readTasks(markdown: InstanceType<typeof MarkdownIt>): void {
  markdown.core.ruler.after('inline', 'tasks', ({ tokens }) => {
    for (const [at, { type, children }] of tokens.entries()) {
      if (type !== 'inline' || tokens[at - 2]?.type !== 'list_item_open') continue
      const first = children?.[0]
      if (first?.type === 'text') first.content = first.content.replace(BOX, boxOf)
    }
  })
}

function boxOf(_: string, sign: string): string {
  return /x/i.test(sign) ? '☑' : '☐'
}
