// node tools/run.mjs tests/bench/certificates.ts: how long one certificate takes as PDF, by what its holder is called.
import { drawCertificate } from '../../server/certificates/drawing.ts'
import { loadWords } from '../../server/web/words.ts'

const names = {
  Latin: 'Łucja Wiśniewska-Ørsted',
  Hebrew: 'שלום כהן',
  Arabic: 'محمد عبد الله الحسيني',
  'of 300 letters': 'Wolfeschlegel '.repeat(21).trim(),
}
const voice = { t: loadWords()('en'), locale: 'en' }
console.log('| name | first ms | median ms | slowest ms |\n|---|---|---|---|')
for (const [script, name] of Object.entries(names)) {
  const times: number[] = []
  for (let turn = 0; turn < 40; turn += 1) {
    const began = performance.now()
    await drawCertificate(voice, {
      issue: {
        title: 'Certificate',
        body: 'for the things of {course}, done with {cohort}: {things} of them, some {hours} hours of learning.',
        signer: 'Ingrid Solberg, head of learning',
        hue: 'teal',
        landscape: 1,
        name,
        course: '23 Mobile Things',
        cohort: 'Spring cohort',
        things: 23,
        minutes: 690,
        issued_at: '2026-04-15T07:00:00.000Z',
      },
      day: '15 April 2026',
      site_name: 'Harbour Libraries',
      logo: null,
      check_url: 'https://things.library.example/certificates/c1nQ0Z8mS2y4Vb7TtQwErT',
    })
    times.push(performance.now() - began)
  }
  const [first = 0, ...rest] = times
  const sorted = rest.toSorted((one, other) => one - other)
  const at = (part: number) => (sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(0)
  console.log(`| ${script} | ${first.toFixed(0)} | ${at(0.5)} | ${at(1)} |`)
}
