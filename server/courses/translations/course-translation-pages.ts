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
import type { CourseContent } from '../course-content.ts'
import { yamlText } from '../format/front-matter.ts'
import { fingerprintOf, wordsOfCourse } from '../format/translatable-words.ts'
import { type CourseWords, canTranslateInto, courseTranslationShape } from '../format/translation-schema.ts'
import { courseAt } from '../policy.ts'
import { fieldsOfCourse, readCourseTranslation, typedIn } from './translation-form.ts'
import type { TranslatedText, TranslationRevision } from './translation-table.ts'

interface CourseInLanguage {
  course: CourseContent
  language: string
  address: string
}

const page = view<
  Omit<CourseInLanguage, 'language'> & {
    form: Form
    /** The course changed since the translation was made. */
    behind: boolean
    other: { source: string; changes: []; changed_at: string; changed_by: string | null } | null
    earlier: TranslationRevision[]
  }
>('courses/translations/course-translation')

interface TranslationFormView {
  values: Record<string, string>
  problems?: Problems
  status?: number
}

/** The translation of the course's title and summary, and of the titles of its sets. */
export function courseTranslationPages(router: Router, { courses, courseTranslations, idempotency }: Services): void {
  router.get('/admin/courses/:slug/languages/:language', author, noStore, (req, res) => {
    const place = placeOf(req)
    const now = courseTranslations.translatedCourse(place.course.id, place.language)
    const asked = queryNumber(req, 'earlier')
    const earlier =
      asked === null ? null : (courseTranslations.courseRevision(place.course.id, place.language, asked) ?? notFound())
    const words = (earlier ?? now)?.words
    const hidden = { revision: String(now?.revision ?? 0), made_from: fingerprintOf(wordsOfCourse(place.course)) }
    show(res, place, now, { values: { ...(words ? fieldsOfCourse(words) : {}), ...hidden } })
  })

  router.post('/admin/courses/:slug/languages/:language', author, noStore, (req, res) => {
    const place = placeOf(req)
    const { course, language } = place
    const values = typedIn({ ...req.body })
    const now = courseTranslations.translatedCourse(course.id, language)
    const form = readCourseTranslation({ ...req.body }, course.sets)
    if (!form.ok) return show(res, place, now, { values, problems: form.problems, status: 422 })
    const by = currentPerson(req).id
    // a form that was not made by this site has no valid fingerprint
    const from = /^[0-9a-f]{12}$/.test(form.made_from) ? form.made_from : fingerprintOf(wordsOfCourse(course))
    const saving = { language, seen: form.revision, from, by }
    try {
      const done = { changed: true }
      const location = idempotency.run(by, form.once, () => {
        done.changed = courseTranslations.translateCourse(course.id, form.words, saving)
        return `/admin/courses/${course.slug}/languages`
      })
      const key = done.changed ? 'courses.said.translated' : 'courses.said.unchanged'
      addFlash(req, { kind: 'said', key, values: { title: course.title, language: languageName(language) } })
      res.redirect(303, location)
    } catch (error) {
      if (!(error instanceof EditConflict)) throw error
      show(res, place, now, { values: { ...values, revision: String(now?.revision ?? 0) }, status: 409 })
    }
  })

  function placeOf(req: Request): CourseInLanguage {
    const course = courseAt(courses, req)
    const language = String(req.params['language'])
    if (!canTranslateInto(language, course.language)) notFound()
    return { course, language, address: `/admin/courses/${course.slug}/languages/${language}` }
  }

  function show(
    res: Response,
    place: CourseInLanguage,
    now: TranslatedText<CourseWords> | null,
    { values, problems = {}, status = 200 }: TranslationFormView,
  ): void {
    const { t } = pageContext(res)
    const { course, language } = place
    page(res, {
      title: t('courses.translation.title', { title: course.title, language: languageName(language) }),
      area: 'admin',
      status,
      ...place,
      form: refusedForm(t, { values, problems }),
      behind: now !== null && course.translationState(language) === 'stale',
      other:
        status === 409 && now ? { ...now, source: yamlText(courseTranslationShape, now.words), changes: [] } : null,
      earlier: courseTranslations.courseRevisions(course.id, language),
    })
  }
}
