// npm test: types, lint and every test; `npm test -- tests/people` runs a part. The last line counts them.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { lint, types, vitest } from './gates.mjs'
import { ensure, say } from './install.mjs'

/** @typedef {{ status: string, name: string, assertionResults: { status: string }[] }} TestFile vitest's report, as far as we read it */

const node = await ensure('development')
const outcomes = [await types(node), await lint(), ...(await tests(process.argv.slice(2)))]
const count = (/** @type {string} */ outcome) => outcomes.filter((each) => each === outcome).length
process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`)
process.exitCode = count('failed') > 0 ? 1 : 0

/** @param {string[]} args */
async function tests(args) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-tests-'))
  const report = path.join(folder, 'report.json')
  try {
    const code = await vitest(node, [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
    return [...outcomesOf(report, code), ...mistyped(args, filesIn(report))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * One outcome a test, and a failed one for whatever went wrong outside of tests.
 * @param {string} report
 * @param {number} code
 */
function outcomesOf(report, code) {
  const files = filesIn(report)
  const found = files.flatMap((file) => {
    const each = file.assertionResults.map(({ status }) =>
      status === 'passed' || status === 'failed' ? status : 'skipped',
    )
    return file.status === 'failed' && !each.includes('failed') ? [...each, 'failed'] : each
  })
  if (found.length === 0) say('No test ran.')
  const amiss = found.length === 0 || (code !== 0 && !found.includes('failed'))
  return amiss ? [...found, 'failed'] : found
}

/**
 * One failed outcome for each path that no test file has, beside others that there are.
 * @param {string[]} args
 * @param {TestFile[]} files
 * @returns {string[]}
 */
function mistyped(args, files) {
  if (files.length === 0) return []
  const names = files.map(({ name }) => name.replaceAll(path.sep, '/'))
  const paths = args.filter((arg) => arg.startsWith('tests/')).map((arg) => arg.replace(/:\d+$/, ''))
  const wrong = paths.filter((each) => !names.some((name) => name.includes(each)))
  for (const each of wrong) say(`No test file is at ${each}.`)
  return wrong.map(() => 'failed')
}

/**
 * @param {string} report
 * @returns {TestFile[]}
 */
function filesIn(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8')).testResults
  } catch {
    return []
  }
}
