import type { Request, Response, Router } from 'express'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { type Form, type Problems, refusedForm } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { notFound } from '../../web/http/http-error.ts'
import { queryNumber } from '../../web/http/params.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import { languageName } from '../../web/text/languages.ts'
import type { CourseContent, Thing } from '../course-content.ts'
import { forAuthors } from '../course-markdown.ts'
import { frontMatterText } from '../format/front-matter.ts'
import type { LinkNotes } from '../format/link-check.ts'
import { BODY_MAX, type ThingOutline } from '../format/schema.ts'
import { fingerprintOf, wordsOfThing } from '../format/translatable-words.ts'
import { canTranslateInto, type ThingWords, thingTranslationShape } from '../format/translation-schema.ts'
import { courseAt, thingAt } from '../policy.ts'
import type { PartChange } from '../text-diff.ts'
import { fieldsOfThing, readThingTranslation, typedIn } from './translation-form.ts'
import type { TranslatedText, TranslationRevision } from './translation-table.ts'

/** A thing, the target language, and the text that is translated. */
interface ThingInLanguage {
  course: CourseContent
  thing: Thing
  language: string
  address: string
  source: { outline: ThingOutline; revision: number }
}

/** The translation that somebody else saved while the form was open. */
interface OtherText extends Pick<TranslatedText<unknown>, 'changed_at' | 'changed_by' | 'revision'> {
  source: string
  changes: PartChange[]
}

const page = view<
  Omit<ThingInLanguage, 'source'> & {
    source: ThingWords
    source_html: string
    links: LinkNotes
    form: Form
    preview_html: string
    /** The form has values that are not saved. */
    unsaved: boolean
    /** What changed in the thing since it was translated; null where the translation is up to date. */
    behind: PartChange[] | null
    other: OtherText | null
    earlier: TranslationRevision[]
  }
>('courses/translations/translation')

const TRANSLATED: readonly string[] = ['title', 'short', 'summary', 'body', 'note', 'without_account', 'prompts']

interface TranslationFormView {
  values: Record<string, string>
  problems?: Problems
  status?: number
  other?: OtherText | null
}

/** The translation of a thing, beside the original. */
export function translationPages(
  router: Router,
  { courses, courseLinks, courseTranslations, courseMarkdown, courseAuthoring, courseDiff, idempotency }: Services,
): void {
  router.get('/admin/courses/:slug/things/:thing/in/:language', author, noStore, async (req, res) => {
    const place = placeOf(req)
    const now = courseTranslations.translatedThing(place.thing.id, place.language)
    const asked = queryNumber(req, 'earlier')
    const earlier =
      asked === null ? null : (courseTranslations.thingRevision(place.thing.id, place.language, asked) ?? notFound())
    const words = (earlier ?? now)?.words
    const hidden = { revision: String(now?.revision ?? 0), made_from: String(place.source.revision) }
    await show(res, place, now, { values: { ...(words ? fieldsOfThing(words) : {}), ...hidden } })
  })

  router.post('/admin/courses/:slug/things/:thing/in/:language', author, noStore, async (req, res) => {
    const place = placeOf(req)
    const { thing, language, source, address } = place
    const sent: Record<string, unknown> = { ...req.body }
    const values = typedIn(sent)
    const now = courseTranslations.translatedThing(thing.id, language)
    if (sent['intent'] === 'preview') return show(res, place, now, { values })
    if (sent['intent'] === 'links') return show(res, place, now, { values: courseLinks.linked(place.course, values) })
    const form = readThingTranslation(sent, wordsOfThing(source.outline))
    if (!form.ok) return show(res, place, now, { values, problems: form.problems, status: 422 })
    const from = markAt(place, form.made_from)
    if (from === null)
      return show(res, place, now, { values, problems: { '': { key: 'problems.wrong' } }, status: 422 })
    const [by, seen] = [currentPerson(req).id, form.revision]
    await courseMarkdown.prepare([form.words])
    const saving = { language, seen, from, from_revision: form.made_from, by }
    try {
      const done = { changed: true }
      const location = idempotency.run(by, form.once, () => {
        done.changed = courseTranslations.translateThing(thing.id, form.words, saving)
        return address
      })
      const key = done.changed ? 'courses.said.translated' : 'courses.said.unchanged'
      addFlash(req, { kind: 'said', key, values: { title: thing.title, language: languageName(language) } })
      res.redirect(303, location)
    } catch (error) {
      if (!(error instanceof EditConflict)) throw error
      const other = now && otherText(now)
      await show(res, place, now, { values: { ...values, revision: String(now?.revision ?? 0) }, status: 409, other })
    }
  })

  /** The fingerprint of a revision of the thing; null where there is no such revision. */
  function markAt({ thing, source }: ThingInLanguage, revision: number): string | null {
    if (revision === source.revision) return fingerprintOf(wordsOfThing(source.outline))
    const earlier = courseAuthoring.revision(thing.id, revision)
    return earlier && fingerprintOf(wordsOfThing(earlier.outline))
  }

  function placeOf(req: Request): ThingInLanguage {
    const course = courseAt(courses, req)
    const thing = thingAt(course, req)
    const language = String(req.params['language'])
    if (!canTranslateInto(language, course.language)) notFound()
    const address = `/admin/courses/${course.slug}/things/${thing.slug}/in/${language}`
    const outline = courseAuthoring.thingOutline(thing.id) ?? notFound()
    return { course, thing, language, address, source: { outline, revision: thing.revision } }
  }

  async function show(
    res: Response,
    place: ThingInLanguage,
    now: TranslatedText<ThingWords> | null,
    shown: TranslationFormView,
  ): Promise<void> {
    const { t } = pageContext(res)
    const { values, problems = {}, status = 200, other = null } = shown
    const { source, ...rest } = place
    const body = values['body'] ?? ''
    const words = wordsOfThing(source.outline)
    page(res, {
      title: t('courses.translation.title', { title: place.thing.title, language: languageName(place.language) }),
      area: 'write',
      status,
      ...rest,
      source: words,
      source_html: forAuthors(place.course).html(place.thing.body_html),
      form: refusedForm(t, { values, problems }),
      preview_html: body.length > BODY_MAX ? '' : await courseMarkdown.preview(place.course, body),
      links: courseLinks.notes(place.course, values),
      unsaved: res.req.method === 'POST' || res.req.query['earlier'] !== undefined,
      behind: now && now.made_from !== place.thing.fingerprint ? await changesSince(place, now) : null,
      other,
      earlier: courseTranslations.thingRevisions(place.thing.id, place.language),
    })
  }

  /** What changed in translatable parts since the translation was made; nothing where that revision is not known. */
  async function changesSince(
    { thing, source }: ThingInLanguage,
    { made_from_revision }: TranslatedText<ThingWords>,
  ): Promise<PartChange[]> {
    const before = made_from_revision === null ? null : courseAuthoring.revision(thing.id, made_from_revision)
    const changes = before ? await courseDiff.thing(before.outline, source.outline) : []
    return changes.filter(({ part }) => TRANSLATED.includes(part) || part.startsWith('steps_'))
  }
}

function otherText({ words, ...text }: TranslatedText<ThingWords>): OtherText {
  const { body, ...front } = words
  return { ...text, source: frontMatterText(thingTranslationShape, front, body), changes: [] }
}
