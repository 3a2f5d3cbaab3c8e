import type { Request, Response } from 'express'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { type Form, type FormBody, type Problems, refusedForm, typedText } from '../../web/http/forms.ts'
import { notFound } from '../../web/http/http-error.ts'
import { addFlash } from '../../web/render/flash.ts'
import { iconNames } from '../../web/render/icons.ts'
import { type PageContext, pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { CourseContent, Thing } from '../course-content.ts'
import type { LinkNotes } from '../format/link-check.ts'
import { BODY_MAX, type ThingOutline } from '../format/schema.ts'
import { courseAt, thingAt } from '../policy.ts'
import { type ConflictingText, conflictingTexts } from './conflicting-text.ts'
import { numberedStepFields, typedRows } from './step-form.ts'
import { type DepthSection, depthSections, type StepFields, stepFields } from './step-rows.ts'
import type { ThingDraft } from './thing-drafts.ts'
import { FIELDS, readThingForm, thingFields } from './thing-form.ts'

/** A thing in its course, with its address for authors. */
export interface EditedThing {
  course: CourseContent
  thing: Thing
  address: string
}

/** The values of the form: its own fields, and the rows of its steps. */
interface TypedThing {
  values: Record<string, string>
  rows: StepFields[]
}

const editPage = view<{
  course: CourseContent
  thing: Thing
  address: string
  form: Form
  /** The problems by the id of what they link to, each with its label. */
  problems: { form: Form; labels: Record<string, string> }
  depths: DepthSection[]
  icons: readonly string[]
  preview_html: string
  /** What its author should know about its links. */
  links: LinkNotes
  /** The form has values that are not saved. */
  unsaved: boolean
  other: ConflictingText | null
  /** The unpublished draft, whoever wrote it. */
  draft: Omit<ThingDraft, 'outline'> | null
}>('courses/authoring/edit')

/** The form that changes a thing: shows it, and saves what was sent. */
export function thingEditor({
  courses,
  courseAuthoring,
  courseDiff,
  courseLinks,
  courseMarkdown,
  idempotency,
}: Services) {
  const others = conflictingTexts(courseAuthoring, courseDiff)

  async function show(
    res: Response,
    place: EditedThing,
    { values, rows }: TypedThing,
    {
      problems = {},
      status = 200,
      other = null,
    }: { problems?: Problems; status?: number; other?: ConflictingText | null } = {},
  ): Promise<void> {
    const { t } = pageContext(res)
    const form = refusedForm(t, { values: { ...values, ...numberedStepFields(rows) }, problems })
    const body = values['body'] ?? ''
    editPage(res, {
      title: t('courses.edit.title', { title: place.thing.title }),
      area: 'write',
      status,
      ...place,
      form,
      problems: problemList(t, form),
      depths: depthSections(rows),
      icons: iconNames(),
      preview_html: body.length > BODY_MAX ? '' : await courseMarkdown.preview(place.course, body),
      links: courseLinks.notes(place.course, values),
      unsaved: res.req.method === 'POST',
      other,
      draft: courseAuthoring.thingDraft(place.thing.id),
    })
  }

  /** The form as it was sent, beside what somebody else saved meanwhile; sent again, it replaces that. */
  function showConflict(
    res: Response,
    place: EditedThing,
    sent: FormBody,
    other: ConflictingText | null,
  ): Promise<void> {
    const { values, rows } = typedIn(sent)
    const revision = String(courseAuthoring.thingText(place.thing.id)?.revision ?? 0)
    const draft = String(courseAuthoring.thingDraft(place.thing.id)?.version ?? 0)
    return show(res, place, { values: { ...values, revision, draft }, rows }, { status: 409, other })
  }

  return {
    editedThing(req: Request): EditedThing {
      const course = courseAt(courses, req)
      const thing = thingAt(course, req)
      return { course, thing, address: `/admin/courses/${course.slug}/things/${thing.slug}` }
    },

    show,

    /** What was typed, with links within the course in place of addresses. */
    withLinks({ course }: EditedThing, { values, rows }: TypedThing): TypedThing {
      return { values: courseLinks.linked(course, values), rows }
    },

    /** Shows the draft of a thing where there is one, else its published text. */
    async showThing(res: Response, place: EditedThing): Promise<void> {
      const { outline, revision } = courseAuthoring.thingText(place.thing.id) ?? notFound()
      const draft = courseAuthoring.thingDraft(place.thing.id)
      const text = draft?.outline ?? outline
      const values = { ...thingFields(text), revision: String(revision), draft: String(draft?.version ?? 0) }
      const behind = draft !== null && draft.based_on !== revision
      const other = behind ? await others.text(place.thing.id, draft.based_on) : null
      await show(res, place, { values, rows: stepFields(text.steps) }, { other })
    },

    /** Publishes and redirects, or shows the form again as it was sent. @param said the key of the flash message */
    save(req: Request, res: Response, place: EditedThing, sent: FormBody, said: string): Promise<void> {
      return keep(req, res, place, sent, (outline, { revision: seen, draft, by }) => {
        const changed = courseAuthoring.changeThing(place.thing.id, outline, { seen, by, draft })
        return changed ? said : 'courses.said.unchanged'
      })
    },

    /** As `save`, without publishing. */
    saveDraft(req: Request, res: Response, place: EditedThing, sent: FormBody): Promise<void> {
      return keep(req, res, place, sent, (outline, { revision: seen, draft = 0, by }) => {
        const kept = courseAuthoring.saveDraft(place.thing.id, outline, { seen, draft, by })
        return kept ? 'courses.said.draft_kept' : 'courses.said.unchanged'
      })
    },
  }

  /** @param act saves the text and returns the key of the flash message */
  async function keep(
    req: Request,
    res: Response,
    place: EditedThing,
    sent: FormBody,
    act: (outline: ThingOutline, seen: { revision: number; draft: number | undefined; by: number }) => string,
  ): Promise<void> {
    const { course, thing, address } = place
    const steps = new Set([...thing.steps, ...draftSteps(thing.id)].map(({ slug }) => slug))
    const hasStep = (slug: string) => steps.has(slug) || courseAuthoring.hadStep(thing.id, slug)
    const form = readThingForm(sent, { slug: thing.slug, sets: course.sets, hasStep })
    if (!form.ok) return show(res, place, typedIn(sent), { problems: form.problems, status: 422 })
    const by = currentPerson(req).id
    await courseMarkdown.prepare([form.outline])
    const done = { said: 'courses.said.unchanged' }
    try {
      const location = idempotency.run(by, form.once, () => {
        done.said = act(form.outline, { revision: form.revision, draft: form.draft, by })
        return address
      })
      addFlash(req, { kind: 'said', key: done.said, values: { title: form.outline.title } })
      res.redirect(303, location)
    } catch (error) {
      if (!(error instanceof EditConflict)) throw error
      const id = place.thing.id
      const other = error.subject === 'draft' ? others.draft(id) : others.text(id, form.revision)
      return showConflict(res, place, sent, await other)
    }
  }

  function draftSteps(thing_id: number): { slug: string }[] {
    const { steps } = courseAuthoring.thingDraft(thing_id)?.outline ?? {}
    return steps ? stepFields(steps) : []
  }
}

/** The values as they were typed, one for each field, to show the form again. */
export function typedIn(sent: FormBody): TypedThing {
  return { values: Object.fromEntries(FIELDS.map((name) => [name, typedText(sent[name])])), rows: typedRows(sent) }
}

/** Problems for the summary: those of a step's hidden fields link to the step, those of the form's hidden fields to nothing. */
function problemList(t: PageContext['t'], { problems }: Form): { form: Form; labels: Record<string, string> } {
  const places = Object.entries(problems).map(([field, words]) => {
    const step = /^step_(?<number>\d+)_(?<part>\w+)$/.exec(field)?.groups
    if (step) {
      const hidden = step['part'] === 'slug' || step['part'] === 'depth'
      const label = t('courses.edit.step', { number: step['number'] })
      return { id: hidden ? `step-${step['number']}` : field, words, label }
    }
    const known = field !== '' && !['revision', 'draft', 'once'].includes(field)
    return { id: known ? field : '', words, label: known ? t(`courses.edit.fields.${field}`) : '' }
  })
  return {
    form: { values: {}, problems: Object.fromEntries(places.map(({ id, words }) => [id, words])) },
    labels: Object.fromEntries(places.map(({ id, label }) => [id, label])),
  }
}
