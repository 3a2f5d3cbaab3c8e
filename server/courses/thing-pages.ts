import type { Router } from 'express'
import { author } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { keepNothing } from '../web/headers.ts'
import { notFound } from '../web/refusal.ts'
import { DEPTHS } from './outline.ts'
import { rowsOf, type StepRow, withNewRow, withoutRow, withRowMoved } from './step-rows.ts'
import { thingEditor, typedIn } from './thing-editor.ts'
import { fieldsOf } from './thing-form.ts'

/** Changing one thing: its words, its steps, its icon. */
export function thingPages(router: Router, services: Services): void {
  const editor = thingEditor(services)
  const at = '/admin/courses/:slug/things/:thing'

  router.get(at, author, keepNothing, (req, res) => {
    const place = editor.place(req)
    const { outline, revision } = services.courses.thingText(place.thing.id) ?? notFound()
    editor.show(res, place, {
      values: { ...fieldsOf(outline), revision: String(revision) },
      rows: rowsOf(outline.steps),
    })
  })

  router.post(at, author, keepNothing, (req, res) => {
    const place = editor.place(req)
    const sent: Record<string, unknown> = { ...req.body }
    const intent = sent['intent'] ?? 'save'
    if (intent === 'save') return editor.save(req, res, place, sent, 'courses.said.saved')
    const { values, rows } = typedIn(sent)
    const arranged = rowsAfter(rows, intent)
    if (arranged) return editor.show(res, place, { values, rows: arranged })
    editor.show(res, place, { values, rows }, { problems: { '': { key: 'problems.choice' } }, status: 422 })
  })
}

const ACT = /^(?<act>up|down|out)-(?<number>[1-9]\d{0,2})$/

/** The rows after a button that arranges them was pressed; null for a button that the form does not have. */
function rowsAfter(rows: StepRow[], intent: unknown): StepRow[] | null {
  if (intent === 'preview') return rows
  const deeper = DEPTHS.find((depth) => intent === `add-${depth}`)
  if (deeper) return withNewRow(rows, deeper)
  const { act, number } = ACT.exec(String(intent))?.groups ?? {}
  const at = Number(number) - 1
  if (!act || at >= rows.length) return null
  return act === 'out' ? withoutRow(rows, at) : withRowMoved(rows, at, act === 'up' ? -1 : 1)
}
