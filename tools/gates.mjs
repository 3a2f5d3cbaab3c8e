// Types and lint: what must hold before a test is worth running.

import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { root, say } from './install.mjs'

/** @typedef {'passed' | 'failed' | 'skipped'} Outcome */

const TYPESCRIPT = path.join('node_modules', 'typescript', 'bin', 'tsc')
const VITEST = path.join('node_modules', 'vitest', 'vitest.mjs')
// the server, the tests (which also speak to a browser) and the browser's own modules see different worlds
const PROJECTS = ['.', 'tests', path.join('public', 'js')]

/**
 * @param {string} node
 * @returns {Promise<Outcome>}
 */
export async function types(node) {
  const codes = await Promise.all(PROJECTS.map((project) => run(node, [TYPESCRIPT, '--project', project])))
  return tell('types', codes.every((code) => code === 0) ? 'passed' : 'failed')
}

/**
 * Lint, format and the order of imports.
 * @param {...string} options
 * @returns {Promise<Outcome>}
 */
export async function lint(...options) {
  const biome = biomeBinary()
  if (!biome) return tell('lint and format: not available here, as Biome has no package for this machine', 'skipped')
  const code = await run(biome, ['check', '--error-on-warnings', ...options])
  return tell('lint and format', code === 0 ? 'passed' : 'failed')
}

/**
 * @param {string} node
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export function vitest(node, args) {
  return run(node, [VITEST, 'run', ...args])
}

function biomeBinary() {
  try {
    const name = process.platform === 'win32' ? 'biome.exe' : 'biome'
    return createRequire(import.meta.url).resolve(`@biomejs/cli-${process.platform}-${process.arch}/${name}`)
  } catch {
    return null
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>}
 */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
    child.on('error', (error) => {
      say(`${command} could not be started: ${error.message}`)
      resolve(1)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/**
 * @param {string} name
 * @param {Outcome} outcome
 */
function tell(name, outcome) {
  say(`${name}: ${outcome}`)
  return outcome
}
