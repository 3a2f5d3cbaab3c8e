import type { EmailMessage } from '../../mail/email-message.ts'
import { paper } from './view.ts'

const render = paper<{ message: EmailMessage; locale: string }>('mail/email')

/** An email as an HTML document that loads nothing from elsewhere. */
export function emailHtml(message: EmailMessage): string {
  return render({ message, locale: 'en' })
}
