import type { Response } from 'express'
import { isSafeMethod } from '../http/origin.ts'

/** Whether a page with this status says that a form was not accepted. */
export function isRefusal({ req }: Response, status: number): boolean {
  return status === 422 || (status >= 400 && !isSafeMethod(req.method))
}

/** A field, or a group of fields, that is described by its problem and not marked yet. */
const UNMARKED_FIELD = /<[a-z]+(?=[^<>]*\saria-describedby="[^"<>]*-problem\b)(?![^<>]*\saria-invalid=)/g
const FIRST_PROBLEM = /<([a-z]+)(?=([^<>]*\s(?:role="alert"|aria-invalid="true")[^<>]*))/
const HEADING = /<(h1)(?=([^<>]*))/
const FIELD = /^(?:input|select|textarea)$/

/**
 * Marks the fields that a refused form has problems with as invalid, and puts the focus on the message, on the first
 * of these fields where there is no message for all, else on the heading, which is the message of an error page.
 */
export function markProblems(html: string): string {
  const marked = html.replace(UNMARKED_FIELD, '$& aria-invalid="true"')
  const first = FIRST_PROBLEM.test(marked) ? FIRST_PROBLEM : HEADING
  return marked.replace(first, (start, tag: string, attributes: string) => {
    const takes_focus = FIELD.test(tag) || attributes.includes(' tabindex=')
    return `${start}${takes_focus ? '' : ' tabindex="-1"'} autofocus`
  })
}
