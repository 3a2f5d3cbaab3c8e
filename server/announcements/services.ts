import type { Foundation } from '../foundation.ts'
import type { NotificationServices } from '../notifications/services.ts'
import { createAnnouncementEmails } from './announcement-emails.ts'
import { createAnnouncements } from './announcements.ts'

export function createAnnouncementServices(
  { db, clock, activity, jobs, mail, plainLines, renderMarkdown, site, t }: Foundation,
  { emailPreferences, notices }: NotificationServices,
) {
  const announcementEmails = createAnnouncementEmails(db, {
    jobs,
    mail,
    preferences: emailPreferences,
    plainLines,
    t,
    site,
  })
  const sendEmails = announcementEmails.send
  return {
    announcements: createAnnouncements(db, clock, { activity, jobs, notices, renderMarkdown, sendEmails }),
    announcementEmails,
  }
}
