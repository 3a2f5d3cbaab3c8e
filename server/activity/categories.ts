import type { ActivityKind } from './activity.ts'

/** What people do for themselves: used by badges and notices, not shown in the log. */
const OWN: ReadonlySet<ActivityKind> = new Set([
  'reflection.published',
  'reflection.edited',
  'reflection.deleted',
  'reflection.reported',
  'comment.written',
  'comment.edited',
  'comment.deleted',
  'comment.reported',
  'award.earned',
  'claim.made',
  'certificate.granted',
  'thing.completed',
  'step.ticked',
  'pulse.given',
  'cheer.given',
  'thing.reported',
])

/** What people do with their own accounts: shown in the log only when that filter is chosen. */
const ACCOUNTS: ReadonlySet<ActivityKind> = new Set([
  'person.joined',
  'person.left',
  'person.paused',
  'person.came_back',
  'password.changed',
  'pod.chosen',
])

/** Value of the column `logged`: 0 not in the log, 1 done to others or to the site, 2 done with one's own account. */
export function logCategoryOf(kind: ActivityKind): 0 | 1 | 2 {
  if (OWN.has(kind)) return 0
  return ACCOUNTS.has(kind) ? 2 : 1
}

/** Filters of the log by subject; a prefix of a kind that LOG_GROUP_BY_PREFIX lacks belongs to the site. */
export const LOG_GROUPS = ['people', 'cohorts', 'courses', 'moderation', 'site'] as const
export type LogGroup = (typeof LOG_GROUPS)[number]

const LOG_GROUP_BY_PREFIX: Record<string, LogGroup> = {
  person: 'people',
  people: 'people',
  reset_link: 'people',
  password: 'people',
  cohort: 'cohorts',
  calendar: 'cohorts',
  enrolment: 'cohorts',
  invitation: 'cohorts',
  pod: 'cohorts',
  pods: 'cohorts',
  announcement: 'cohorts',
  award: 'cohorts',
  claim: 'cohorts',
  hours: 'cohorts',
  course: 'courses',
  sets: 'courses',
  badge: 'courses',
  certificate: 'courses',
  thing: 'courses',
  things: 'courses',
  thing_change: 'courses',
  thing_changes: 'courses',
  thing_report: 'courses',
  completions: 'courses',
  links: 'courses',
  reflection: 'moderation',
  comment: 'moderation',
  report: 'moderation',
}

export function logGroupOf(kind: string): LogGroup {
  return LOG_GROUP_BY_PREFIX[kind.split('.')[0] ?? ''] ?? 'site'
}

type Subject = 'person' | 'course' | 'thing' | 'pod'

const SUBJECTS: Record<string, Subject> = {
  person: 'person',
  enrolment: 'person',
  reset_link: 'person',
  password: 'person',
  'thing.confirmed': 'person',
  'thing.unconfirmed': 'person',
  'award.given': 'person',
  'award.revoked': 'person',
  'award.restored': 'person',
  claim: 'person',
  hours: 'person',
  course: 'course',
  sets: 'course',
  badge: 'course',
  'certificate.designed': 'course',
  'certificate.switched': 'course',
  things: 'course',
  thing_changes: 'course',
  completions: 'course',
  thing: 'thing',
  thing_change: 'thing',
  thing_report: 'thing',
  pod: 'pod',
}

/** The table that a kind's `subject_id` refers to, where the log names the subject. */
export function subjectTableOf(kind: string): Subject | null {
  return SUBJECTS[kind] ?? SUBJECTS[kind.split('.')[0] ?? ''] ?? null
}
