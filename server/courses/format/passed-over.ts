import { isSystemFile } from '../../web/files/system-files.ts'
import { isPicture } from './picture-names.ts'

/** What Git hosts expect beside the content of a repository, with any end: README.md, LICENSE-MIT, README_de.txt. */
const OF_REPOSITORY =
  /^(?:readme|licen[cs]es?|copying|notice|authors|contributors|changelog|changes|history|contributing|code[-_ ]?of[-_ ]?conduct|security|support|citation|codeowners)(?:[-_. ].*)?$/i
const OF_EDITOR = /~$|^~\$|^#.*#$|\.(?:sw[a-p]|bak|orig|tmp|temp)$/i
const FOLDERS = /^(?:node_modules|\..*)$/i

/** Whether a path is of Git, a Git host, an editor or an operating system. A picture of the course may have any name. */
export function isPassedOver(path: string): boolean {
  const parts = path.split('/')
  const name = parts.at(-1) ?? ''
  if (isSystemFile(path) || parts.some((part) => FOLDERS.test(part)) || OF_EDITOR.test(name)) return true
  return OF_REPOSITORY.test(name) && !(/^pictures$/i.test(parts.at(-2) ?? '') && isPicture(`pictures/${name}`))
}
