const LINE_ENDS = /\r\n?|[\v\f\x85\u2028\u2029]/g
/** Controls other than tab and line feed, byte order marks, and code points that Unicode keeps free of characters. */
const NOT_TEXT = /(?![\t\n])\p{Cc}|\ufeff|\p{Noncharacter_Code_Point}/gu

/**
 * Text as people paste it, with Unix line ends: the vertical tabs, form feeds and other line ends of slides, PDF and
 * word processors become line feeds, other control characters go, half surrogate pairs become U+FFFD.
 */
export function cleanText(typed: string): string {
  return typed.replace(LINE_ENDS, '\n').replace(NOT_TEXT, '').toWellFormed()
}

/** Embeddings, overrides and isolates, which can reorder what stands around the line as well. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/gu
const DIRECTION_MARKS = /[\u061c\u200e\u200f]/gu
const RIGHT_TO_LEFT = /[\p{scx=Hebr}\p{scx=Arab}\p{scx=Syrc}\p{scx=Thaa}\p{scx=Nkoo}\p{scx=Adlm}\p{scx=Rohg}]/u
/** Soft hyphens, word joiners, invisible operators, deprecated format characters, annotations. */
const WITHOUT_SIGN = /[\xad\u180e\u2060-\u2065\u206a-\u206f\ufff9-\ufffb]/gu
/** Zero-width spaces divide words only in scripts that are written without spaces. */
const ZERO_WIDTH_SPACES =
  /(?<![\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}])\u200b+|\u200b+(?![\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}])/gu
/** Joiners that join nothing: emoji, and scripts whose letters join, need theirs. */
const IDLE_JOINERS =
  /(?<=^|[\s\p{P}\p{Nd}\p{Lu}\p{scx=Latn}\p{scx=Grek}\p{scx=Cyrl}\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}])[\u200c\u200d]+/gu
/** Tag characters spell the names of flags, and stand nowhere else. */
const IDLE_TAGS = /(?<![\u{1f3f4}\u{e0020}-\u{e007f}])[\u{e0000}-\u{e007f}]+/gu
/**
 * White space at the ends, and characters that look like it and that no pattern for it matches. The lookbehind keeps the
 * time linear: without it a long run in the middle is tried from each of its characters.
 */
const BLANK_ENDS = /^[\s\u2800\u3164\uffa0]+|(?<![\s\u2800\u3164\uffa0])[\s\u2800\u3164\uffa0]+$/gu
/** Also characters that nobody sees; linear as above. */
const UNSEEN_ENDS =
  /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}]+|(?<![\s\p{Cc}\p{Default_Ignorable_Code_Point}])[\s\p{Cc}\p{Default_Ignorable_Code_Point}]+$/gu

/**
 * As `cleanText`, for one line such as a name or a title: white space is one space, and characters that nobody sees go
 * where they change nothing or could turn the direction of other text. Direction marks stay beside right-to-left letters.
 */
export function cleanLine(typed: string): string {
  const line = cleanText(typed)
    .replace(DIRECTION_CONTROLS, '')
    .replace(WITHOUT_SIGN, '')
    .replace(IDLE_TAGS, '')
    .replace(ZERO_WIDTH_SPACES, '')
    .replace(IDLE_JOINERS, '')
  return (RIGHT_TO_LEFT.test(line) ? line : line.replace(DIRECTION_MARKS, ''))
    .replace(/\s+/gu, ' ')
    .replace(BLANK_ENDS, '')
}

let segmenter: Intl.Segmenter | null = null

/** The characters of a text as people see them. The segmenter is made at its first use: its rules take 9 ms to load. */
export function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return segmenter.segment(text)
}

/** The beginning of a text, cut where no letter or emoji of several code points is torn. @param most UTF-16 code units */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  // looks no further than one sign behind the end
  const torn = graphemesOf(text.slice(0, most + 64)).containing(most)
  return text.slice(0, torn?.index ?? most)
}

/** A password without what a copy may bring along at its ends: white space and characters that nobody sees. */
export function withoutOuterSpace(password: string): string {
  return password.replace(UNSEEN_ENDS, '')
}
