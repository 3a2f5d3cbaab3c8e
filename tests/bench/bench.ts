// npm run bench [-- --size 4400 --seconds 3]: the pages of the demo beside "hello", as tables for docs/performance.md.
import { parseArgs } from 'node:util'
import { Browser } from '../support/http-client.ts'
import { bytesOf, closedLoop, median, memory, openLoop, type Result, type Target } from './load.ts'
import { type BenchPage, benchPages, uncompressed } from './pages.ts'
import { demoFolder, pinned, startBenchServer } from './servers.ts'
import { statementCounts } from './statements.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '40' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
  },
})
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const RATES = [
  { rate: 50, goal: 10 },
  { rate: 200, goal: 50 },
]

async function signIn(origin: string, { email, password }: { email: string; password: string }): Promise<Browser> {
  const browser = new Browser(origin)
  const { status } = await browser.post('/login', { email, password, next: '' })
  if (status !== 303) throw new Error(`${email} cannot sign in: ${status}`)
  return browser
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const kB = (bytes: number) => (bytes / 1000).toFixed(1)
const ms = (time: number) => (time < 10 ? time.toFixed(1) : String(Math.round(time)))
const wrong = (result: Result) => (result.wrong > 0 ? ` **${result.wrong} wrong answers**` : '')
const line = (cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)

function heading(cells: string[]): void {
  console.log('')
  line(cells)
  line(cells.map(() => '---'))
}

/** One page and "hello" in turn, after a warm-up. */
async function measure(site: Target, hello: Target, { next }: BenchPage) {
  const hellos: Result[] = []
  const ours: Result[] = []
  await closedLoop(site, Math.min(1, seconds), next)
  for (let round = 0; round < rounds; round++) {
    hellos.push(await closedLoop(hello, seconds, () => ({ method: 'GET', path: '/' })))
    ours.push(await closedLoop(site, seconds, next))
  }
  return { hello: median(hellos), ours: median(ours) }
}

function resultCells({ name, goal }: BenchPage, hello: Result, ours: Result): (string | number)[] {
  const at_30 = Math.round((ours.cpu * 30) / hello.cpu)
  return [
    name,
    Math.round(ours.requests_per_second),
    ms(ours.p50),
    ms(ours.p95),
    ms(ours.p99),
    Math.round(hello.cpu),
    Math.round(ours.cpu),
    at_30,
    `${goal}${wrong(ours)}`,
  ]
}

const CPU = ['requests/s', 'p50 ms', 'p95 ms', 'p99 ms', 'hello CPU us', 'CPU us', 'CPU us at hello 30', 'goal']

const hello = await startBenchServer('tests/bench/hello.ts', '/', {})
const { demo, data_dir, remove } = await demoFolder(values.size)
// the copy was made beside a running server, as if that one had been killed: the first start looks the database over
const afterKill = await startBenchServer('server/main.ts', '/healthz', { DATA_DIR: data_dir })
await afterKill.stop()
const site = await startBenchServer('server/main.ts', '/healthz', { DATA_DIR: data_dir })
await pause(2000)
const idle = memory(site.pid)
const learner = await signIn(site.origin, demo.accounts.learner)
const guide = await signIn(site.origin, demo.accounts.guide)
const { signedIn, guests, writing } = await benchPages(demo.cohort, learner, guide)
const read = [...signedIn, ...guests]
const counts = await statementCounts(
  data_dir,
  read.map(({ next }) => next()),
)

console.log(
  `${values.size} people; ${seconds} s a run, median of ${rounds}, 16 connections; Node ${process.version}; ${pinned ? 'each server on the first processor, the load on the second' : 'not pinned'}.`,
)
heading(['page, as a browser asks', ...CPU, 'statements', 'kB', 'kB sent', 'CPU us, identity'])
for (const [at, page] of read.entries()) {
  const { hello: hi, ours } = await measure(site, hello, page)
  const plain = await closedLoop(site, seconds, () => uncompressed(page.next()))
  const sizes = [kB(await bytesOf(site.origin, uncompressed(page.next()))), kB(await bytesOf(site.origin, page.next()))]
  line([...resultCells(page, hi, ours), counts[at] ?? '', ...sizes, Math.round(plain.cpu)])
}

heading([
  'signed-in pages, mixed, so many a second',
  'answered/s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'goal p99 ms',
  'CPU us',
])
for (const { rate, goal } of RATES) {
  const shots = signedIn.map(({ next }) => next())
  const result = await openLoop(site, { rate, seconds: seconds * rounds, shots })
  const { requests_per_second, p50, p95, p99, cpu } = result
  line([rate, requests_per_second.toFixed(0), ms(p50), ms(p95), ms(p99), `${goal}${wrong(result)}`, Math.round(cpu)])
}
const loaded = memory(site.pid)

heading(['writing', ...CPU])
for (const page of writing) {
  const { hello: hi, ours } = await measure(site, hello, page)
  line(resultCells(page, hi, ours))
}

heading(['process', 'measured', 'goal'])
line(['start to first answer, existing database', `${Math.round(site.started_in)} ms`, '500 ms'])
line(['the same after `kill -9`', `${Math.round(afterKill.started_in)} ms`, '2000 ms'])
line(['memory before the first page', `${idle} MB`, '150 MB'])
line(['memory after reading', `${loaded} MB`, '200 MB'])
line(['memory after writing', `${memory(site.pid)} MB`, '200 MB'])

await site.stop()
await hello.stop()
remove()
