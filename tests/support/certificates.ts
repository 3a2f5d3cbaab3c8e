import type { TestSite } from './site.ts'

/** A certificate of the usual course that one thing done gives, switched on. */
export function certificateOf(site: TestSite, by: number): void {
  const { certificateTemplates: templates } = site.services
  const course_id = site.course()
  const id = templates.make(
    course_id,
    {
      title: 'Certificate',
      body: 'has done {things} things of {course} with {cohort}, some {hours} hours of learning.',
      signer: 'Ingrid Solberg, head of learning',
      hue: 'teal',
      landscape: 1,
      badge_id: null,
      things: 1,
    },
    by,
  )
  const design = templates.find(course_id, id)
  if (!design) throw new Error('it was made')
  templates.activate(design, true, by)
}
