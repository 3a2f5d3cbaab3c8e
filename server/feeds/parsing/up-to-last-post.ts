const TOKENS = /<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)|<\/(?:\w+:)?(item|entry)\s*>/gi

/** The bytes up to the last closing sign, so that no character is cut in two. */
export function upToLastSign(body: Buffer): Buffer {
  const wide = body[0] === 0 || body[1] === 0 || body[0] === 0xfe || body[0] === 0xff
  const end = Math.max(body.lastIndexOf('>'), body.lastIndexOf('}')) + 1
  return wide ? body.subarray(0, end + (end % 2)) : body.subarray(0, end)
}

/** A feed that breaks off, ended after its last whole post; null where there is none. */
export function upToLastPost(text: string): string | null {
  if (/^\s*\{/.test(text)) return jsonUpToLastPost(text)
  let end = -1
  let tag = ''
  for (const { 0: token, 1: name, index } of text.matchAll(TOKENS)) {
    if (name === undefined) continue
    end = index + token.length
    tag = token
  }
  if (end === -1) return null
  const whole = text.slice(0, end)
  const prefix = /^<\/(\w+:)/.exec(tag)?.[1] ?? ''
  if (/entry/i.test(tag)) return `${whole}</${prefix}feed>`
  const rdf = /<((?:\w+:)?RDF)[\s>]/.exec(whole)?.[1]
  return rdf === undefined ? `${whole}</${prefix}channel></${prefix}rss>` : `${whole}</${rdf}>`
}

/** JSON Feed up to the last whole object in its list of items. */
function jsonUpToLastPost(text: string): string | null {
  const items = /"items"\s*:\s*\[/.exec(text)
  if (!items) return null
  const start = items.index + items[0].length
  let depth = 0
  let end = -1
  for (let at = start; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') {
      for (at += 1; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at += 1
    } else if (sign === '{' || sign === '[') depth += 1
    else if (sign === '}' || sign === ']') {
      depth -= 1
      if (depth === 0) end = at + 1
      if (depth < 0) break
    }
  }
  return end === -1 ? null : `${text.slice(0, end)}]}`
}
