import type { Markdown } from '../reflections/markdown/markdown-renderer.ts'
import type { CourseContent } from './course-content.ts'
import { withPictures } from './format/picture-links.ts'
import type { CourseOutline } from './format/schema.ts'
import { withThingLinks } from './format/thing-links.ts'
import type { CoursePictures } from './pictures/pictures.ts'
import { markdownIn, type WithMarkdown } from './thing-rows.ts'

const OF_COURSE = { ofCourse: true }

/** The Markdown of courses, which is rendered in a thread before the transaction that saves it. */
export function createCourseMarkdown({
  markdown,
  pictures,
}: {
  markdown: Markdown
  pictures: Pick<CoursePictures, 'list'>
}) {
  const render = (text: string) => markdown.render(text, OF_COURSE)
  /** Of things, or of their translations, before `render` is called for them. @throws TaskError */
  const prepare = (texts: readonly WithMarkdown[]): Promise<void> =>
    markdown.prepare(texts.flatMap(markdownIn), OF_COURSE)

  return {
    render,
    prepare,

    /** Everything in a course that is about to be imported or copied. @throws TaskError */
    prepareCourse: ({ things, translations = [] }: CourseOutline): Promise<void> =>
      prepare([...things, ...translations.flatMap((one) => [...one.things.values()].map(({ words }) => words))]),

    /** HTML as the course's pages show it, with its pictures. Links to other things lead to their editor. @throws TaskError */
    async preview(course: CourseContent, text: string): Promise<string> {
      await markdown.prepare([text], OF_COURSE)
      const shown = withPictures(course.slug, pictures.list(course.id)).html(render(text).html)
      return forAuthors(course).html(shown)
    },
  }
}

/** The links of a course's texts as its authors follow them. */
export function forAuthors(course: CourseContent) {
  return withThingLinks(course, ({ slug }) => `/admin/courses/${course.slug}/things/${slug}`)
}

export type CourseMarkdown = ReturnType<typeof createCourseMarkdown>
