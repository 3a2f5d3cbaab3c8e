import { Readable } from 'node:stream'
import type { Router } from 'express'
import { pageOf } from '../db/page.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import { otherPaper, type PaperSize, paperSize } from '../pdf/paper-size.ts'
import type { Services } from '../services.ts'
import { contentDisposition } from '../web/files/content-disposition.ts'
import { sendDownload } from '../web/files/download.ts'
import { anybody, signedIn } from '../web/http/access.ts'
import { authorise } from '../web/http/authorisation.ts'
import { currentEnrolment, currentPerson } from '../web/http/current-user.ts'
import { noStore } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { qrHtml } from '../web/render/qr.ts'
import { view } from '../web/render/view.ts'
import type { BulkExport } from './bulk-export.ts'
import { dayOf } from './certificate-pdf.ts'
import type { Certificate } from './certificates.ts'
import type { CertificateSheet } from './layout.ts'
import { paperOf } from './policy.ts'
import { hoursOf } from './template.ts'

const checkPage = view<{
  certificate: Certificate
  day: string
  hours: string
  /** The size that a PDF is not made for unless asked. */
  other_paper: PaperSize
  mine: boolean
  renamed: boolean
}>('certificates/check')
const printPage = view<{ certificate: Certificate; sheet: Omit<CertificateSheet, 'logo'>; qr_html: string }>(
  'certificates/print',
)
const minePage = view<{ certificates: (Certificate & { day: string })[] }>('certificates/mine')
const cohortPage = view<{
  enrolment: Enrolment
  certificates: (Certificate & { day: string })[]
  total: number
  batch: BulkExport | null
  next: string | null
}>('certificates/cohort')

const PER_PAGE = 100

/** Certificates of people: the check that anybody may make, the paper for its holder, all of a cohort for organisers. */
export function certificatePages(router: Router, services: Services): void {
  const { bulkExport, certificatePdf, certificates, enrolments, may, settings } = services

  // before the address without an ending, which would take it for an id
  router.get('/certificates/:certificate.pdf', signedIn, noStore, async (req, res) => {
    const certificate = paperOf(req, { certificates, enrolments })
    const size = paperSize(req.query['paper'], settings.value('paper'))
    const file = await certificatePdf.draw(certificate, pageContext(res), size)
    if (file === null) return res.redirect(303, `/certificates/${certificate.id}/print`)
    const name = { words: [certificate.course, certificate.name], otherwise: 'certificate', extension: 'pdf' }
    await sendDownload(res, { ...name, type: 'application/pdf' }, Readable.from([file]))
  })

  router.get('/certificates/:certificate', anybody, (req, res) => {
    const certificate = certificates.find(String(req.params['certificate'])) ?? notFound()
    const frame = pageContext(res)
    const viewer = req.impersonation ? null : (req.user?.id ?? null)
    res.setHeader('X-Robots-Tag', 'noindex')
    checkPage(res, {
      title: frame.t('certificates.check.title', { name: certificate.name }),
      area: 'front',
      alone: !req.user,
      certificate,
      day: dayOf(certificate, frame.dates),
      hours: hoursOf(certificate.minutes, frame.locale),
      other_paper: otherPaper(settings.value('paper')),
      mine: certificate.person_id === viewer,
      renamed: certificate.name !== certificate.name_now,
    })
  })

  router.get('/certificates/:certificate/print', signedIn, noStore, (req, res) => {
    const certificate = paperOf(req, { certificates, enrolments })
    const frame = pageContext(res)
    const sheet = certificatePdf.sheetOf(certificate, frame)
    printPage(res, {
      title: frame.t('certificates.check.title', { name: certificate.name }),
      area: 'admin',
      alone: true,
      certificate,
      sheet,
      qr_html: qrHtml(sheet.check_url, frame.t('certificates.sheet.code')),
    })
  })

  router.post('/certificates/:certificate/reissue', signedIn, (req, res) => {
    const certificate = authorise(() => paperOf(req, { certificates, enrolments }))
    const done = certificates.reissue(certificate, currentPerson(req).id)
    addFlash(req, { kind: 'said', key: `certificates.said.${done ? 'reissued' : 'same'}` })
    res.redirect(303, `/certificates/${certificate.id}`)
  })

  router.get('/me/certificates', signedIn, noStore, (req, res) => {
    const frame = pageContext(res)
    const all = certificates.ofPerson(currentPerson(req).id)
    const shown = all.map((one) => ({ ...one, day: dayOf(one, frame.dates) }))
    minePage(res, { title: frame.t('certificates.mine.title'), area: 'front', here: 'me', certificates: shown })
  })

  router.get('/admin/cohorts/:cohort/certificates', may.organising, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const { cohort } = enrolment
    const frame = pageContext(res)
    const after = typeof req.query['after'] === 'string' ? req.query['after'] : ''
    const { items, next } = pageOf(certificates.ofCohort(cohort.id, { after, limit: PER_PAGE + 1 }), PER_PAGE)
    cohortPage(res, {
      title: frame.t('certificates.cohort.title'),
      area: 'admin',
      enrolment,
      certificates: items.map((one) => ({ ...one, day: dayOf(one, frame.dates) })),
      total: certificates.count(cohort.id),
      batch: bulkExport.latest(cohort.id),
      next: next && `?after=${next.id}`,
    })
  })

  router.post('/admin/cohorts/:cohort/certificates/all', may.organising, (req, res) => {
    const { cohort } = currentEnrolment(req)
    bulkExport.start(cohort.id)
    addFlash(req, { kind: 'said', key: 'certificates.said.batch' })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/certificates`)
  })

  router.get('/admin/cohorts/:cohort/certificates/all.zip', may.organising, noStore, (req, res, next) => {
    const { cohort } = currentEnrolment(req)
    const batch = bulkExport.latest(cohort.id)
    if (!batch || batch.ended_at === null) notFound()
    const { root, file } = bulkExport.fileOf(batch)
    const words = [cohort.title, pageContext(res).t('certificates.cohort.title')]
    const name = { words, otherwise: 'certificates', plain: `${cohort.slug}-certificates`, extension: 'zip' }
    res.setHeader('Content-Disposition', contentDisposition(name))
    res.sendFile(file, { root, dotfiles: 'deny' }, (error) => {
      if (error) next(error)
    })
  })
}
