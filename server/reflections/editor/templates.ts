import type { Translate } from '../../web/text/i18n.ts'

/** A template: questions that are inserted into the text as headings to write under. */
export interface WritingTemplate {
  name: 'prompts' | 'unlearn'
  text: string
}

const UNLEARN = ['unlearn', 'hack', 'learn'] as const

/** The templates offered for a thing. */
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

/** Appends to the text, unless it is in it already; typed text always stays. */
export function appendOnce(body: string, more: string | undefined): string {
  if (!more || body.includes(more.trim())) return body
  return `${body.trim() ? `${body.trimEnd()}\n\n` : ''}${more}`
}
