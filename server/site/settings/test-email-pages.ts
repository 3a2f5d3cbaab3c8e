import type { Router } from 'express'
import { reasonOf } from '../../jobs/job-error.ts'
import { smtpProblem } from '../../mail/smtp-problem.ts'
import { admin } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { noStore } from '../../web/http/headers.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { greetingName } from '../../web/text/person-names.ts'
import type { ShowSection } from './sections.ts'

/** Sends an email to the admin, and shows the answer of the mail server. */
export function testEmailPages(
  router: Router,
  { clock, config, mail, settings }: Services,
  showPart: ShowSection,
): void {
  router.post('/admin/settings/mail/test', admin, noStore, async (req, res) => {
    const { name, email } = currentPerson(req)
    const { t } = pageContext(res)
    const site = settings.siteName()
    try {
      const words = await mail.sendTest({
        to: { name, address: email },
        message: {
          subject: t('settings.test.subject', { site }),
          greeting: t('settings.test.greeting', { name: greetingName(name) }),
          paragraphs: [t('settings.test.text', { site })],
          action: { label: t('settings.test.act'), href: config.base_url },
          footer: [site],
        },
        // every test has a Message-ID of its own, and no job
        job_id: clock.now().epochMilliseconds,
      })
      showPart(res, { section: 'mail', status: 200, answer: { ok: true, words: reasonOf(words), problem: null } })
    } catch (error) {
      const words = reasonOf(error)
      showPart(res, { section: 'mail', status: 200, answer: { ok: false, words, problem: smtpProblem(words) } })
    }
  })
}
