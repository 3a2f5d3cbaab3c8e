import type { EmailMessage } from '../../mail/email-message.ts'
import { paper } from './view.ts'

const onPaper = paper<{ letter: EmailMessage; locale: string }>('mail/email')

/** The letter for those who read mail as HTML: nothing in it is fetched from anywhere. */
export function emailHtml(letter: EmailMessage): string {
  return onPaper({ letter, locale: 'en' })
}
