import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { countTests, gateProblems, planRun } from '../../tools/test-run.mjs'

const files = ['tests/badges/rules.test.ts', 'tests/badges/badge-wall.test.ts', 'tests/journeys/badges.test.ts']

test.each([
  [['tests/badges/rules.test.ts'], ['--project=server', 'tests/badges/rules.test.ts']],
  [['./tests/badges/'], ['--project=server', 'tests/badges']],
  [['tests/journeys'], ['--project=journeys', 'tests/journeys']],
  [['badges'], ['--project=server', '--project=journeys', 'badges']],
  [['tests/badges/rules.test.ts:12'], ['--project=server', 'tests/badges/rules.test.ts:12']],
  [
    ['tests/badges', '-t', 'a name'],
    ['--project=server', '-t', 'a name', 'tests/badges'],
  ],
  [
    ['--project', 'journeys', 'badges'],
    ['--project', 'journeys', 'badges'],
  ],
  [
    ['-t', 'a name'],
    ['-t', 'a name'],
  ],
  [[], []],
])('npm test -- %j starts only the projects that have these files', (asked, args) => {
  expect(planRun(asked, files)).toEqual({ args, missing: [], nothing: false })
})

test('a path without a test file is named, beside one that has some and alone', () => {
  const beside = planRun(['tests/badges/badge-wall.test.ts', 'tests/badgers'], files)
  expect(beside).toEqual({
    args: ['--project=server', 'tests/badges/badge-wall.test.ts'],
    missing: ['tests/badgers'],
    nothing: false,
  })
  expect(planRun(['tests/badgers'], files)).toEqual({ args: [], missing: ['tests/badgers'], nothing: true })
})

test('tests are counted, and a file that could not be loaded as a failed one', () => {
  const report = [
    { status: 'passed', assertionResults: ['passed', 'passed', 'pending', 'todo'].map((status) => ({ status })) },
    { status: 'failed', assertionResults: ['passed', 'failed'].map((status) => ({ status })) },
    { status: 'failed', assertionResults: [] },
  ]
  expect(countTests(report)).toEqual({ passed: 3, failed: 2, skipped: 2 })
})

test('a gate that failed is a reason of its own, and one that is not available here is none', () => {
  expect(gateProblems({ Types: 'failed', 'Lint and format': 'skipped' })).toEqual([
    'Types failed, so npm test fails: see above, or npm run check.',
  ])
})

function npmTest(...args: string[]) {
  const root = path.join(import.meta.dirname, '../..')
  // a run inside a run must not take itself for a worker of the outer one
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))
  const run = spawnSync(process.execPath, ['tools/test.mjs', ...args], { cwd: root, env, encoding: 'utf8' })
  return { code: run.status, last: run.stdout.trimEnd().split('\n').at(-1), output: run.stdout + run.stderr }
}

test('a test file is run without types and lint, and the last line counts its tests', () => {
  const { code, last, output } = npmTest('tests/web/render/qr.test.ts')
  expect([code, last]).toEqual([0, expect.stringMatching(/^[1-9]\d* passed, 0 failed, 0 skipped$/)])
  expect(output).not.toMatch(/types:|lint and format:/)
})

test('a mistyped path fails with its name and counts no test', () => {
  const { code, last, output } = npmTest('tests/badgers/rules.test.ts')
  expect([code, last]).toEqual([1, '0 passed, 0 failed, 0 skipped'])
  expect(output).toContain('No test file is at tests/badgers/rules.test.ts.')
})
