import { escapeHtml } from '../../web/render/escape.ts'
import { ofThingHtml } from './thing-links.ts'

/** A picture's name in a course folder: `pictures/<name>.webp`. */
export const PICTURE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*\.webp$/
export const PICTURE_FILE = /^pictures\/([a-z0-9]+(?:-[a-z0-9]+)*\.webp)$/

interface SizedPicture {
  name: string
  width: number
  height: number
}

const PLACE = /<img src="pictures\/([a-z0-9-]+\.webp)" alt="([^"]*)" \/>/g

/**
 * Stored texts have only the names of pictures, so that a course can be copied and exported; this adds their addresses.
 * A missing picture is replaced by its alternative text.
 */
export function withPictures(slug: string, pictures: readonly SizedPicture[]) {
  const byName = new Map(pictures.map((picture) => [picture.name, picture]))

  function placed(_: string, name: string, alt: string): string {
    const found = byName.get(name)
    if (!found) return alt
    const { width, height } = found
    const src = escapeHtml(pictureAddress(slug, name))
    return `<img src="${src}" width="${width}" height="${height}" alt="${alt}" loading="lazy" decoding="async" />`
  }

  const html = (text: string) => text.replaceAll(PLACE, placed)
  return {
    html,

    thing: ofThingHtml(html),

    translation: <Translated extends { html: object }>(translated: Translated): Translated => ({
      ...translated,
      html: Object.fromEntries(
        Object.entries(translated.html).map(([part, text]) => [part, typeof text === 'string' ? html(text) : text]),
      ),
    }),
  }
}

export function pictureAddress(slug: string, name: string): string {
  return `/courses/${slug}/pictures/${name}`
}

/** The names of the pictures that a text of a course shows. */
export function picturesIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\]\(\s*<?pictures\/([a-z0-9-]+\.webp)/g), ([, name]) => name ?? ''))]
}
