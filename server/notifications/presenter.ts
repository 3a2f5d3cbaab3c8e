import { postHref } from '../web/http/address.ts'
import type { Translate } from '../web/text/i18n.ts'
import type { Notice } from './notices.ts'

/** A notice as the page prints it. */
export interface NoticeLine {
  id: number
  /** The actor; without one an icon is shown. */
  actor: Notice['actor']
  icon: string
  words: string
  said: string
  href: string
  cohort: string | null
  told_at: string
  is_new: 0 | 1
}

const ICONS = {
  answer: 'message-circle',
  reply: 'message-circle-reply',
  mention: 'at-sign',
  award: 'award',
  award_revoked: 'award',
  claim_more: 'award',
  certificate: 'scroll-text',
  hours_confirmed: 'clock',
  hours_asked: 'clock',
  hidden: 'eye-off',
  restored: 'eye',
  reported: 'flag',
  feed_unsure: 'circle-question-mark',
  feed_trouble: 'rss',
  confirmed: 'circle-check',
  thing_reported: 'flag',
  report_thanks: 'heart',
  report_settled: 'check',
  place: 'ticket',
  brought_in: 'ticket',
  in_line: 'hourglass',
  announcement: 'megaphone',
  calendar: 'calendar-days',
  closed: 'flag',
} as const

export function noticeLine(t: Translate, notice: Notice): NoticeLine {
  const { id, kind, actor, said, cohort, told_at, is_new } = notice
  return {
    id,
    actor,
    icon: ICONS[kind],
    words: wordsOf(t, notice),
    said,
    href: hrefOf(notice),
    cohort,
    told_at,
    is_new,
  }
}

function wordsOf(t: Translate, { kind, actor, title, badge, comment_id, detail }: Notice): string {
  const values = { actor: actor?.name ?? t('notices.somebody'), title, badge: badge?.title, ...detail }
  if (kind === 'answer' && detail['follows']) return t('notices.says.answer_followed', values)
  if (kind === 'hidden' && comment_id !== null) return t('notices.says.hidden_answer', values)
  if (kind === 'restored' && comment_id !== null) return t('notices.says.restored_answer', values)
  if (kind === 'mention' && comment_id === null) return t('notices.says.mention_reflection', values)
  return t(`notices.says.${kind}`, values)
}

function hrefOf({ reflection_id, comment_id, badge, detail }: Notice): string {
  if (reflection_id !== null) return postHref(reflection_id, comment_id)
  if (badge) return `/badges/${badge.slug}`
  const { href } = detail
  // only a path of this site
  return typeof href === 'string' && /^\/(?![/\\])/.test(href) ? href : '/notices'
}
