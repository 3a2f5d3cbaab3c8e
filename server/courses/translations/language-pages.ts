import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { type Form, line, readForm, refusedForm } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { notFound } from '../../web/http/http-error.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import { languageName, OFFERED_LANGUAGES } from '../../web/text/languages.ts'
import type { CourseContent, Thing, TranslationState } from '../course-content.ts'
import { canTranslateInto } from '../format/translation-schema.ts'
import { courseAt } from '../policy.ts'

interface LanguageLine {
  language: string
  /** The state of the course's title, summary and sets. */
  course: TranslationState
  done: number
  stale: number
}

interface ThingLine {
  thing: Thing
  states: { language: string; state: TranslationState }[]
}

const overviewPage = view<{
  course: CourseContent
  address: string
  lines: LanguageLine[]
  things: ThingLine[]
  /** Languages that the course does not have yet. */
  others: { value: string; words: string }[]
  form: Form
}>('courses/translations/languages')
const removePage = view<{ course: CourseContent; address: string; language: string; things: number }>(
  'courses/translations/remove-language',
)

const addForm = z.object({ language: line({ max: 35 }) })

/** The languages of a course, and how complete each is. */
export function languagePages(router: Router, { courses, courseTranslations }: Services): void {
  router.get('/admin/courses/:slug/languages', author, noStore, (req, res) =>
    show(res, courseAt(courses, req), { values: {}, problems: {} }),
  )

  router.post('/admin/courses/:slug/languages', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const form = readForm(addForm, req.body)
    const language = form.ok ? form.data.language : ''
    if (form.ok && canTranslateInto(language, course.language)) {
      return res.redirect(303, `/admin/courses/${course.slug}/languages/${language}`)
    }
    const problems = form.ok ? { language: { key: 'courses.languages.no_language' } } : form.problems
    show(res, course, refusedForm(pageContext(res).t, { values: { language }, problems }))
  })

  router.get('/admin/courses/:slug/languages/:language/remove', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const language = languageOf(req, course)
    removePage(res, {
      title: pageContext(res).t('courses.languages.remove.title', { language: languageName(language) }),
      area: 'admin',
      course,
      address: `/admin/courses/${course.slug}/languages`,
      language,
      things: [...course.things, ...course.hidden].filter(
        (thing) => course.translationState(language, thing) !== 'missing',
      ).length,
    })
  })

  router.post('/admin/courses/:slug/languages/:language/remove', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const language = languageOf(req, course)
    courseTranslations.removeLanguage(course.id, language, currentPerson(req).id)
    addFlash(req, { kind: 'said', key: 'courses.said.language_removed', values: { language: languageName(language) } })
    res.redirect(303, `/admin/courses/${course.slug}/languages`)
  })

  function languageOf(req: Request, { languages }: CourseContent): string {
    return languages.find((language) => language === req.params['language']) ?? notFound()
  }

  function show(res: Response, course: CourseContent, form: Form): void {
    const { languages, language: source } = course
    const all = [...course.things, ...course.hidden]
    const count = (language: string, state: TranslationState) =>
      course.things.filter((thing) => course.translationState(language, thing) === state).length
    const others = OFFERED_LANGUAGES.filter((language) => language !== source && !languages.includes(language))
    overviewPage(res, {
      title: pageContext(res).t('courses.languages.title'),
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      course,
      address: `/admin/courses/${course.slug}`,
      lines: languages.map((language) => ({
        language,
        course: course.translationState(language),
        done: count(language, 'done'),
        stale: count(language, 'stale'),
      })),
      things: all.map((thing) => ({
        thing,
        states: languages.map((language) => ({ language, state: course.translationState(language, thing) })),
      })),
      others: others
        .map((language) => ({ value: language, words: languageName(language) }))
        .sort((one, other) => one.words.localeCompare(other.words)),
      form,
    })
  }
}
