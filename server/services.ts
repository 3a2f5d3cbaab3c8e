import path from 'node:path'
import { createActivity } from './activity/activity.ts'
import { createLog as createActivityLog } from './activity/log.ts'
import { createAnnouncementLetters } from './announcements/announcement-emails.ts'
import { createAnnouncements } from './announcements/announcements.ts'
import { createWeeksHere } from './badges/active-weeks.ts'
import { createBadgeEditing } from './badges/authoring/editing.ts'
import { createBadgePictures } from './badges/authoring/pictures.ts'
import { createAwardFacts } from './badges/awards/award-details.ts'
import { createTrying } from './badges/awards/dry-run.ts'
import { createGiving } from './badges/awards/manual-awards.ts'
import { createReplaying } from './badges/awards/retroactive-awards.ts'
import { createRevoking } from './badges/awards/revocation.ts'
import { createSharing } from './badges/awards/sharing.ts'
import { titlesIn } from './badges/badge-page.ts'
import { createBadges } from './badges/badges.ts'
import { drawFile } from './badges/drawing/badge-file.ts'
import { createShown } from './badges/public-badges.ts'
import { ruleSentence } from './badges/rules/rule-sentence.ts'
import { createKeptCalendars } from './calendar/calendar-cache.ts'
import { createCalendarTelling } from './calendar/calendar-notifications.ts'
import { createBatches } from './certificates/bulk-export.ts'
import { createPapers } from './certificates/certificate-pdf.ts'
import { createCertificates } from './certificates/certificates.ts'
import { createDesigns } from './certificates/templates.ts'
import { createAlumni } from './cohorts/alumni.ts'
import { createBlocks } from './cohorts/blocks.ts'
import { createClosing } from './cohorts/closing.ts'
import { createCohorts } from './cohorts/cohorts.ts'
import { createTellAll } from './cohorts/notify-cohort.ts'
import { createRunningAgain } from './cohorts/repeat-cohort.ts'
import { createCohortSettings } from './cohorts/settings.ts'
import { createWaiting } from './cohorts/waiting-list.ts'
import { createPlaceLetters } from './cohorts/waiting-list-emails.ts'
import type { Config } from './config.ts'
import { createCourses } from './courses/courses.ts'
import { createCoursePictures } from './courses/pictures/pictures.ts'
import { createIncoming } from './courses/transfer/pending-uploads.ts'
import { createCredentials } from './credentials/credentials.ts'
import { hashInWorker } from './credentials/data-integrity.ts'
import { createVerifying } from './credentials/verification.ts'
import { createCheckRecord } from './db/check-record.ts'
import type { Clock } from './db/clock.ts'
import { askBeforeWrites, type Database } from './db/open.ts'
import { watchOutsideChanges } from './db/outside-changes.ts'
import { createEnrolments } from './enrolments/enrolments.ts'
import { cohortPolicy } from './enrolments/policy.ts'
import { createExport } from './export/export.ts'
import { createFeeds } from './feeds/feeds.ts'
import { createGoingOut } from './feeds/outgoing-feeds.ts'
import { createQueue } from './guiding/reply-queue.ts'
import { createSavedAnswers } from './guiding/saved-replies.ts'
import { createHours } from './hours/hours.ts'
import { createFetcher } from './http-client/fetcher.ts'
import type { Resolve } from './http-client/resolve-host.ts'
import { createImages, uploadsFolder } from './images/images.ts'
import { createInsights } from './insights/insights.ts'
import { createInvitationLetters } from './invitations/invitation-emails.ts'
import { createInvitations } from './invitations/invitations.ts'
import { createJobs } from './jobs/jobs.ts'
import { createMail } from './mail/mail.ts'
import { createUpkeep } from './maintenance/maintenance.ts'
import { createModeration } from './moderation/moderation.ts'
import { createAnswerLetters } from './notifications/comment-emails.ts'
import { createLetterChoices } from './notifications/email-preferences.ts'
import { createNotices } from './notifications/notices.ts'
import { createDossiers } from './people/account-details.ts'
import { knowFolding } from './people/case-folding.ts'
import { createSeeingAs } from './people/impersonation.ts'
import { createSeeing, knowSeeing } from './people/impersonation-log.ts'
import { createPassport } from './people/passport.ts'
import { createResets } from './people/password-reset.ts'
import { createResetLetters } from './people/password-reset-emails.ts'
import { createPeople } from './people/people.ts'
import { fillSortNames } from './people/sort-names.ts'
import { createImports } from './people-import/imports.ts'
import { createPods } from './pods/pods.ts'
import { createConfirmations } from './progress/confirmations.ts'
import { createPauses } from './progress/pauses.ts'
import { createProgress } from './progress/progress.ts'
import { createCounting } from './progress/recount.ts'
import { createComments } from './reflections/comments/comments.ts'
import { createFollowing } from './reflections/comments/following.ts'
import { createMentions } from './reflections/comments/mentions.ts'
import { createDrafts } from './reflections/editor/drafts.ts'
import { createOutside } from './reflections/external-posts.ts'
import { createOutsideRenderer } from './reflections/markdown/external-html-renderer.ts'
import { plainText } from './reflections/markdown/markdown.ts'
import { createMarkdown } from './reflections/markdown/markdown-renderer.ts'
import { wordsIn } from './reflections/markdown/word-count.ts'
import { createPodPosts } from './reflections/pod-posts.ts'
import { createReflections } from './reflections/reflections.ts'
import { createStream } from './reflections/stream.ts'
import { tagOf } from './reflections/thing-label.ts'
import { createSearch } from './search/search.ts'
import { createAdminHome } from './site/admin-home.ts'
import { createFace } from './site/appearance.ts'
import { createBackups } from './site/backups/backups.ts'
import { createChecklist } from './site/checklist.ts'
import { expireRows } from './site/expired-rows.ts'
import { createLogo } from './site/logo.ts'
import { createSettings } from './site/settings.ts'
import { createSetup } from './site/setup.ts'
import { authoriseAgain } from './web/http/authority.ts'
import { createOnce } from './web/http/idempotency.ts'
import { createGuessLimits } from './web/http/limits.ts'
import { createSessions } from './web/http/sessions.ts'
import { createMetrics } from './web/operations/metrics.ts'
import type { Log } from './web/operations/request-log.ts'
import { letterHtml } from './web/render/email-html.ts'
import { loadWords } from './web/text/i18n.ts'
import { createWorkerPool, type WorkerPool } from './workers/worker-pool.ts'

/** Wires every noun once; what a noun needs of another arrives here as an argument. */
export function createServices(
  config: Config,
  db: Database,
  {
    clock,
    log,
    resolve,
    workers = createWorkerPool(),
  }: { clock: Clock; log: Log; resolve?: Resolve; workers?: WorkerPool },
) {
  askBeforeWrites(db, authoriseAgain)
  knowFolding(db)
  fillSortNames(db)
  knowSeeing(db)
  // the subscribers of what happened, in the order they run
  const activity = createActivity(db, clock, () => [
    badges.onActivity,
    certificates.onActivity,
    notices.onActivity,
    calendarTelling.onActivity,
    waiting.onActivity,
  ])
  const settings = createSettings(db, activity)
  const logo = createLogo(db)
  const lookForOutsideChanges = watchOutsideChanges(db, () => {
    settings.reload()
    logo.look()
  })
  const markdown = createMarkdown(workers)
  const { render: renderMarkdown } = markdown
  const face = createFace(settings, logo, markdown)
  const activityLog = createActivityLog(db)
  const once = createOnce(db, clock)
  const jobs = createJobs(db, clock, log, { beforeLook: lookForOutsideChanges })
  expireRows(db, clock, jobs)
  const metrics = createMetrics(db, { jobCounts: jobs.counts })

  const databaseCheck = createCheckRecord(config.data_dir)
  const backups = createBackups(db, clock, { data_dir: config.data_dir, activity, databaseCheck, jobs, settings })

  const words = loadWords()
  const t = words('en')
  const { base_url } = config
  const site = { base_url, name: settings.siteName }
  const secret = () => settings.secret('mail_secret')
  const office = () => ({
    smtp_url: settings.value('smtp_url') || config.smtp_url,
    mail_from: settings.value('mail_from') || config.mail_from,
    site_name: settings.siteName(),
  })
  const mail = createMail({ office, base_url, secret, onPaper: letterHtml })
  const letterChoices = createLetterChoices(db, clock, { secret, base_url })
  const answerLetters = createAnswerLetters(db, clock, { jobs, mail, choices: letterChoices, plainText, t, site })
  const notices = createNotices(db, clock, { jobs, plainText, toldPersonally: answerLetters.plan })

  const people = createPeople(db, clock, { activity, siteName: settings.siteName })
  const dossiers = createDossiers(db, clock)
  const sessions = createSessions(config, db, clock, { find: people.inSession, roleNow: people.roleNow })
  const guess = createGuessLimits(db, clock)
  const signIns = createPassport(people, sessions, guess)
  const seeingAs = createSeeingAs(people, createSeeing(db, clock, activity))
  const resets = createResets(db, clock, { activity, people })
  const resetLetters = createResetLetters(clock, { jobs, mail, people, resets, t, site })

  const images = createImages(db, clock, { folder: uploadsFolder(config.data_dir), settings, jobs, log })
  const coursePictures = createCoursePictures(db, clock, {
    folder: path.join(uploadsFolder(config.data_dir), 'courses'),
    activity,
    images,
  })
  const courses = createCourses(db, clock, {
    activity,
    pictures: coursePictures,
    markdown,
    workers,
    siteName: settings.siteName,
  })
  const incoming = createIncoming(db, clock, {
    folder: path.join(config.data_dir, 'incoming'),
    jobs,
    also: coursePictures.sweep,
  })
  const enrolments = createEnrolments(db, clock)
  const may = cohortPolicy(enrolments)
  const cohorts = createCohorts(db, clock, { activity, courses })
  const tellAll = createTellAll(db, { jobs, notices })
  const calendarTelling = createCalendarTelling(db, clock, { tellAll })
  const alumni = createAlumni(db, clock, { activity, renderMarkdown })
  const closing = createClosing(db, clock, { activity, jobs, tellAll })
  const blocks = createBlocks(db, clock, { activity, cohorts })
  const pods = createPods(db, clock, { activity })
  const writeOfPlace = createPlaceLetters(db, { jobs, mail, t, site })
  const waiting = createWaiting(db, clock, { cohorts, pods, notices, writeTo: writeOfPlace })
  const cohortSettings = createCohortSettings(db, { activity, renderMarkdown, fill: waiting.fill })
  const writeOfNews = createAnnouncementLetters(db, { jobs, mail, choices: letterChoices, plainText, t, site })
  const announcements = createAnnouncements(db, clock, {
    activity,
    jobs,
    notices,
    renderMarkdown,
    writeTo: writeOfNews,
  })
  const invitations = createInvitations(db, clock, { activity, waiting })
  const runningAgain = createRunningAgain(db, { cohorts, courses, invitations })
  const invitationLetters = createInvitationLetters(db, clock, { jobs, mail, invitations, t, site })
  const imports = createImports(db, clock, {
    activity,
    jobs,
    notices,
    pods,
    invitations,
    letters: invitationLetters,
  })
  const checklist = createChecklist(db, clock, { mailIsSetUp: mail.isSetUp, base_url })
  const adminHome = createAdminHome(db, clock)
  const setup = createSetup(db, { settings, people, activity })

  const calendarOf = createKeptCalendars(db)
  const progress = createProgress(db, clock, { activity, calendarOf, courses, wordsIn })
  const confirmations = createConfirmations(db, { completion: progress, notices })
  const countAgain = createCounting(db, { activity, jobs, completion: progress })
  const pauses = createPauses(db, clock, { activity })
  const weeksHere = createWeeksHere(db, clock, { calendarOf })
  const badges = createBadges(db, clock, { activity, calendarOf, courses })
  const badgePictures = createBadgePictures(db, clock)
  const badgeEditing = createBadgeEditing(db, clock, { activity, pictures: badgePictures })
  const giving = createGiving(db, clock, { activity, badges, notices })
  const revoking = createRevoking(db, clock, { activity, notices })
  const replaying = createReplaying(db, clock, { activity, badges, jobs })
  const tryBadge = createTrying(db, { badges })
  const hours = createHours(db, clock, { activity, calendarOf, courses, notices })
  const certificateDesigns = createDesigns(db, clock, { activity })
  const certificates = createCertificates(db, clock, { activity, courses, jobs, notices })
  const papers = createPapers(clock, {
    t,
    base_url,
    siteName: settings.siteName,
    paper: () => settings.value('paper'),
    logo,
    logoWords: () => settings.value('logo_alt'),
    images,
    workers,
  })
  const certificateBatches = createBatches(db, clock, {
    folder: path.join(config.data_dir, 'certificates'),
    certificates,
    jobs,
    draw: papers.drawPlain,
  })
  const awards = createAwardFacts(db, { courses })
  const sharing = createSharing(db)
  const shownBy = createShown(db)
  const hash = hashInWorker(workers)
  const credentials = createCredentials(db, clock, {
    hash,
    activity,
    data_dir: config.data_dir,
    base_url: config.base_url,
    siteName: settings.siteName,
    ruleWords: ({ badge, course }) =>
      ruleSentence({ t, locale: 'en' }, badge.rule, titlesIn(courses.content(course.id, course.revision))),
  })
  const drafts = createDrafts(db, clock)
  const mentions = createMentions(db, clock)
  const following = createFollowing(db, clock)
  const reflections = createReflections(db, clock, {
    activity,
    courses,
    drafts,
    images,
    mentions,
    progress,
    renderMarkdown,
  })
  const comments = createComments(db, clock, { activity, mentions, renderMarkdown })
  const search = createSearch(db, clock, { jobs, courses, tagOf, plainText })
  const stream = createStream(db, { courses, matching: search.matching })
  const queue = createQueue(db, clock, { items: stream.some })
  const savedAnswers = createSavedAnswers(db, clock)
  const moderation = createModeration(db, clock, { activity, notices })
  const podPosts = createPodPosts(db, { courses })
  const exports = createExport(db)
  const fetchPublic = createFetcher({ allow: config.fetch_allow, resolve })
  const verify = createVerifying(clock, {
    hash,
    base_url: config.base_url,
    keys: credentials.keys,
    isRevoked: credentials.isRevoked,
    fetchPublic,
  })
  const outside = createOutside(db, clock, { activity, progress })
  const feeds = createFeeds(db, clock, {
    jobs,
    log,
    fetchPublic,
    enrolments,
    courses,
    progress,
    outside,
    reflections,
    notices,
    outsideHtml: createOutsideRenderer(workers),
    workers,
    base_url: config.base_url,
  })
  const upkeep = createUpkeep(db, clock, { activity, courses, jobs, notices, fetchPublic, t, base_url })
  const goingOut = createGoingOut(db, clock, { courses })
  const insights = createInsights(db, clock, {
    courses,
    entries: cohorts.entries,
    unanswered: stream.unanswered,
  })

  return {
    config,
    db,
    clock,
    log,
    words,
    settings,
    lookForOutsideChanges,
    logo,
    face,
    backups,
    databaseCheck,
    checklist,
    adminHome,
    activity,
    activityLog,
    once,
    jobs,
    metrics,
    workers,
    markdown,
    mail,
    notices,
    letterChoices,
    people,
    dossiers,
    sessions,
    guess,
    signIns,
    seeingAs,
    resets,
    resetLetters,
    courses,
    incoming,
    enrolments,
    may,
    cohorts,
    calendarTelling,
    alumni,
    closing,
    runningAgain,
    cohortSettings,
    waiting,
    announcements,
    blocks,
    pods,
    podPosts,
    invitations,
    invitationLetters,
    imports,
    setup,
    progress,
    pauses,
    confirmations,
    countAgain,
    badges,
    badgeEditing,
    badgePictures,
    giving,
    revoking,
    replaying,
    tryBadge,
    hours,
    certificateDesigns,
    certificates,
    certificateBatches,
    papers,
    awards,
    sharing,
    shownBy,
    drawAward: drawFile,
    credentials,
    verify,
    fetchPublic,
    weeksHere,
    drafts,
    images,
    reflections,
    comments,
    mentions,
    following,
    search,
    stream,
    queue,
    savedAnswers,
    moderation,
    feeds,
    outside,
    upkeep,
    goingOut,
    exports,
    insights,
  }
}

export type Services = ReturnType<typeof createServices>
