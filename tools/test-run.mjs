// What a run of tests was asked for, and how it ended: pure, for tools/test.mjs.

import path from 'node:path'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ status: string, assertionResults: { status: string }[] }} TestFile a file in Vitest's JSON report, as far as it is read here */
/** @typedef {{ args: string[], missing: string[], nothing: boolean }} Plan arguments for Vitest, paths without a test file, whether there is no file to run */

// options of Vitest whose value may be an argument of its own
const TAKES_VALUE = new Set(['-t', '--testNamePattern', '--project', '--reporter', '--maxWorkers', '--retry', '--bail'])
const JOURNEYS = 'tests/journeys/'

/**
 * Reads the arguments of `npm test`: only the projects that the paths belong to are started, so that a test of the
 * server waits for no browser.
 * @param {string[]} args
 * @param {string[]} files every test file, from the root with forward slashes
 * @returns {Plan}
 */
export function planRun(args, files) {
  const paths = args.filter((arg, at) => !arg.startsWith('-') && !TAKES_VALUE.has(args[at - 1] ?? ''))
  const options = args.filter((arg) => !paths.includes(arg))
  if (paths.length === 0) return { args, missing: [], nothing: false }
  const matches = paths.map((written) => ({ written, files: filesAt(written, files) }))
  const missing = matches.filter((match) => match.files.length === 0).map(({ written }) => written)
  const found = matches.filter((match) => match.files.length > 0)
  const wanted = found.flatMap((match) => match.files)
  const projects = new Set(wanted.map((file) => (file.startsWith(JOURNEYS) ? 'journeys' : 'server')))
  const chosen = options.some((option) => option.startsWith('--project'))
    ? []
    : [...projects].map((project) => `--project=${project}`)
  return {
    args: [...chosen, ...options, ...found.map(({ written }) => filterOf(written))],
    missing,
    nothing: found.length === 0,
  }
}

/**
 * @param {string} written
 * @param {string[]} files
 */
function filesAt(written, files) {
  const filter = filterOf(written).replace(/:\d+$/, '')
  return files.filter((file) => file.includes(filter))
}

/**
 * The path as Vitest compares it.
 * @param {string} written
 */
function filterOf(written) {
  return path.relative('', written).replaceAll(path.sep, '/')
}

/**
 * Counts tests; a file that could not be loaded counts as one failed test.
 * @param {TestFile[]} files
 * @returns {Counts}
 */
export function countTests(files) {
  const statuses = files.flatMap((file) => {
    const each = file.assertionResults.map(({ status }) => status)
    return file.status === 'failed' && !each.includes('failed') ? [...each, 'failed'] : each
  })
  const passed = statuses.filter((status) => status === 'passed').length
  const failed = statuses.filter((status) => status === 'failed').length
  return { passed, failed, skipped: statuses.length - passed - failed }
}

/**
 * @param {Record<string, import('./gates.mjs').Outcome>} gates what came of each, by its name in a sentence
 * @returns {string[]} why the run fails although its tests pass
 */
export function gateProblems(gates) {
  return Object.entries(gates).flatMap(([name, outcome]) =>
    outcome === 'failed' ? [`${name} failed, so npm test fails: see above, or npm run check.`] : [],
  )
}
