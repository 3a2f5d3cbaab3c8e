import type { Router } from 'express'
import type { Services } from '../services.ts'
import { signedIn } from '../web/http/access.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { queryText, wholeNumber } from '../web/http/params.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { RESULT_KINDS, type SearchKind, type SearchResults } from './search.ts'

/** A kind that has something to show, with the address of all of it. */
interface Group {
  kind: SearchKind
  all: string | null
}

const searchPage = view<{
  q: string
  kind: SearchKind | null
  found: SearchResults
  groups: Group[]
  few: string
  older: string | null
}>('search/search')

const LONGEST = 200
const FEW_THINGS = 5

export function searchRoutes(router: Router, { search }: Services): void {
  router.get('/search', signedIn, (req, res) => {
    const q = queryText(req, 'q')?.slice(0, LONGEST) ?? ''
    const kind = RESULT_KINDS.find((name) => name === queryText(req, 'kind')) ?? null
    const found = search.find(currentPerson(req).id, q, kind, wholeNumber(queryText(req, 'before')) ?? undefined)
    const older = kind === 'reflections' || kind === 'answers' ? found[kind].older : null
    searchPage(res, {
      title: pageContext(res).t(q === '' ? 'search.title' : 'search.title_of', { q }),
      area: 'read',
      here: 'read',
      q,
      kind,
      found: kind === null ? { ...found, things: found.things.slice(0, FEW_THINGS) } : found,
      groups: groupsOf(found, q, kind),
      few: address(q),
      older: kind === null || older === null ? null : address(q, { kind, before: String(older) }),
    })
  })
}

function groupsOf(found: SearchResults, q: string, kind: SearchKind | null): Group[] {
  const more: Record<SearchKind, boolean> = {
    things: found.things.length > FEW_THINGS,
    reflections: found.reflections.older !== null,
    answers: found.answers.older !== null,
  }
  const there: Record<SearchKind, number> = {
    things: found.things.length,
    reflections: found.reflections.items.length,
    answers: found.answers.items.length,
  }
  return RESULT_KINDS.filter((name) => there[name] > 0).map((name) => ({
    kind: name,
    all: kind === null && more[name] ? address(q, { kind: name }) : null,
  }))
}

function address(q: string, more: Record<string, string> = {}): string {
  return `/search?${new URLSearchParams({ q, ...more })}`
}
