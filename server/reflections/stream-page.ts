import type { Request, Response } from 'express'
import type { Thing } from '../courses/course-content.ts'
import type { Pod } from '../pods/queries.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { queryText, wholeNumber } from '../web/http/params.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { Translate } from '../web/text/i18n.ts'
import type { StreamFilters } from './stream.ts'
import type { StreamItem } from './stream-item.ts'

/** An active filter, with the URL of the stream without it. */
interface Chip {
  words: string
  href: string
}

interface Empty {
  icon: string
  title: string
  text: string
  href: string
  act: string
  main: boolean
}

const streamPage = view<{
  items: StreamItem[]
  filters: StreamFilters
  things: { number: number; thing: Thing }[]
  pods: Pod[]
  chips: Chip[]
  empty: Empty | null
  action: string
  /** The URL of the search page, which also covers things and comments. */
  everywhere: string
  newer: string | null
  older: string | null
}>('reflections/stream')

/** Maximum number of options in a filter list. */
const MOST_PODS = 40
const LONGEST = 200
const HANDLE = /^[\w-]{1,120}$/

/** The cohort's stream with the filters of the query string. */
export function showStream({ pods, progress, stream }: Services, req: Request, res: Response): void {
  const enrolment = currentEnrolment(req)
  const { t } = pageContext(res)
  const filters = filtersIn(req)
  const page = stream.page(enrolment, filters, cursorIn(req))
  const action = `/cohorts/${enrolment.cohort.slug}/reflections`
  const things = progress.openThings(enrolment)
  const choice = pods.list(enrolment.cohort.id, { first: [enrolment.pod?.id ?? null, filters.pod], most: MOST_PODS })
  const known = { action, pods: choice, things }
  const chips = chipsOf(t, filters, { ...known, items: page.items })
  const to = (name: string, id: number | null) => (id === null ? null : `${action}?${queryOf(filters, { [name]: id })}`)
  streamPage(res, {
    title: t('reflections.stream.title'),
    area: 'read',
    here: 'read',
    items: page.items,
    filters,
    action,
    things,
    pods: choice,
    chips,
    empty: page.items.length > 0 ? null : emptyOf(t, filters, chips, known),
    everywhere: filters.q === null ? '/search' : `/search?${new URLSearchParams({ q: filters.q })}`,
    newer: to('after', page.newer),
    older: to('before', page.older),
  })
}

function filtersIn(req: Request): StreamFilters {
  const on = (name: string) => queryText(req, name) === '1'
  const q = queryText(req, 'q')?.slice(0, LONGEST) ?? ''
  const person = queryText(req, 'person')
  return {
    q: q === '' ? null : q,
    thing: wholeNumber(queryText(req, 'thing')),
    pod: wholeNumber(queryText(req, 'pod')),
    person: person !== null && HANDLE.test(person) ? person : null,
    unanswered: on('unanswered'),
    mine: on('mine'),
    following: on('following'),
  }
}

function cursorIn(req: Request): { before?: number; after?: number } {
  const [before, after] = [wholeNumber(queryText(req, 'before')), wholeNumber(queryText(req, 'after'))]
  return { ...(before === null ? {} : { before }), ...(after === null ? {} : { after }) }
}

/** The filters as a query string, with some added or removed. */
function queryOf(
  filters: StreamFilters,
  more: Record<string, number> = {},
  off?: keyof StreamFilters,
): URLSearchParams {
  const asked = Object.entries(filters).filter(([name, value]) => name !== off && value !== null && value !== false)
  const said = asked.map(([name, value]): [string, string] => [name, value === true ? '1' : String(value)])
  return new URLSearchParams([
    ...said,
    ...Object.entries(more).map(([name, id]): [string, string] => [name, String(id)]),
  ])
}

interface StreamPageData {
  action: string
  pods: Pod[]
  things: { number: number; thing: Thing }[]
  items: StreamItem[]
}

function chipsOf(t: Translate, filters: StreamFilters, { action, pods, things, items }: StreamPageData): Chip[] {
  const { q, thing, pod, person } = filters
  const title = things.find(({ number }) => number === thing)?.thing.title
  const words: Partial<Record<keyof StreamFilters, string>> = {
    ...(q === null ? {} : { q: t('reflections.stream.on.q', { q }) }),
    ...(thing === null ? {} : { thing: `${thing} ${title ?? ''}`.trim() }),
    ...(pod === null ? {} : { pod: pods.find(({ id }) => id === pod)?.name ?? t('reflections.stream.on.pod') }),
    ...(person === null ? {} : { person: items[0]?.person.name ?? `@${person}` }),
    ...(filters.unanswered ? { unanswered: t('reflections.stream.unanswered') } : {}),
    ...(filters.mine ? { mine: t('reflections.stream.mine') } : {}),
    ...(filters.following ? { following: t('reflections.stream.following') } : {}),
  }
  return Object.entries(words).map(([name, words]) => {
    const left = queryOf(filters, {}, name as keyof StreamFilters).toString()
    return { words, href: left === '' ? action : `${action}?${left}` }
  })
}

/** The empty state: why nothing matches, and where to go next. */
function emptyOf(
  t: Translate,
  filters: StreamFilters,
  chips: Chip[],
  { action, things }: Omit<StreamPageData, 'items'>,
): Empty {
  const say = (name: string, icon: string, { href, main = false }: { href: string; main?: boolean }): Empty => ({
    icon,
    title: t(`reflections.stream.none.${name}.title`),
    text: t(`reflections.stream.none.${name}.text`),
    act: t(`reflections.stream.none.${name}.act`),
    href,
    main,
  })
  const on = Object.entries(filters).filter(([, value]) => value !== null && value !== false)
  if (on.length === 0) return say('at_all', 'book-open-text', { href: '/write', main: true })
  if (on.length > 1) return say('together', 'search', { href: chips.at(-1)?.href ?? action })
  if (filters.q !== null) return say('q', 'search', { href: `/search?${new URLSearchParams({ q: filters.q })}` })
  if (filters.thing !== null) {
    const open = things.some(({ number }) => number === filters.thing)
    return open
      ? say('thing', 'square-pen', { href: action.replace(/reflections$/, `things/${filters.thing}`) })
      : say('closed', 'search', { href: action })
  }
  if (filters.mine) return say('mine', 'square-pen', { href: '/write', main: true })
  const name = (['pod', 'person', 'following', 'unanswered'] as const).find((one) => filters[one]) ?? 'unanswered'
  return say(name, name === 'unanswered' ? 'heart' : 'search', { href: action })
}
