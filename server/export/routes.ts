import { createReadStream } from 'node:fs'
import type { Router } from 'express'
import { ZipFile } from 'yazl'
import { nowText } from '../db/clock.ts'
import type { Services } from '../services.ts'
import { sendDownload } from '../web/files/download.ts'
import { signedIn } from '../web/http/access.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { noStore } from '../web/http/headers.ts'
import { pageContext } from '../web/render/page-context.ts'
import { exportFiles } from './files.ts'

/** Downloads all that the site stores about a person as a ZIP. */
export function exportRoutes(router: Router, { clock, config, personExport, images }: Services): void {
  router.get('/me/export', signedIn, noStore, async (req, res) => {
    const { id, handle, name: person_name } = currentPerson(req)
    const made_at = nowText(clock)
    const pictures = images.filesOf(id)
    const zip = new ZipFile()
    const folder = `twentythree-${handle}`
    for (const { name, text } of exportFiles(
      pageContext(res),
      config.base_url,
      personExport.read(id),
      pictures,
      made_at,
    )) {
      zip.addBuffer(Buffer.from(text), `${folder}/${name}`)
    }
    for (const { name, file } of pictures) {
      // opened lazily one after the other; pictures are compressed already
      zip.addReadStreamLazy(`${folder}/pictures/${name}`, { compress: false }, (done) =>
        done(null, createReadStream(file)),
      )
    }
    zip.end()
    const file = { words: ['Twentythree', person_name], otherwise: 'export', plain: folder, extension: 'zip' }
    await sendDownload(res, { ...file, type: 'application/zip' }, zip.outputStream)
  })
}
