import type { Request } from 'express'
import { authorise } from '../web/http/authorisation.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { idParam } from '../web/http/params.ts'
import type { ReflectionPage } from './reflections.ts'

interface Reader {
  page(id: number, viewer: number): ReflectionPage | null
}

/** Loads the reflection of a route for a person who may read it; checked again when they write. */
export function readableReflection(req: Request, reflections: Reader): ReflectionPage {
  return authorise(() => load(req, reflections))
}

/** Loads it for a person of its cohort to whom it is open. */
export function openReflection(req: Request, reflections: Reader): ReflectionPage {
  return authorise(() => {
    const reflection = load(req, reflections)
    if (reflection.role === null || !reflection.is_open) forbidden()
    return reflection
  })
}

function load(req: Request, reflections: Reader): ReflectionPage {
  return reflections.page(idParam(req.params['id']), currentPerson(req).id) ?? notFound()
}
