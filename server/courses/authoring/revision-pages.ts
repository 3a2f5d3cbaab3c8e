import type { Router } from 'express'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { noStore } from '../../web/http/headers.ts'
import { notFound } from '../../web/http/http-error.ts'
import { idParam, queryNumber } from '../../web/http/params.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import { writeThing } from '../format/course-files.ts'
import type { PartChange } from '../text-diff.ts'
import { type EditedThing, thingEditor } from './thing-editor.ts'
import { thingFields } from './thing-form.ts'
import type { Revision, ThingText } from './thing-revisions.ts'

const listPage = view<
  Pick<EditedThing, 'thing' | 'address'> & {
    now: ThingText
    revisions: Revision[]
    newer: string | null
    older: string | null
  }
>('courses/authoring/revisions')
const revisionPage = view<
  Pick<EditedThing, 'address'> & {
    revision: Revision
    /** The revision that restoring this one replaces. */
    now: number
    changes: PartChange[]
    /** The earlier text as its file. */
    source: string
  }
>('courses/authoring/revision')

/** Earlier revisions of a thing: compared with the current one, and restored. */
export function revisionPages(router: Router, services: Services): void {
  const { courseAuthoring, courseDiff } = services
  const editor = thingEditor(services)

  router.get('/admin/courses/:slug/things/:thing/revisions', author, noStore, (req, res) => {
    const place = editor.editedThing(req)
    const now = courseAuthoring.thingText(place.thing.id) ?? notFound()
    const before = queryNumber(req, 'before')
    const { revisions, older } = courseAuthoring.revisions(place.thing.id, before)
    const list = `${place.address}/revisions`
    listPage(res, {
      title: pageContext(res).t('courses.revisions.title', { title: place.thing.title }),
      area: 'admin',
      ...place,
      now,
      revisions,
      newer: before === null ? null : list,
      older: older === null ? null : `${list}?before=${older}`,
    })
  })

  router.get('/admin/courses/:slug/things/:thing/revisions/:n', author, noStore, async (req, res) => {
    const place = editor.editedThing(req)
    const now = courseAuthoring.thingText(place.thing.id) ?? notFound()
    const { outline, ...revision } = courseAuthoring.revision(place.thing.id, idParam(req.params['n'])) ?? notFound()
    const { t } = pageContext(res)
    revisionPage(res, {
      title: t('courses.revision.title', { title: place.thing.title, number: revision.revision }),
      area: 'write',
      ...place,
      revision,
      now: now.revision,
      changes: await courseDiff.thing(outline, now.outline),
      source: writeThing(outline),
    })
  })

  router.post('/admin/courses/:slug/things/:thing/revisions/:n/restore', author, noStore, async (req, res) => {
    const place = editor.editedThing(req)
    const { outline } = courseAuthoring.revision(place.thing.id, idParam(req.params['n'])) ?? notFound()
    const { revision, once } = Object(req.body)
    await editor.save(req, res, place, { ...thingFields(outline), revision, once }, 'courses.said.restored')
  })
}
