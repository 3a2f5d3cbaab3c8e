// node tools/run.mjs tests/bench/people-import.ts: a list of people brought in, and what others wait meanwhile.
import { parseArgs } from 'node:util'
import { signedInAt, startDemo } from '../support/demo-process.ts'
import type { Browser } from '../support/http-client.ts'

const { values } = parseArgs({
  options: { people: { type: 'string', default: '5000' }, size: { type: 'string', default: '40' } },
})
const people = Number(values.people)
const { child, demo } = await startDemo(values.size)
try {
  const [organiser, learner] = [await signedInAt(demo, 'organiser'), await signedInAt(demo, 'learner')]
  const at = `/admin/cohorts/${demo.cohort}/import`
  const list = [
    'Name;E-mail;Workplace;Pod',
    ...Array.from({ length: people }, (_, n) => `Colleague ${n};c${n}@import.example;Branch ${n % 40};Pod ${n % 60}`),
  ].join('\r\n')
  await waitsOf(learner, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000))
  })
  console.log('| act | ms | the map meanwhile: p50 | p95 | longest |\n|---|---|---|---|---|')
  const preview = await timed('nothing, for two seconds', learner, async () => {
    await new Promise((resolve) => setTimeout(resolve, 2000))
    return ''
  })
  const address = await timed(`${people} lines sent, read and kept`, learner, () => send(organiser, at, list))
  await timed('the preview', learner, async () => String((await organiser.get(address)).status) + preview)
  await timed('brought in', learner, async () => String((await organiser.post(address)).status))
  await timed('telling them, in jobs (five seconds)', learner, async () => {
    await new Promise((resolve) => setTimeout(resolve, 5000))
    return ''
  })
  const again = await timed('the same list again', learner, () => send(organiser, at, list))
  await timed('brought in again', learner, async () => String((await organiser.post(again)).status))
} finally {
  child.kill('SIGTERM')
}

async function send(who: Browser, at: string, list: string): Promise<string> {
  const body = new FormData()
  body.set('file', new Blob([list], { type: 'text/csv' }), 'people.csv')
  const cookie = Array.from(who.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  const headers = { cookie, origin: demo.url }
  const answer = await fetch(demo.url + at, { method: 'POST', body, redirect: 'manual', headers })
  const location = answer.headers.get('location')
  if (!location) throw new Error(`The list was not taken: ${answer.status} ${await answer.text()}`)
  return location
}

async function timed(name: string, other: Browser, work: () => Promise<string>): Promise<string> {
  const began = performance.now()
  let took = 0
  const { waits, result } = await waitsOf(other, async () => {
    const answer = await work()
    took = performance.now() - began
    return answer
  })
  const sorted = waits.toSorted((one, another) => one - another)
  const part = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
  console.log(`| ${name} | ${took.toFixed(0)} | ${part(0.5)} | ${part(0.95)} | ${part(1)} |`)
  return result
}

/** Response times of another person's map page, requested repeatedly during the import. */
async function waitsOf<Result>(
  other: Browser,
  work: () => Promise<Result>,
): Promise<{ waits: number[]; result: Result }> {
  const waits: number[] = []
  let going = true
  const asking = (async () => {
    while (going) {
      const began = performance.now()
      await (await other.get(`/cohorts/${demo.cohort}`)).arrayBuffer()
      waits.push(performance.now() - began)
    }
  })()
  const result = await work()
  going = false
  await asking
  return { waits, result }
}
