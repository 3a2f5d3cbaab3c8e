// node_modules/.bin/node tests/bench/pictures.ts: three photos of 12 megapixels are added and published while somebody else reads.
import { photo, sendForm } from '../images/photos.ts'
import { signedInAt, startDemo } from '../support/demo-process.ts'
import { memory } from './load.ts'

const ROUNDS = 5
const { child, demo } = await startDemo('40')
const pid = child.pid ?? 0
const [learner, guide] = await Promise.all([signedInAt(demo, 'learner'), signedInAt(demo, 'guide')])
const page = `/cohorts/${demo.cohort}/reflections`
const percentile = (times: number[], share: number) =>
  Math.round((times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0) * 10) / 10

/** One reader after the other, until told to stop; in milliseconds. */
async function readUntil(done: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let over = false
  done.finally(() => {
    over = true
  })
  while (!over) {
    const from = performance.now()
    await (await guide.get(page)).text()
    times.push(performance.now() - from)
  }
  return times
}

const pause = (ms: number) => new Promise((soon) => setTimeout(soon, ms))
for (let warm = 0; warm < 30; warm++) await guide.get(page)
const alone = await readUntil(pause(2000))
console.log(
  `alone: ${alone.length} pages, p50 ${percentile(alone, 0.5)} ms, p95 ${percentile(alone, 0.95)} ms; ${memory(pid)} MB`,
)

for (let round = 1; round <= ROUNDS; round++) {
  // each round other photos: the same ones would be known
  const photos = await Promise.all(
    [0, 1, 2].map((index) => photo({ width: 4000 + round * 4 + index, height: 3000, gps: true })),
  )
  const parts = photos.map((bytes): ['picture', { bytes: Buffer; name: string }] => [
    'picture',
    { bytes, name: 'a.jpg' },
  ])
  const from = performance.now()
  const sent = sendForm(learner, '/images', parts, { accept: 'application/json' })
  const times = await readUntil(sent)
  const { images } = (await (await sent).json()) as { images: { markdown: string }[] }
  const added = performance.now() - from
  const body = images.map(({ markdown }) => markdown).join('\n\n')
  const before = performance.now()
  const published = await learner.post(`/cohorts/${demo.cohort}/things/1/reflection`, {
    body,
    intent: 'publish',
    version: '',
  })
  const megabytes = Math.round(photos.reduce((sum, { length }) => sum + length, 0) / 1e5) / 10
  console.log(
    `round ${round}: 3 photos, ${megabytes} MB, added in ${Math.round(added)} ms (${images.length}), published in ${Math.round(performance.now() - before)} ms (${published.status}); ` +
      `meanwhile ${times.length} pages, p50 ${percentile(times, 0.5)} ms, p95 ${percentile(times, 0.95)} ms, longest ${percentile(times, 1 - 1 / times.length)} ms; ${memory(pid)} MB`,
  )
}
child.kill()
