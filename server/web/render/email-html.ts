import type { Letter } from '../../mail/email-message.ts'
import { paper } from './view.ts'

const onPaper = paper<{ letter: Letter; locale: string }>('mail/email')

/** The letter for those who read mail as HTML: nothing in it is fetched from anywhere. */
export function letterHtml(letter: Letter): string {
  return onPaper({ letter, locale: 'en' })
}
