import type { EmailMessage } from '../../mail/email-message.ts'
import { renderStandalone } from './view.ts'

const render = renderStandalone<{ message: EmailMessage; locale: string }>('mail/email')

/** An email as an HTML document that loads nothing from elsewhere. */
export function emailHtml(message: EmailMessage): string {
  return render({ message, locale: 'en' })
}
