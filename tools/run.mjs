// node tools/run.mjs [--watch] <file> [arguments]: installs what is missing, then runs the file with the project's Node.
// `npm run dev -- --demo` is the demo with a server that restarts on change.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { ensure, root, say, stop } from './install.mjs'

const development = process.argv[2] === '--watch'
const asked = process.argv.slice(development ? 3 : 2)
const demo = development && asked.includes('--demo')
const [file, ...args] = demo
  ? ['server/manage.ts', 'demo', '--watch', ...asked.slice(1).filter((arg) => arg !== '--demo')]
  : asked
// the demo's own process makes its people, once, and starts a watching server by itself
const watch = development && !demo
if (!file) stop('node tools/run.mjs [--watch] <file> [arguments]')

const parent = process.ppid
// what stands in tests/ (the bench, the screenshots) needs their packages
const node = await ensure(development || file.startsWith('tests/') ? 'development' : 'production')
const watched = ['server', 'views', 'public', 'courses', 'migrations'].filter((name) =>
  existsSync(path.join(root, name)),
)
const options = watch ? ['--watch-preserve-output', ...watched.map((name) => `--watch-path=${name}`)] : []

// V8 lets garbage lie while there is room on the machine; with these a server under load holds 170 MB and not 280
const lean = development ? [] : ['--max-semi-space-size=4', '--heap-growing-percent=20']

if (watch && !existsSync(path.resolve(root, process.env['DATA_DIR'] ?? 'data', 'twentythree.sqlite'))) {
  say('This site is empty: the link below makes its first admin. A site with people in it: npm run dev -- --demo')
}
const child = spawn(node, [...lean, ...options, file, ...args], {
  cwd: root,
  stdio: 'inherit',
  env: {
    // for packages that look at it; the project itself does not
    NODE_ENV: development ? 'development' : 'production',
    // the next start finds every module compiled, and takes half the time
    NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'compiled'),
    // glibc keeps an arena of freed memory for each thread; with two a server is 12 MB smaller after its first start
    MALLOC_ARENA_MAX: '2',
    ...process.env,
  },
})
child.on('error', (error) => stop(`${node} does not run (${error.message}). Delete node_modules and start again.`))
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 128 + os.constants.signals[signal] : (code ?? 1)
})

let told = false
/** @param {NodeJS.Signals} signal */
function end(signal) {
  if (!told) child.kill(signal)
  told = true
}
process.on('SIGTERM', end)
// a terminal sends Ctrl-C to the child by itself; a second one would cut its tidy end short
process.on('SIGINT', (signal) => process.stdin.isTTY || end(signal))
// npm ends the shell between it and us, and not every shell passes that on
if (process.env['npm_lifecycle_event']) {
  setInterval(() => process.ppid === parent || end('SIGTERM'), 200).unref()
}
