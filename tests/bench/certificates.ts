// node tools/run.mjs tests/bench/certificates.ts: how long one certificate takes as PDF, by what its holder is called.
import { run } from '../../server/certificates/layout.ts'

const names = {
  Latin: 'Łucja Wiśniewska-Ørsted',
  Hebrew: 'שלום כהן',
  Arabic: 'محمد عبد الله الحسيني',
  'of 300 letters': 'Wolfeschlegel '.repeat(21).trim(),
}
console.log('| name | first ms | median ms | slowest ms |\n|---|---|---|---|')
for (const [script, name] of Object.entries(names)) {
  const times: number[] = []
  for (let turn = 0; turn < 40; turn += 1) {
    const began = performance.now()
    await run({
      ...{ name, title: 'Certificate', signer: 'Ingrid Solberg, head of learning', hue: 'teal', landscape: 1 },
      language: 'en',
      paper: 'a4',
      words: 'has completed 12 of the 23 things of 23 Mobile Things with Spring cohort, about 6 hours of learning.',
      day: '15 April 2026',
      site_name: 'Harbour Libraries',
      logo: null,
      check_url: 'https://things.library.example/certificates/c1nQ0Z8mS2y4Vb7TtQwErT',
      labels: { check: 'Anybody can check this certificate.', code: 'A code', link: 'Check this certificate' },
    })
    times.push(performance.now() - began)
  }
  const [first = 0, ...rest] = times
  const sorted = rest.toSorted((one, other) => one - other)
  const at = (part: number) => (sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(0)
  console.log(`| ${script} | ${first.toFixed(0)} | ${at(0.5)} | ${at(1)} |`)
}
