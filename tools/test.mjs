// npm test: types, lint and every test. `npm test -- tests/people` runs those tests and nothing else. The last line counts tests.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { lint, types, vitest } from './gates.mjs'
import { ensure, root, say } from './install.mjs'
import { countTests, gateProblems, planRun } from './test-run.mjs'

const node = await ensure('development')
const asked = process.argv.slice(2)
const problems = asked.length === 0 ? gateProblems({ Types: await types(node), 'Lint and format': await lint() }) : []
const plan = planRun(asked, testFiles())
for (const missing of plan.missing) problems.push(`No test file is at ${missing}.`)
const { code, files } = plan.nothing ? { code: 0, files: [] } : await runTests(plan.args)
const { passed, failed, skipped } = countTests(files)
if (!plan.nothing && passed + failed + skipped === 0) problems.push('No test ran.')
for (const problem of problems) say(problem)
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
process.exitCode = code !== 0 || failed > 0 || problems.length > 0 ? 1 : 0

function testFiles() {
  return readdirSync(path.join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `tests/${name.replaceAll(path.sep, '/')}`)
}

/**
 * @param {string[]} args
 * @returns {Promise<{ code: number, files: import('./test-run.mjs').TestFile[] }>} Vitest's exit code and report
 */
async function runTests(args) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-tests-'))
  const report = path.join(folder, 'report.json')
  try {
    const code = await vitest(node, [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
    return { code, files: JSON.parse(readFileSync(report, 'utf8')).testResults }
  } catch {
    // Vitest wrote no report: it could not start
    return { code: 1, files: [] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
