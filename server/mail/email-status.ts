import type { JobStatus, StalledJobs } from '../jobs/job-store.ts'
import { type SmtpProblem, smtpProblem } from './smtp-problem.ts'

/** How an email stands, and what can be done where the mail server refused it. */
export type EmailStatus = JobStatus & { problem: SmtpProblem | null }

/** Emails that have not gone out for minutes. */
export type StalledEmails = StalledJobs & { problem: SmtpProblem | null }

/** Adds what the words of the mail server mean. */
export function withProblem<Failed extends { reason: string | null }>(
  failed: Failed,
): Failed & { problem: SmtpProblem | null } {
  return { ...failed, problem: failed.reason === null ? null : smtpProblem(failed.reason) }
}
