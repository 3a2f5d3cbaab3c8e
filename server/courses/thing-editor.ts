import type { Request, Response } from 'express'
import type { Services } from '../services.ts'
import { currentPerson } from '../web/current.ts'
import { addFlash } from '../web/flash.ts'
import { type Form, type Problems, refusedForm } from '../web/forms.ts'
import { type Frame, frameOf } from '../web/frame.ts'
import { iconNames } from '../web/icons.ts'
import { notFound } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import type { CourseContent, Thing } from './courses.ts'
import { type PartChange, thingChanges } from './diff.ts'
import { ThingClash, type ThingText } from './editing.ts'
import { writeThing } from './folder.ts'
import { BODY_MAX, DEPTHS, type Depth } from './outline.ts'
import { fieldsOfRows, typedRows } from './step-form.ts'
import type { StepRow } from './step-rows.ts'
import { FIELDS, readThingForm } from './thing-form.ts'

/** A thing in its course, at its address for authors. */
export interface Place {
  course: CourseContent
  thing: Thing
  address: string
}

/** What stands in the form: its own fields, and the rows of its steps. */
interface Typed {
  values: Record<string, string>
  rows: StepRow[]
}

/** What somebody else saved while the form was open. */
interface OtherText extends Omit<ThingText, 'outline'> {
  source: string
  changes: PartChange[]
}

interface DepthPart {
  depth: Depth
  steps: { number: number; up: number; down: number }[]
  /** The number that a step added here gets. */
  next: number
}

const editPage = view<{
  course: CourseContent
  thing: Thing
  address: string
  form: Form
  /** The problems by the ids of their places, and the words before each. */
  problems: { form: Form; labels: Record<string, string> }
  depths: DepthPart[]
  icons: readonly string[]
  preview_html: string
  /** What stands in the form was sent and is kept nowhere yet. */
  unsaved: boolean
  other: OtherText | null
}>('courses/edit')

type Sent = Record<string, unknown>

/** The form that changes a thing: shows it and saves what it brought, from wherever. */
export function thingEditor({ courses, once }: Services) {
  function show(
    res: Response,
    place: Place,
    { values, rows }: Typed,
    {
      problems = {},
      status = 200,
      other = null,
    }: { problems?: Problems; status?: number; other?: OtherText | null } = {},
  ): void {
    const { t } = frameOf(res)
    const form = refusedForm(t, { values: { ...values, ...fieldsOfRows(rows) }, problems })
    const body = values['body'] ?? ''
    editPage(res, {
      title: t('courses.edit.title', { title: place.thing.title }),
      area: 'write',
      status,
      ...place,
      form,
      problems: listed(t, form),
      depths: depthsOf(rows),
      icons: iconNames(),
      preview_html: body.length > BODY_MAX ? '' : courses.preview(body),
      unsaved: res.req.method === 'POST',
      other,
    })
  }

  /** The text that is saved now, with what it changed since the one that the form was made from. */
  function otherText({ thing }: Place, seen: number): OtherText {
    const { outline, ...text } = courses.thingText(thing.id) ?? notFound()
    const base = courses.revision(thing.id, seen)?.outline
    return { ...text, source: writeThing(outline), changes: base ? thingChanges(base, outline) : [] }
  }

  return {
    place(req: Request): Place {
      const course = courses.bySlug(String(req.params['slug'])) ?? notFound()
      const thing = course.things.find(({ slug }) => slug === req.params['thing']) ?? notFound()
      return { course, thing, address: `/admin/courses/${course.slug}/things/${thing.slug}` }
    },

    show,

    /** Saves and leads on; or shows the form again, as it came. @param said the key of what the next page says */
    save(req: Request, res: Response, place: Place, sent: Sent, said: string): void {
      const { course, thing, address } = place
      const hasStep = (slug: string) =>
        thing.steps.some((step) => step.slug === slug) || courses.hadStep(thing.id, slug)
      const form = readThingForm(sent, { slug: thing.slug, sets: course.sets, hasStep })
      if (!form.ok) return show(res, place, typedIn(sent), { problems: form.problems, status: 422 })
      const [by, seen] = [currentPerson(req).id, form.revision]
      const done = { changed: true }
      try {
        const location = once.run(by, form.once, () => {
          done.changed = courses.changeThing(thing.id, form.outline, { seen, by })
          return address
        })
        addFlash(req, {
          kind: 'said',
          key: done.changed ? said : 'courses.said.unchanged',
          values: { title: form.outline.title },
        })
        res.redirect(303, location)
      } catch (error) {
        if (!(error instanceof ThingClash)) throw error
        const other = otherText(place, seen)
        const { values, rows } = typedIn(sent)
        show(res, place, { values: { ...values, revision: String(other.revision) }, rows }, { status: 409, other })
      }
    },
  }
}

/** What was typed, one value to a field, to show the form again whatever became of it. */
export function typedIn(sent: Sent): Typed {
  const typed = (name: string) => {
    const first = [sent[name]].flat()[0]
    return typeof first === 'string' ? first.replaceAll('\0', '') : ''
  }
  return { values: Object.fromEntries(FIELDS.map((name) => [name, typed(name)])), rows: typedRows(sent) }
}

function depthsOf(rows: readonly StepRow[]): DepthPart[] {
  const numbered = rows.map(({ depth }, index) => ({ depth, number: index + 1 }))
  return DEPTHS.map((depth) => {
    const upTo = numbered.filter((row) => DEPTHS.indexOf(row.depth) <= DEPTHS.indexOf(depth))
    const steps = upTo
      .filter((row) => row.depth === depth)
      .map(({ number }) => {
        // over the edge of its depth a step keeps its number
        const stepUp = rows[number - 2]?.depth === depth ? number - 1 : number
        const stepDown = rows[number]?.depth === depth ? number + 1 : number
        return { number, up: stepUp, down: stepDown }
      })
    return { depth, steps, next: upTo.length + 1 }
  })
}

/** A step's hidden fields are shown by the step, and those of the whole form by nothing. */
function listed(t: Frame['t'], { problems }: Form): { form: Form; labels: Record<string, string> } {
  const places = Object.entries(problems).map(([field, words]) => {
    const step = /^step_(?<number>\d+)_(?<part>\w+)$/.exec(field)?.groups
    if (step) {
      const hidden = step['part'] === 'slug' || step['part'] === 'depth'
      const label = t('courses.edit.step', { number: step['number'] })
      return { id: hidden ? `step-${step['number']}` : field, words, label }
    }
    const known = field !== '' && field !== 'revision' && field !== 'once'
    return { id: known ? field : '', words, label: known ? t(`courses.edit.fields.${field}`) : '' }
  })
  return {
    form: { values: {}, problems: Object.fromEntries(places.map(({ id, words }) => [id, words])) },
    labels: Object.fromEntries(places.map(({ id, label }) => [id, label])),
  }
}
