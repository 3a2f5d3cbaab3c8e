import { createReadStream, statSync } from 'node:fs'
import type { Router } from 'express'
import { admin } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { fixedName } from '../../web/files/content-disposition.ts'
import { sendDownload } from '../../web/files/download.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { noStore } from '../../web/http/headers.ts'
import { notFound } from '../../web/http/http-error.ts'
import { addFlash } from '../../web/render/flash.ts'

/** Makes and downloads backups. */
export function backupPages(router: Router, { activity, backups, jobs, settings }: Services): void {
  router.post('/admin/settings/backups/now', admin, noStore, (req, res) => {
    // one is enough where the button is pressed twice
    if (!jobs.isWaiting('backups.make')) jobs.add('backups.make', { by: currentPerson(req).id })
    addFlash(req, { kind: 'said', key: 'settings.backups.asked' })
    res.redirect(303, '/admin/settings/backups')
  })

  router.get('/admin/settings/backups/:name', admin, noStore, async (req, res) => {
    const name = String(req.params['name'])
    const file = backups.fileOf(name) ?? notFound()
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? notFound()
    // recorded before the first byte is sent, since a backup contains everything
    activity.record('backup.downloaded', { person_id: currentPerson(req).id, detail: { name } })
    res.setHeader('Content-Length', size)
    const { plain = '' } = fixedName(name)
    const words = [settings.siteName(), plain]
    await sendDownload(
      res,
      { words, otherwise: 'backup', plain, extension: 'zip', type: 'application/zip' },
      createReadStream(file),
    )
  })
}
