import type { Foundation } from '../foundation.ts'
import { createCommentEmails } from './comment-emails.ts'
import { createEmailPreferences } from './email-preferences.ts'
import { createNotices } from './notices.ts'

export function createNotificationServices({
  db,
  clock,
  base_url,
  jobs,
  mail,
  plainLines,
  plainText,
  secret,
  site,
  t,
}: Foundation) {
  const emailPreferences = createEmailPreferences(db, clock, { secret, base_url })
  const commentEmails = createCommentEmails(db, clock, {
    jobs,
    mail,
    preferences: emailPreferences,
    plainLines,
    t,
    site,
  })
  const notices = createNotices(db, clock, { jobs, plainText, onPersonalNotices: commentEmails.plan })
  return { emailPreferences, notices }
}

export type NotificationServices = ReturnType<typeof createNotificationServices>
