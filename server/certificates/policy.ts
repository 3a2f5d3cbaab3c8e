import type { Request } from 'express'
import type { Enrolments } from '../enrolments/enrolments.ts'
import { notFound } from '../web/http/http-error.ts'
import type { Certificate, Certificates } from './certificates.ts'

/**
 * The certificate of an address for its holder and the organisers of its cohort. Throws 404 for everybody else, also for an
 * admin who views the site as another person.
 */
export function paperOf(
  req: Request,
  { certificates, enrolments }: { certificates: Pick<Certificates, 'find'>; enrolments: Pick<Enrolments, 'find'> },
): Certificate {
  const certificate = certificates.find(String(req.params['certificate'])) ?? notFound()
  const viewer = req.impersonation ? null : req.user
  if (!viewer) notFound()
  const runs = enrolments.find(viewer.id, certificate.cohort_slug)?.role === 'organiser'
  return certificate.person_id === viewer.id || runs ? certificate : notFound()
}
