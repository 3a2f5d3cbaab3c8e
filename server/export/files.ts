import { readFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import type { PageContext } from '../web/render/page-context.ts'
import { renderStandalone } from '../web/render/view.ts'
import type { OwnDraft, OwnReflection, PersonExport } from './export.ts'

/** A text file of the export. */
interface ExportFile {
  name: string
  text: string
}

/** A picture of the person and its file name in the export. */
interface ExportPicture {
  id: number
  name: string
}

type ExportContext = Pick<PageContext, 't' | 'dates' | 'locale' | 'site_name'>

const STYLE = readFileSync(path.join(import.meta.dirname, 'style.css'), 'utf8')

const indexPage = renderStandalone<
  ExportContext &
    Omit<PersonExport, 'reflections' | 'rows'> & {
      made_at: string
      list: { href: string; reflection: OwnReflection }[]
    }
>('export/index')
const reflectionPage = renderStandalone<ExportContext & { reflection: OwnReflection; body_html: string }>(
  'export/reflection',
)

/**
 * The export as files: texts as Markdown with front matter and as HTML pages that need no server, and everything
 * else as JSON.
 * @param base_url prefix of links to the site
 */
export function exportFiles(
  frame: PageContext,
  base_url: string,
  all: PersonExport,
  pictures: ExportPicture[],
  made_at: string,
): ExportFile[] {
  const { reflections, drafts, rows, ...rest } = all
  const list = reflections.map((reflection) => ({ href: `reflections/${nameOf(reflection)}.html`, reflection }))
  const named = new Map(pictures.map(({ id, name }) => [id, name]))
  const own = all.answers.map((answer) => ({ ...answer, html: pointIntoFolder(answer.html, named, base_url) }))
  return [
    { name: 'index.html', text: indexPage({ ...frame, ...all, answers: own, made_at, list }) },
    { name: 'style.css', text: STYLE },
    { name: 'data.json', text: `${JSON.stringify({ made_at, ...rest, reflections, drafts, rows }, null, 2)}\n` },
    ...reflections.flatMap((reflection) => {
      const body_html = pointIntoFolder(reflection.html, named, base_url)
      const answers = reflection.answers.map((answer) => ({
        ...answer,
        html: pointIntoFolder(answer.html, named, base_url),
      }))
      const page = reflectionPage({ ...frame, reflection: { ...reflection, answers }, body_html })
      const file = `reflections/${nameOf(reflection)}`
      return [
        { name: `${file}.html`, text: page },
        { name: `${file}.md`, text: reflectionMarkdown(reflection, named) },
      ]
    }),
    ...drafts.map((draft) => ({ name: `drafts/${nameOf(draft)}.md`, text: draftMarkdown(draft, named) })),
  ]
}

/** "spring-07-12": cohort, number of the thing, and id of the reflection, since there may be two about one thing. */
function nameOf({ cohort, number, ...text }: OwnReflection | OwnDraft): string {
  const place = `${cohort}-${String(number).padStart(2, '0')}`
  return 'id' in text ? `${place}-${text.id}` : place
}

function reflectionMarkdown(reflection: OwnReflection, pictures: Map<number, string>): string {
  const { answers, body, html, id, ...facts } = reflection
  return withFrontMatter(facts, body, pictures)
}

function draftMarkdown({ body, ...facts }: OwnDraft, pictures: Map<number, string>): string {
  return withFrontMatter({ ...facts, state: 'draft' }, body, pictures)
}

function withFrontMatter(facts: object, body: string, pictures: Map<number, string>): string {
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null))
  const text = body.replace(/\]\(\/images\/(\d+)\)/g, (all, id: string) => {
    const name = pictures.get(Number(id))
    return name === undefined ? all : `](../pictures/${name})`
  })
  return `---\n${stringify(known)}---\n\n${text}\n`
}

/** Rewrites addresses of pictures to those in the export, and other relative ones to absolute ones. */
function pointIntoFolder(html: string, pictures: Map<number, string>, base_url: string): string {
  return html
    .replace(/ srcset="[^"]*"/g, '')
    .replace(/ src="\/images\/(\d+)\/[^"]*"/g, (all, id: string) => {
      const name = pictures.get(Number(id))
      return name === undefined ? all : ` src="../pictures/${name}"`
    })
    .replace(/ (href|src)="(\/[^"/][^"]*)"/g, (_all, name: string, place: string) => ` ${name}="${base_url}${place}"`)
}
