import { type FilledSite, LONG } from '../fixtures/filled-site.ts'
import { routesOf, sampleAddress } from './route-list.ts'

export type Reader = Exclude<keyof FilledSite['cast'], 'cohort' | 'other'>

/** Who sees a page by its policy. Where a page is for fewer than its policy says, the first whom it answers. */
const READERS: Record<string, Reader[]> = {
  anybody: ['guest'],
  'by audience': ['guest', 'learner'],
  'signed in': ['learner', 'organiser', 'author', 'admin'],
  enrolled: ['learner', 'alumna'],
  guiding: ['guide'],
  organising: ['organiser'],
  'enrolled admin': ['adminInside'],
  author: ['author'],
  admin: ['admin'],
  operations: ['guest'],
}

export const EVERY_READER = [...new Set(Object.values(READERS).flat())]
/** Those whose pages are about running a course. */
export const ORGANISING: readonly Reader[] = ['organiser', 'admin', 'adminInside']

export interface Visit {
  reader: Reader
  address: string
  status: number
  location: string | null
  /** Null for a file, and where the answer leads elsewhere. */
  html: string | null
}

/** An example of each GET route, as somebody sees it who may. */
export async function visitEveryRoute({ site, cast, samples }: FilledSite): Promise<(Visit & { route: string })[]> {
  const visits: (Visit & { route: string })[] = []
  for (const { method, path: route, policies } of routesOf(site.services)) {
    if (method !== 'get') continue
    const tried: Visit[] = []
    for (const reader of READERS[policies[0] ?? ''] ?? []) {
      tried.push(await visit(cast, reader, sampleAddress(route, samples)))
      if (tried.at(-1)?.status === 200) break
    }
    const found = tried.find(({ status }) => status === 200) ?? tried[0]
    if (!found) throw new Error(`${route} has the policy ${policies}: say in READERS who sees such pages.`)
    visits.push({ route, ...found })
  }
  return visits
}

/** Pages of routes that were visited already, as others see them or with other contents. */
export async function visitMoreStates(filled: FilledSite): Promise<Visit[]> {
  const visits: Visit[] = []
  for (const [reader, address] of moreStates(filled)) visits.push(await visit(filled.cast, reader, address))
  return visits
}

function moreStates({ cast, samples, outside }: FilledSite): [Reader, string][] {
  const { cohort, learner } = cast
  const admin = `/admin${cohort.at('')}`
  const course = '/admin/courses/course-23'
  const reflection = sampleAddress('/reflections/:id', samples)
  return [
    ['guest', '/no/such/page'],
    ['learner', cohort.at('/things/6')],
    ['learner', cohort.at('/things/20')],
    ['learner', cohort.at('/things/6/reflection')],
    ['learner', cohort.at('/reflections?unanswered=1&thing=9')],
    ['learner', cohort.at('/reflections?q=text&person=somebody&mine=1')],
    ['learner', '/search?q=text'],
    ['learner', `/search?q=${LONG}`],
    ['learner', '/search?q=answer&kind=answers'],
    ['learner', reflection],
    ['learner', `/reflections/${outside}`],
    ['learner', '/badges/safe-start'],
    ['learner', '/badges/shown'],
    ['learner', `/people/${learner.handle}`],
    ['organiser', cohort.at('/blog')],
    ['organiser', reflection],
    ['organiser', `${reflection}/hide?from=cohort`],
    ['organiser', `${admin}/reports?settled=1`],
    ['organiser', `${admin}/people?q=zzz`],
    ['organiser', `${admin}/people/${cohort.organiser.handle}/remove`],
    ['organiser', `${admin}/grid?state=silent&sort=done`],
    ['organiser', `${admin}/grid?sort=seen&q=${LONG.slice(0, 60)}`],
    ['organiser', `${admin}/calendar?view=month`],
    ['organiser', `${admin}/queue`],
    ['organiser', `${admin}/claims`],
    ['author', '/notices'],
    ['author', '/admin'],
    ['author', `${sampleAddress('/admin/courses/import/:id', samples)}?into=fork.copy`],
    ['author', `${course}/languages/ar`],
    ['author', `${course}/badges/safe-start/try?cohort=1`],
    ['admin', '/admin'],
    ['admin', '/home'],
    ['admin', `/admin/people?q=${LONG}`],
    ['admin', '/admin/log?group=site'],
    ['admin', '/admin/settings/pages'],
    ['admin', '/admin/settings/mail'],
    ['admin', '/admin/settings/backups'],
    ['admin', `/join/${cohort.slug}`],
  ]
}

async function visit(cast: FilledSite['cast'], reader: Reader, address: string): Promise<Visit> {
  const answer = await cast[reader].get(address)
  const { status, headers } = answer
  const is_page = !headers.has('location') && headers.get('content-type')?.startsWith('text/html')
  const body = await answer.text()
  return { reader, address, status, location: headers.get('location'), html: is_page ? body : null }
}
