import path from 'node:path'
import type { CourseServices } from '../courses/services.ts'
import type { Foundation } from '../foundation.ts'
import type { Images } from '../images/images.ts'
import type { NotificationServices } from '../notifications/services.ts'
import { createBulkExport } from './bulk-export.ts'
import { createCertificatePdf } from './certificate-pdf.ts'
import { createCertificates } from './certificates.ts'
import { createTemplates } from './templates.ts'

export function createCertificateServices(
  { config: { data_dir }, db, clock, activity, base_url, jobs, logo, settings, siteName, t, workers }: Foundation,
  {
    courses,
    images,
    notices,
  }: Pick<CourseServices, 'courses'> & Pick<NotificationServices, 'notices'> & { images: Images },
) {
  const certificates = createCertificates(db, clock, { activity, courses, jobs, notices })
  const certificatePdf = createCertificatePdf(clock, {
    t,
    base_url,
    siteName,
    paper: () => settings.value('paper'),
    logo,
    logoWords: () => settings.value('logo_alt'),
    images,
    workers,
  })
  return {
    certificateTemplates: createTemplates(db, clock, { activity }),
    certificates,
    bulkExport: createBulkExport(db, clock, {
      folder: path.join(data_dir, 'certificates'),
      certificates,
      jobs,
      draw: certificatePdf.drawPlain,
    }),
    certificatePdf,
  }
}
