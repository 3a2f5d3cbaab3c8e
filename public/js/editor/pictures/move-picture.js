/**
 * Moves a picture over the paragraph before or after it, as a paragraph of its own.
 * @param {string} value
 * @param {{ from: number, to: number }} picture
 * @param {-1 | 1} by
 * @returns {{ text: string, before: string } | null} null where there is nowhere to go; `before`: what it stands before now
 */
export function movedPicture(value, picture, by) {
  const places = paragraphs(value)
  const inside = places.findIndex(({ from, to }) => from <= picture.from && picture.to <= to)
  const place = places[inside]
  if (!place) return null
  const blocks = places.map(({ from, to }) => value.slice(from, to))
  const around = [value.slice(place.from, picture.from).trimEnd(), value.slice(picture.to, place.to).trimStart()]
  const left = around.filter(Boolean).join(' ')
  const at = left ? inside + (by < 0 ? 0 : 1) : inside + by
  if (at < 0 || (!left && at >= blocks.length)) return null
  const rest = left ? blocks.with(inside, left) : blocks.toSpliced(inside, 1)
  return { text: rest.toSpliced(at, 0, value.slice(picture.from, picture.to)).join('\n\n'), before: rest[at] ?? '' }
}

/** What stands between empty lines; code is one, whatever is in it. @param {string} value */
function paragraphs(value) {
  /** @type {{ from: number, to: number }[]} */
  const found = []
  let fence = ''
  let open = false
  let at = 0
  for (const line of value.split('\n')) {
    const end = at + line.length
    const last = found.at(-1)
    if (fence || (open && line.trim() && last)) {
      if (last) last.to = end
    } else if (line.trim()) found.push({ from: at, to: end })
    open = line.trim() !== ''
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? ''
    if (!fence) fence = mark
    else if (mark.startsWith(fence)) fence = ''
    at = end + 1
  }
  return found
}
