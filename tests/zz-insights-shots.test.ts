import { test } from 'vitest'
import { openBrowser, phone, desktop, reducedMotion } from './support/browser.ts'
import { openPage } from './support/journey.ts'
import { testSite } from './support/site.ts'
import { readFolder } from '../server/courses/folder-files.ts'
import { readCourse } from '../server/courses/folder.ts'
import { crowd } from './insights/crowd.ts'
test('shots', async () => {
  using site = await testSite({ now: process.env.NOW ?? '2026-04-22T07:00:00Z' })
  const cid = site.services.courses.importCourse(readCourse(readFolder('courses/23-mobile-things')), null)
  ;(site as any).course = () => cid
  const cast = site.cast({ title: 'Spring at the Harbour Libraries and all branches' })
  const { cohort, learner, organiser } = cast
  const size = Number(process.env.SIZE ?? 38)
  crowd(site, cohort.id, size)
  const empty = site.cohort({ title: 'Autumn', starts_on: '2026-09-07' })
  for (const name of ['Zanele Mthembu-Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff', '=HYPERLINK("https://evil.example")<b>x</b>', 'محمد عبد الرحمن']) cohort.enrol(site.person({ name, workplace: "Children's and young people's services, Hill Branch" }))
  for (const n of [1, 2, 3]) site.reflection(learner, cohort, { number: n })
  const admin = site.person({ name: 'Åsa Lindqvist', role: 'admin' })
  cohort.enrol(admin, 'organiser')
  const at = `/admin/cohorts/${cohort.slug}`
  for (let i = 0; i < 6; i++) site.services.invitations.make({ cohort_id: cohort.id, email: `somebody.with.a.long.name${i}@children.services.library.example`, role: 'learner', by: organiser.id })
  const b = await openBrowser()
  const invite = async (page: any, text: string) => { await page.goto(at + '/invitations'); await page.fill('#addresses', text); await page.click('form:has(#addresses) .button.main') }
  const pages: [string, any, (page: any) => Promise<unknown>][] = [
    ['overview', organiser, (p) => p.goto(at)],
    ['overview-open', organiser, async (p) => { await p.goto(at); for (const s of await p.$$('summary')) await s.click() }],
    ['overview-empty', empty.organiser, (p) => p.goto(`/admin/cohorts/${empty.slug}`)],
    ['grid', organiser, (p) => p.goto(at + '/grid')],
    ['grid-none', organiser, (p) => p.goto(at + '/grid?q=zzz')],
    ['people', organiser, (p) => p.goto(at + '/people')],
    ['people-admin', admin, (p) => p.goto(at + '/people?q=asa')],
    ['inviting', organiser, (p) => p.goto(at + '/invitations')],
    ['inviting-refused', organiser, (p) => invite(p, 'nobody, somebody.library.example; person1')],
    ['invited', organiser, (p) => invite(p, `Amara Okonkwo <amara@library.example>, Zanele Mthembu-Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff <zanele.mthembu@children.services.library.example>\nbroken.example, "Okonkwo, Bob" <bob@@library> amara@library.example ${learner.email}`)],
    ['poster', organiser, (p) => p.goto(at + '/poster')],
    ['grid-mid', organiser, async (p) => { await p.setViewportSize({ width: 1000, height: 800 }); await p.goto(at + '/grid'); await p.evaluate(() => { document.querySelector('.grid-scroll')!.scrollTo(60, 300) }); await p.screenshot({ path: '/work/team/shots-insights/mid.png' }); await p.setViewportSize({ width: 1280, height: 800 }); await p.evaluate(() => window.scrollTo(0, 900)); await p.screenshot({ path: '/work/team/shots-insights/scrolled.png' }) }],
    ['remove', organiser, (p) => p.goto(`${at}/people/${organiser.handle}/remove`)],
  ]
  const want = process.env.SHOTS?.split(',')
  for (const [look, options] of [['390-light', { ...phone, colorScheme: 'light' }], ['390-dark', { ...phone, colorScheme: 'dark' }], ['1280-light', { ...desktop, colorScheme: 'light' }], ['1280-dark', { ...desktop, colorScheme: 'dark' }]] as const) {
    if (process.env.LOOKS && !process.env.LOOKS.split(',').includes(look)) continue
    for (const [name, who, go] of pages) {
      if (want && !want.includes(name)) continue
      const page = await openPage(b, site, { ...options, ...reducedMotion }, who)
      await go(page)
      await page.evaluate(() => document.fonts.ready)
      const H = await page.evaluate(() => document.documentElement.scrollHeight); const W = options.viewport.width; const top = Number(process.env.TOP ?? 0); await page.screenshot({ path: `/work/team/shots-insights/${name}-${look}.png`, fullPage: true, clip: { x: 0, y: Math.min(top, H - 100), width: W, height: Math.min(H - top, Number(process.env.CLIP ?? 9999)) } }); console.log(name, look, H)
      if (page.accidents.length) console.log(name, page.accidents)
      if (name === 'poster' && look === '390-dark') { await page.emulateMedia({ media: 'print' }); await page.setViewportSize({ width: 794, height: 1123 }); await page.screenshot({ path: `/work/team/shots-insights/poster-print.png` }) }
      await page.context().close()
    }
  }
  await b.close()
}, 300000)
