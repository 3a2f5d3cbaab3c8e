type Attributes = Record<string, string | undefined>

/** Hosts and paths of pictures that only count who reads. */
const COUNTERS = [
  /^https?:\/\/(?:pixel|stats?|b)\.(?:wp|wordpress)\.com\//i,
  /^https?:\/\/(?:feeds?|feedproxy)\.(?:feedburner|google|feedpress|feedblitz)\.[a-z]+\/(?:~|_\/|e?-?\/?\d)/i,
  /^https?:\/\/(?:[\w-]+\.)*(?:doubleclick\.net|google-analytics\.com|quantserve\.com|scorecardresearch\.com|statcounter\.com|feedsportal\.com|histats\.com|sitemeter\.com|vgwort\.de|pheedo\.com|adsafeprotected\.com)\//i,
  /^https?:\/\/blogger\.googleusercontent\.com\/tracker\//i,
  /^https?:\/\/medium\.com\/_\/stat/i,
  /^https?:\/\/(?:[\w-]+\.)?(?:substack|mailchimp|list-manage)\.com\/(?:o|open|track)\//i,
  /\/(?:piwik|matomo)\.php\?/i,
]
const EMOJI_CLASS = /(?:^|\s)(?:wp-smiley|emoji|emojione|twemoji|joypixels|smiley|custom-emoji)(?:\s|$)/i
const EMOJI_SOURCE =
  /\/\/s\.w\.org\/images\/core\/emoji\/|\/\/twemoji\.|\/emoji\.php\/|\/(?:tw|noto-)?emoji\/|wpcom-smileys|emojione/i
const CODE_POINTS = /\/(?:emoji_u)?([0-9a-f]{2,6}(?:[-_][0-9a-f]{2,6}){0,7})\.(?:png|svg|gif|webp)(?:\?|$)/i
const EMOJI = /^\p{RGI_Emoji}{1,5}$/v
const SIGN_LENGTH = 40
const PLACEHOLDER =
  /^(?:data:|about:blank)|(?:blank|spacer|placeholder|transparent|pixel|loading|lazy|1x1|grey|gray)[\w-]*\.(?:gif|png|svg|jpe?g|webp)/i
/** Where scripts that load pictures late keep the address. */
const LATE = [
  'data-lazy-src',
  'data-src',
  'data-original',
  'data-lazy',
  'data-orig-file',
  'data-full-url',
  'data-large-file',
]
const LATE_SETS = ['data-lazy-srcset', 'data-srcset', 'srcset']

/** Buttons to share a post, and lists of other posts, which plugins put behind it. */
const ADDED = /(?:^|\s)(?:sharedaddy|jp-relatedposts|feedflare|addtoany_share_save_container|a2a_kit)(?:\s|$)/

/** True for an element that the original does not show, or that is no part of the post. */
export function isHidden({ hidden, style = '', class: classes = '' }: Attributes): boolean {
  return (
    ADDED.test(classes) ||
    hidden !== undefined ||
    /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style)
  )
}

/** True for a picture that is there to count readers: of one or two pixels, or of a host that does nothing else. */
export function isCounter(tag: string, attributes: Attributes): boolean {
  if (tag !== 'img' && tag !== 'iframe') return false
  const { src = '', width, height, style = '' } = attributes
  if (COUNTERS.some((counter) => counter.test(src.trim()))) return true
  const side = (given: string | undefined, name: string) =>
    given ?? new RegExp(`(?:^|[;\\s])${name}\\s*:\\s*([^;]+)`, 'i').exec(style)?.[1]
  const tiny = (given: string | undefined) => /^\s*[0-2](?:\.\d+)?(?:px)?\s*(?:!important)?$/i.test(given ?? '')
  const [across, down] = [side(width, 'width'), side(height, 'height')]
  return (tiny(across) && (tiny(down) || down === undefined)) || (tiny(down) && across === undefined)
}

/** The character that a picture of an emoji stands for; null for any other picture. */
export function pictureSign(attributes: Attributes): string | null {
  const { class: classes = '', src = '', alt = '', 'data-emoji': emoji } = attributes
  const words = alt.trim() || (emoji ?? '')
  const named = EMOJI_CLASS.test(classes) || EMOJI_SOURCE.test(src) || emoji !== undefined
  if (!named && !(EMOJI.test(words) && isOfTextSize(attributes))) return null
  if (words !== '') return words.length <= SIGN_LENGTH ? words : null
  const points =
    CODE_POINTS.exec(src)?.[1]
      ?.split(/[-_]/)
      .map((point) => Number.parseInt(point, 16)) ?? []
  const real = points.length > 0 && points.every((point) => point <= 0x10_ff_ff && (point < 0xd8_00 || point > 0xdf_ff))
  return real ? points.map((point) => String.fromCodePoint(point)).join('') : null
}

/** True for a picture as high as a line of text. */
function isOfTextSize({ width = '', height = '', style = '' }: Attributes): boolean {
  const pixels = [width, height].map((size) => Number.parseFloat(size)).filter((size) => size > 0)
  return (
    /(?:^|[;\s])(?:width|height)\s*:\s*[\d.]+em/i.test(style) ||
    (pixels.length > 0 && pixels.every((size) => size <= 72))
  )
}

/**
 * The address of a picture, also where a script would load it late and `src` is empty or a placeholder.
 * @param read the absolute address of what an attribute holds, or null
 */
export function pictureAddress(
  attributes: Attributes,
  read: (text: string | undefined) => string | null,
): string | null {
  const late = LATE.map((name) => attributes[name]).find((text) => text && !PLACEHOLDER.test(text) && read(text))
  if (late) return read(late)
  const { src } = attributes
  if (src && !PLACEHOLDER.test(src.trim())) return read(src)
  for (const name of LATE_SETS) {
    const largest = largestOf(attributes[name])
    if (largest && read(largest)) return read(largest)
  }
  return src && !/^\s*data:/i.test(src) ? read(src) : null
}

/** The address with the greatest width or density in a `srcset`. */
function largestOf(srcset: string | undefined): string | undefined {
  const pictures = (srcset ?? '')
    .slice(0, 10_000)
    .split(/,\s+|,(?=https?:|\/)/)
    .map((one) => {
      const [address = '', size = '1x'] = one.trim().split(/\s+/)
      return { address, size: Number.parseFloat(size) || 1 }
    })
  return pictures.toSorted((one, other) => other.size - one.size)[0]?.address
}
