import path from 'node:path'
import type { Services } from '../services.ts'
import { createActors, emailOf } from './actors.ts'
import { planClosing } from './afterwards.ts'
import { markFeedsRead } from './blogs.ts'
import { readContent } from './content.ts'
import { DAY, duringDay, firstDays, HOUR, latestBefore, millisecondsOf, TIME_ZONE } from './dates.ts'
import { awardToPastActivity, createCertificate, planHours } from './formal-learning.ts'
import { planGuiding } from './guiding.ts'
import { markSeenNotificationsRead } from './notifications.ts'
import { planGeneratedPeople } from './people.ts'
import { planPods } from './pods.ts'
import { type CohortPlan, cohortPlans, createDemoCohort } from './runs.ts'
import { type DemoCohort, type DemoContext, planActivity } from './story.ts'
import { createTimeline, type SetClock } from './timeline.ts'

interface Account {
  email: string
  password: string
  handle: string
}

/** Facts about the demo for scripts. */
export interface Demo {
  /** Slug of the cohort that is under way. */
  cohort: string
  accounts: Record<'learner' | 'guide' | 'organiser' | 'admin' | 'stranger', Account>
}

const COURSE = path.join(import.meta.dirname, '../../courses/23-mobile-things')
const PASSWORD = 'seven phones on one windowsill'
const ADMIN = { key: 'solveig', name: 'Solveig Brandvold' }
const KEYS = { learner: 'amara', guide: 'marisol', organiser: 'ingrid', admin: ADMIN.key, stranger: 'desmond' }
/** Keys of people with an open invitation to Spring. */
const INVITED = ['sunniva', 'abdulrahman', 'greta']

/**
 * Fills an empty site with people and their activity up to now.
 * @param clock the clock of the services
 * @param size number of people in the Spring cohort: written people first, then generated ones
 * @param progress receives the share of generated activity that is done, from 0 to 1
 */
export async function fillSite(
  services: Services,
  clock: SetClock,
  { size, now, progress }: { size: number; now: Temporal.Instant; progress?: (share: number) => void },
): Promise<Demo> {
  const password = await services.people.newPassword(PASSWORD, { name: '', email: '' })
  if (!password.ok) throw new Error(password.problem.key)
  const { password_hash } = password
  const timeline = createTimeline(services.db, clock)
  const actors = createActors(services, password_hash)
  const written = { reflections: new Map(), comments: new Map() }
  const content = readContent()
  const words = { content, written, password_hash, learner: KEYS.learner }
  const context: DemoContext = { services, timeline, actors, ...words, progress }
  const first_days = firstDays(now)
  const latest = latestBefore(now)

  timeline.schedule(millisecondsOf(first_days.autumn) - 60 * DAY, () => {
    const { key, name } = ADMIN
    const admin = services.setup.makeFirstAdmin({ name, email: emailOf(key), password_hash }) ?? 0
    services.courseTransfer.importFolder(COURSE, admin)
    createCertificate(context, admin)
    // the folder of the demo goes with it
    services.settings.set('backups_nightly', '0')
    services.settings.set('time_zone', TIME_ZONE)
  })
  const demoCohorts: DemoCohort[] = []
  const begin = (run: CohortPlan) => {
    const cast = content.people[run.key]
    const demoCohort = createDemoCohort(context, run, run.key === 'spring' ? cast.slice(0, size) : cast, latest)
    demoCohorts.push(demoCohort)
    planActivity(context, demoCohort)
    if (run.key === 'autumn') planClosing(context, demoCohort, run.organiser)
    if (run.key === 'spring') {
      planGeneratedPeople(context, demoCohort, demoCohorts, Math.max(0, size - cast.length))
      planPods(context, demoCohort, KEYS.organiser)
      planGuiding(context, demoCohort)
      planOffice(context, demoCohort)
      planHours(context, demoCohort, KEYS.guide)
    }
  }
  for (const run of cohortPlans(first_days)) {
    timeline.schedule(duringDay(millisecondsOf(run.starts_on) - run.ahead * DAY), () => begin(run))
  }
  await timeline.run()
  await services.jobs.runDue()
  markSeenNotificationsRead(services.db)
  markFeedsRead(services.db, now)
  // this one runs when the demo is served
  awardToPastActivity(context, services.people.credentials(emailOf(ADMIN.key))?.id ?? 0)
  return { cohort: 'spring', accounts: accountsOf(services) }
}

/** Work for organiser and admin: open invitations and a request for a new password. */
function planOffice({ services, timeline, actors }: DemoContext, { slug, cohort_id, latest }: DemoCohort): void {
  for (const [days, key] of INVITED.entries()) {
    timeline.schedule(latest - (days + 1) * DAY, () => {
      const { person_id } = actors.enrolmentOf(slug, KEYS.organiser)
      services.invitations.make({ cohort_id, email: emailOf(key), role: 'learner', by: person_id })
    })
  }
  timeline.schedule(latest - 26 * HOUR, () => services.passwordResets.ask(emailOf('leilani')))
  timeline.schedule(latest - 5 * HOUR, () => keepDraft(services))
}

/** An unpublished draft of one thing. */
function keepDraft({ courses, courseAuthoring, people }: Services): void {
  const thing = courses.first()?.things.find(({ slug }) => slug === 'translate-face-to-face')
  const text = thing && courseAuthoring.thingText(thing.id)
  if (!text) return
  const summary = 'Hold a short talk in two languages, and find out what you would not leave to a machine.'
  const by = people.credentials(emailOf(ADMIN.key))?.id ?? 0
  courseAuthoring.saveDraft(thing.id, { ...text.outline, summary }, { seen: text.revision, draft: 0, by })
}

function accountsOf({ people }: Services): Demo['accounts'] {
  const account = (key: string): Account => {
    const email = emailOf(key)
    return { email, password: PASSWORD, handle: people.find(people.credentials(email)?.id ?? 0)?.handle ?? '' }
  }
  return {
    learner: account(KEYS.learner),
    guide: account(KEYS.guide),
    organiser: account(KEYS.organiser),
    admin: account(KEYS.admin),
    stranger: account(KEYS.stranger),
  }
}
