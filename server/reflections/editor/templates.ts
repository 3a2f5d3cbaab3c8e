import type { Translate } from '../../web/text/i18n.ts'

/** A way to start: its questions come into the text, to be written under. */
export interface WritingTemplate {
  name: 'prompts' | 'unlearn'
  text: string
}

const UNLEARN = ['unlearn', 'hack', 'learn'] as const

/** The ways to start writing about a thing, beside writing freely. */
export function writingTemplates(t: Translate, prompts: string[]): WritingTemplate[] {
  const unlearn = UNLEARN.map((name) => t(`reflections.editor.unlearn.${name}`))
  return [
    ...(prompts.length > 0 ? [{ name: 'prompts' as const, text: underEach(prompts) }] : []),
    { name: 'unlearn', text: underEach(unlearn) },
  ]
}

function underEach(questions: string[]): string {
  return questions.map((question) => `**${question}**\n\n`).join('\n')
}

/** The text with more put under it, once: what was typed always stays. */
export function appendOnce(body: string, more: string | undefined): string {
  if (!more || body.includes(more.trim())) return body
  return `${body.trim() ? `${body.trimEnd()}\n\n` : ''}${more}`
}
