import { readXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createListSender } from '../../../server/web/files/send-list.ts'
import { HttpError } from '../../../server/web/http/http-error.ts'
import { type Actor, type TestSite, testSite } from '../../support/site.ts'

/** A site whose zone is not that of its cohort, with something in every list. */
let site: TestSite
let cast: ReturnType<TestSite['cast']>

beforeAll(async () => {
  site = await testSite({ now: '2026-03-09T20:30:00Z' })
  cast = site.cast({ time_zone: 'Asia/Tokyo' })
  const { admin, cohort, learner } = cast
  site.services.settings.change('time_zone', 'America/Lima', admin.id)
  site.db.prepare("UPDATE person SET name = '=SUM(1)' WHERE id = ?").run(learner.id)
  site.reflection(learner, cohort)
  await learner.post(cohort.at('/hours'), { minutes_1: '25' })
})
afterAll(() => site[Symbol.dispose]())

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const LISTS = [
  ['admin', '/admin/people.csv'],
  ['admin', '/admin/log.csv?group=people'],
  ['organiser', '/admin/cohorts/spring/grid.csv'],
  ['organiser', '/admin/cohorts/spring/things.csv'],
  ['organiser', '/admin/cohorts/spring/hours.csv'],
  ['organiser', '/admin/cohorts/spring/awards.csv'],
  ['learner', '/cohorts/spring/hours/statement.csv'],
] as const

async function csvOf(reader: Pick<Actor, 'get'>, address: string): Promise<string[]> {
  const answer = await reader.get(address)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer())
  expect(text).toMatch(/^\ufeff/)
  return text.slice(1).split('\r\n').slice(0, -1)
}

async function workbookOf(answer: Response) {
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, XLSX])
  const { sheets } = await readXlsx(new Uint8Array(await answer.arrayBuffer()))
  return sheets[0]?.rows ?? []
}

const withFormat = (address: string, format: string) => `${address}${address.includes('?') ? '&' : '?'}format=${format}`

test.each(LISTS)('%s takes %s with commas, with semicolons or as a workbook', async (who, address) => {
  const reader = cast[who]
  const commas = await csvOf(reader, address)
  expect(await csvOf(reader, withFormat(address, 'odd'))).toHaveLength(commas.length)
  const semicolons = await csvOf(reader, withFormat(address, 'semicolon'))
  expect(semicolons[0]).toBe(commas[0]?.replaceAll(',', ';'))
  const answer = await reader.get(withFormat(address, 'xlsx'))
  expect(answer.headers.get('content-disposition')).toMatch(/\.xlsx"$/)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const rows = await workbookOf(answer)
  expect(rows[0]?.join(',')).toBe(commas[0])
  // the log has each export in it
  expect(rows.length).toBeGreaterThanOrEqual(commas.length)
  expect(commas[0]?.split(',').filter((heading) => !/^(?:\d+ )?\p{Lu}[^_]*$/u.test(heading))).toEqual([])
})

test('a page with a list offers the three formats by one component', async () => {
  const pages = [
    ['admin', '/admin/people'],
    ['admin', '/admin/log?group=people'],
    ['organiser', '/admin/cohorts/spring/grid'],
    ['organiser', '/admin/cohorts/spring/hours'],
    ['organiser', '/admin/cohorts/spring/awards'],
    ['organiser', '/admin/cohorts/spring'],
  ] as const
  for (const [who, page] of pages) {
    const [, action = '', inside = ''] =
      /<form[^>]* action="([^"]+\.csv)">([\s\S]*?)<\/form>/.exec(await cast[who].read(page)) ?? []
    const kept = [...inside.matchAll(/type="hidden" name="(\w+)" value="(\w+)"/g)].map(
      ([, name, value]) => `${name}=${value}`,
    )
    expect(kept, page).toEqual(page.includes('?') ? ['group=people'] : [])
    const buttons = [...inside.matchAll(/name="format" value="(\w+)">([^<]+)</g)]
    expect(
      buttons.map(([, , words]) => words),
      page,
    ).toEqual(['CSV (comma)', 'CSV (semicolon)', 'XLSX (Excel)'])
    for (const [, format] of buttons)
      expect((await cast[who].get(`${action}?${[...kept, `format=${format}`].join('&')}`)).status).toBe(200)
  }
})

test('dates of a cohort are in its time zone and those of the site in the site’s, whoever looks', async () => {
  const joined = (lines: string[]) => lines.map((line) => /\d{4}-\d\d-\d\d( \d\d:\d\d)?/.exec(line)?.[0])
  const [head, ...people] = await csvOf(cast.admin, '/admin/people.csv')
  expect(head).toBe('Name,Email,Handle,Workplace,Role,Account since (America/Lima),Deactivated (America/Lima),Cohorts')
  expect(new Set(joined(people))).toEqual(new Set(['2026-03-09']))
  const grid = await csvOf(cast.organiser, '/admin/cohorts/spring/grid.csv')
  expect(grid[0]).toContain('Joined (Asia/Tokyo),Last active (Asia/Tokyo)')
  expect(joined(grid.slice(1))).toContain('2026-03-10')
  const log = await csvOf(cast.admin, '/admin/log.csv')
  expect(log[0]).toMatch(/^Date \(America\/Lima\),Actor,/)
  expect(log[1]).toMatch(/^2026-03-09 15:30,/)
  // the same for an admin who has a cohort of their own
  const other = site.person({ role: 'admin' })
  cast.cohort.enrol(other, 'organiser')
  await other.read('/cohorts/spring')
  expect((await csvOf(other, '/admin/log.csv')).at(-1)).toBe((await csvOf(cast.admin, '/admin/log.csv')).at(-1))
})

test('in a workbook dates are dates, numbers are numbers, and a name that looks like a formula is a name', async () => {
  const rows = await workbookOf(await cast.organiser.get('/admin/cohorts/spring/grid.csv?format=xlsx'))
  const row = rows.find(([name]) => name === '=SUM(1)')
  expect(row?.slice(5, 10)).toEqual([
    new Date('2026-03-10T00:00Z'),
    new Date('2026-03-10T00:00Z'),
    23,
    1,
    new Date('2026-03-10T00:00Z'),
  ])
  const log = await workbookOf(await cast.admin.get('/admin/log.csv?format=xlsx'))
  expect(log[1]?.[0]).toEqual(new Date('2026-03-09T15:30Z'))
})

test('the links of invitations come in the format of the button', async () => {
  const { organiser } = cast
  const at = '/admin/cohorts/spring/invitations'
  const sent = await organiser.post(at, { addresses: 'Bo Lind <bo@library.example>', role: 'learner' })
  const html = await sent.text()
  const links = /name="links" value="([^"]+)"/.exec(html)?.[1] ?? ''
  expect(html).toContain('<button class="button" name="format" value="xlsx">')
  const rows = await workbookOf(await organiser.post(`${at}/links`, { links, format: 'xlsx' }))
  expect(rows[0]).toEqual(['Name', 'Email', 'Link', 'Role', 'Expires (Asia/Tokyo)'])
  expect(rows[1]?.slice(0, 2)).toEqual(['Bo Lind', 'bo@library.example'])
  expect(rows[1]?.[4]).toEqual(new Date('2026-03-17T05:30Z'))
})

test('a list that is too long for a workbook says so, and is there as CSV', async () => {
  const { services } = site
  function* rows() {
    for (let row = 0; row <= 100_000; row += 1) yield [row]
  }
  const send = createListSender(services.workers)
  const req = { method: 'GET', query: { format: 'xlsx' } }
  const list = { name: { words: [], otherwise: 'list' }, title: 'List', columns: [{ heading: 'Number' }], rows: rows() }
  await expect(send({ req } as unknown as Parameters<typeof send>[0], list)).rejects.toEqual(
    new HttpError(422, 'list_too_long'),
  )
})
