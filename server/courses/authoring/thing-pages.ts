import type { Router } from 'express'
import { z } from 'zod'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { readForm, text } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError } from '../../web/http/http-error.ts'
import { sendBody } from '../../web/http/send-body.ts'
import { BODY_MAX, DEPTHS } from '../format/schema.ts'
import { courseAt } from '../policy.ts'
import { type StepFields, withNewRow, withoutRow, withRowMoved } from './step-rows.ts'
import { thingEditor, typedIn } from './thing-editor.ts'

const previewForm = z.object({ body: text({ min: 0, max: BODY_MAX }) })

/** The page that changes a thing: its texts, its steps, its icon. */
export function thingPages(router: Router, services: Services): void {
  const editor = thingEditor(services)

  // not the preview of other texts, which cannot show pictures of the course
  router.post('/admin/courses/:slug/preview', author, noStore, async (req, res) => {
    const course = courseAt(services.courses, req)
    const form = readForm(previewForm, req.body)
    if (!form.ok) throw new HttpError(422)
    sendBody(res.type('html'), await services.courseMarkdown.preview(course, form.data.body))
  })

  router.get('/admin/courses/:slug/things/:thing', author, noStore, async (req, res) => {
    await editor.showThing(res, editor.editedThing(req))
  })

  router.post('/admin/courses/:slug/things/:thing', author, noStore, async (req, res) => {
    const place = editor.editedThing(req)
    const sent: Record<string, unknown> = { ...req.body }
    const intent = sent['intent'] ?? 'save'
    if (intent === 'save') return editor.save(req, res, place, sent, 'courses.said.saved')
    if (intent === 'draft') return editor.saveDraft(req, res, place, sent)
    if (intent === 'links') return editor.show(res, place, editor.withLinks(place, typedIn(sent)))
    const { values, rows } = typedIn(sent)
    const arranged = rowsAfter(rows, intent)
    if (arranged) return editor.show(res, place, { values, rows: arranged })
    await editor.show(res, place, { values, rows }, { problems: { '': { key: 'problems.choice' } }, status: 422 })
  })
}

const ACT = /^(?<act>up|down|out)-(?<number>[1-9]\d{0,2})$/

/** The rows after the button `intent` was pressed; null for a button that the form does not have. */
function rowsAfter(rows: StepFields[], intent: unknown): StepFields[] | null {
  if (intent === 'preview') return rows
  const deeper = DEPTHS.find((depth) => intent === `add-${depth}`)
  if (deeper) return withNewRow(rows, deeper)
  const { act, number } = ACT.exec(String(intent))?.groups ?? {}
  const at = Number(number) - 1
  if (!act || at >= rows.length) return null
  return act === 'out' ? withoutRow(rows, at) : withRowMoved(rows, at, act === 'up' ? -1 : 1)
}
