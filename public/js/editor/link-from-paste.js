const ADDRESS = /^https?:\/\/[^\s<>"]+$/i

/**
 * What an address that is pasted over words becomes; null where pasting goes its usual way.
 * @param {string} words the words that are selected
 * @param {string} pasted
 */
export function linkFromPaste(words, pasted) {
  const address = pasted.trim()
  const label = words.trim()
  if (!label || /[\r\n]/.test(label) || !ADDRESS.test(address) || ADDRESS.test(label) || /!?\[.*\]\(/.test(label))
    return null
  const safe = address.replace(/[()\\]/g, encodeURIComponentStrictly)
  const [before = '', after = ''] = words.split(label)
  return `${before}[${label.replace(/\\?([[\]])/g, '\\$1')}](${safe})${after}`
}

/** encodeURIComponent leaves parentheses as they are. @param {string} letter */
function encodeURIComponentStrictly(letter) {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
}
