import { foldedName } from '../../web/files/zip-reader.ts'
import { freshSlug, slugFrom } from '../../web/text/slug.ts'
import { PICTURE_FILE } from './picture-links.ts'

/** Files in `pictures/` that are drawn anew, or refused as pictures with a reason. */
const SENT = /^pictures\/([^/]+\.(?:webp|png|jpe?g|jfif|gif|avif|heic|heif|svg|bmp|tiff?))$/i
/** The file of a picture in a Markdown link or in the definition of one. */
const LINKED =
  /(\]\(<?|^ {0,3}\[[^\]\n]+\]:[ ]?<?)([^()<>\n"]*(?:\([^()\n"]*\)[^()<>\n"]*)*\.(?:webp|png|jpe?g|jfif|gif|avif|heic|heif|svg|bmp|tiff?))(?=[>\s)]|$)/gim
const COVER = /^(cover:\s*["']?)(?:\.?\/?pictures\/)?([^"'\n]+?)(["']?\s*)$/m

export function isPicture(path: string): boolean {
  return SENT.test(path)
}

/** Gives each picture the name that an upload in the browser would give it. @returns new paths by those that were sent */
export function pictureNames(paths: readonly string[]): Map<string, string> {
  const right = paths.filter((path) => PICTURE_FILE.test(path))
  const taken = new Set(right)
  const names = new Map(right.map((path) => [path, path]))
  for (const path of paths) {
    if (names.has(path)) continue
    const file = path.slice('pictures/'.length)
    const wanted = slugFrom(file.replace(/\.[^.]*$/, ''), 50) || 'picture'
    const name = `pictures/${freshSlug(wanted, (slug) => taken.has(`pictures/${slug}.webp`))}.webp`
    taken.add(name)
    names.set(path, name)
  }
  return names
}

/** Makes the function that changes the names of pictures in a text, however the text writes them. */
export function renamePictures(names: ReadonlyMap<string, string>): (file: string, text: string) => string {
  const byName = new Map([...names].map(([path, to]) => [foldedName(path), to]))
  const found = (address: string): string | undefined => {
    const path = decoded(address.trim())
      .replaceAll('\\', '/')
      .replace(/^(?:\.{0,2}\/)+/, '')
    return byName.get(foldedName(path))
  }
  return (file, text) => {
    const renamed = text.replaceAll(LINKED, (whole, before: string, address: string) => {
      const name = found(address)
      return name === undefined ? whole : `${before}${name}`
    })
    if (file !== 'course.yaml') return renamed
    return renamed.replace(COVER, (whole, before: string, name: string, after: string) => {
      const path = found(`pictures/${name}`)
      return path === undefined ? whole : `${before}${path.slice('pictures/'.length)}${after}`
    })
  }
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}
