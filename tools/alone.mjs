import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'

const PULSE = 2_000
const SILENCE = 60_000

/**
 * Runs `work` while no other process does: the file is the lock. A process that died keeps nobody out; it is known by
 * its number or, where that number has been given to another, by a file that is no longer touched. `work` may name
 * the process that does the work, which can outlive this one.
 * @param {string} file
 * @param {(name: (pid: number) => void) => Promise<void>} work
 */
export async function alone(file, work) {
  await take(file)
  const release = () => rmSync(file, { force: true })
  const pulse = setInterval(() => touch(file), PULSE)
  process.on('exit', release)
  try {
    await work((pid) => writeFileSync(file, String(pid)))
  } finally {
    clearInterval(pulse)
    process.off('exit', release)
    release()
  }
}

/** @param {string} file */
async function take(file) {
  let told = false
  while (!created(file)) {
    if (abandoned(file)) {
      rmSync(file, { force: true })
      // two who find it abandoned may both create it anew; the later one has it
      if (!created(file)) continue
      await pause(500)
      if (read(file) === String(process.pid)) return
    } else {
      if (!told) process.stderr.write('Another process is installing here; waiting for it.\n')
      told = true
      await pause(200)
    }
  }
}

/** @param {string} file */
function created(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** @param {string} file */
function abandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > SILENCE) return true
    const owner = Number(read(file))
    if (owner > 0) process.kill(owner, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** @param {string} file */
function touch(file) {
  try {
    utimesSync(file, new Date(), new Date())
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  }
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code
}
