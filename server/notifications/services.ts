import type { Foundation } from '../foundation.ts'
import { createAnswerLetters } from './comment-emails.ts'
import { createLetterChoices } from './email-preferences.ts'
import { createNotices } from './notices.ts'

export function createNotificationServices({
  db,
  clock,
  base_url,
  jobs,
  mail,
  plainText,
  secret,
  site,
  t,
}: Foundation) {
  const letterChoices = createLetterChoices(db, clock, { secret, base_url })
  const answerLetters = createAnswerLetters(db, clock, { jobs, mail, choices: letterChoices, plainText, t, site })
  const notices = createNotices(db, clock, { jobs, plainText, toldPersonally: answerLetters.plan })
  return { letterChoices, notices }
}

export type NotificationServices = ReturnType<typeof createNotificationServices>
