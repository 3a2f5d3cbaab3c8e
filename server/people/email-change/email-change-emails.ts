import { createEmailKind, type EmailKindDeps } from '../../mail/email-kind.ts'
import type { EmailMessage } from '../../mail/email-message.ts'
import { greetingName } from '../../web/text/person-names.ts'
import type { People } from '../people.ts'
import type { EmailChanges } from './email-change.ts'

interface EmailChangeEmailsDeps extends EmailKindDeps {
  people: Pick<People, 'find'>
  emailChanges: EmailChanges
}

interface Payload {
  change_id: number
  side: 'old' | 'new'
}

const SIDES = ['old', 'new'] as const

/**
 * Emails about a change of address, to both addresses: first a link each, then that it is done. The new address is not
 * proven to be the person's, so what goes there names nobody; where it has an account, the email there says so, and
 * nothing else does.
 */
export function createEmailChangeEmails({ jobs, mail, people, emailChanges, t, site }: EmailChangeEmailsDeps) {
  const values = () => ({ site: site.name(), address: site.base_url })

  function messageFor(name: string | null, key: string, facts: object, href: string): EmailMessage {
    const all = { ...values(), ...facts }
    const text = (part: string) => t(`people.email_change.mail.${key}.${part}`, all)
    return {
      subject: text('subject'),
      greeting: name === null ? t('people.email_change.mail.greeting') : t('people.letter.greeting', { name }),
      paragraphs: [text('text'), text('not_me')],
      action: { label: text('do'), href },
      footer: [t('people.letter.foot', all)],
    }
  }

  const sendLink = createEmailKind<Payload>(
    { jobs, mail },
    'mail.email_change',
    ({ change_id, side }) => {
      const change = emailChanges.find(change_id)
      const person = change && people.find(change.person_id)
      if (!change || !person || change.outcome !== null) return null
      const name = greetingName(person.name)
      const { old_email, new_email } = change
      if (side === 'new' && emailChanges.isTaken(new_email)) {
        const message = messageFor(null, 'taken', { new_email }, `${site.base_url}/forgot`)
        return { to: { name: '', address: new_email }, message }
      }
      const token = emailChanges.makeLink(change_id, side)
      if (!token) return null
      const href = `${site.base_url}/confirm-email/${token}`
      if (side === 'new') {
        return { to: { name: '', address: new_email }, message: messageFor(null, 'new', { new_email }, href) }
      }
      const key = change.by_admin ? 'old_by_admin' : 'old'
      return { to: { name: person.name, address: old_email }, message: messageFor(name, key, { new_email }, href) }
    },
    { tries: 8, at_once: 2 },
  )

  const sendDone = createEmailKind<Payload>(
    { jobs, mail },
    'mail.email_changed',
    ({ change_id, side }) => {
      const change = emailChanges.find(change_id)
      const person = change && people.find(change.person_id)
      if (!change || !person || change.outcome !== 'changed') return null
      const { old_email, new_email } = change
      const key = side === 'old' ? 'done_old' : 'done_new'
      const href = side === 'old' ? site.base_url : `${site.base_url}/login`
      return {
        to: { name: person.name, address: side === 'old' ? old_email : new_email },
        message: messageFor(greetingName(person.name), key, { new_email }, href),
      }
    },
    { tries: 8, at_once: 2 },
  )

  emailChanges.sendBy({
    ask(change_id) {
      const change = emailChanges.find(change_id)
      if (!change) return
      for (const side of SIDES)
        sendLink({ change_id, side }, { key: `${change_id} ${side}`, about: change[`${side}_email`] })
    },
    tell(change_id) {
      const change = emailChanges.find(change_id)
      if (!change) return
      for (const side of SIDES)
        sendDone({ change_id, side }, { key: `${change_id} ${side}`, about: change[`${side}_email`] })
    },
  })
}
