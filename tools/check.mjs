// npm run check: types, lint and format, and the rules of the house. npm run format: repairs what can be repaired.

import { lint, types, vitest } from './gates.mjs'
import { ensure } from './install.mjs'

const node = await ensure('development')
const sound = process.argv.includes('--write')
  ? (await lint('--write')) !== 'failed'
  : ![await types(node), await lint(), await house()].includes('failed')
process.exitCode = sound ? 0 : 1

async function house() {
  return (await vitest(node, ['tests/house'])) === 0 ? 'passed' : 'failed'
}
