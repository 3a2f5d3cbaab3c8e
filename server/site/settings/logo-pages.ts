import type { Request, Response, Router } from 'express'
import { admin } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { refusedForm } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError } from '../../web/http/http-error.ts'
import { readUpload } from '../../web/http/uploads.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { readSection } from './form.ts'
import { type ShowSection, seenVersion } from './sections.ts'

/** Replacement or removal of the logo, by hashes; '' is none. */
interface LogoChange {
  before: string
  after: string
  work: () => void
}

/** Upload, alternative text and removal of the logo. */
export function logoPages(router: Router, { activity, images, logo, settings }: Services, showPart: ShowSection): void {
  router.post('/admin/settings/logo', admin, noStore, async (req, res) => {
    const sent = await readUpload(req, res, 'logo', { take: images.receive, drop: images.discard })
    const read = readSection('logo', req.body, '')
    if (!read.ok) {
      if (sent) await images.discard(sent)
      return showPart(res, { section: 'logo', status: 422, form: refusedForm(pageContext(res).t, read) })
    }
    const picture = sent ? await images.resize(sent) : null
    if (picture && picture.why !== null) {
      const problems = { logo: pageContext(res).t(`images.problem.${picture.why}`, { name: picture.name }) }
      return showPart(res, { section: 'logo', status: 422, form: { values: { ...read.values }, problems } })
    }
    const before = logo.current()?.hash ?? ''
    // a form that is sent twice changes nothing
    const is_new = picture !== null && logo.hashOf(picture.bytes) !== before
    change(
      req,
      res,
      read.values.logo_alt ?? '',
      is_new ? { before, after: logo.hashOf(picture.bytes), work: () => logo.put(picture) } : null,
    )
  })

  router.post('/admin/settings/logo/remove', admin, noStore, (req, res) => {
    const before = logo.current()?.hash
    change(req, res, '', before === undefined ? null : { before, after: '', work: logo.drop })
  })

  function change(req: Request, res: Response, logo_alt: string, picture: LogoChange | null): void {
    const { id } = currentPerson(req)
    const also =
      picture &&
      (() => {
        const { before, after, work } = picture
        work()
        activity.record('setting.changed', { person_id: id, detail: { setting: 'logo', before, after } })
      })
    const done = settings.changeSection('logo', { logo_alt }, { by: id, seen: seenVersion(req), also })
    // an uploaded picture cannot be kept in a form: the admin reloads the page
    if (!done) throw new HttpError(409, 'changed_meanwhile')
    logo.reload()
    addFlash(req, { kind: 'said', key: 'settings.saved.logo' })
    res.redirect(303, '/admin/settings#main')
  }
}
