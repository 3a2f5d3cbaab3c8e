/** XML without its document type: what one declares is never looked up and never put in. Null where it has no end. */
export function withoutDocumentType(xml: string): string | null {
  const at = xml.search(/<!DOCTYPE/i)
  const root = xml.search(/<[A-Za-z_]/)
  if (at === -1 || (root !== -1 && root < at)) return xml
  const end = endOfDeclaration(xml, at)
  return end === -1 ? null : xml.slice(0, at) + xml.slice(end)
}

/** Where the declaration that begins at `from` is over, with all that stands in it in quotes, brackets or comments. */
function endOfDeclaration(xml: string, from: number): number {
  let depth = 0
  const behind = (found: number, length: number) => (found === -1 ? xml.length : found + length - 1)
  for (let at = from; at < xml.length; at++) {
    const sign = xml[at]
    if (sign === '"' || sign === "'") at = behind(xml.indexOf(sign, at + 1), 1)
    else if (sign === '<' && xml.startsWith('<!--', at)) at = behind(xml.indexOf('-->', at + 4), 3)
    else if (sign === '<') depth += 1
    else if (sign === '>') depth -= 1
    if (depth === 0 && sign === '>') return at + 1
  }
  return -1
}
