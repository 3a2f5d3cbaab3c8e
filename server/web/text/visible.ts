/** Marks alone have no letter to stand on; U+2800 is a Braille cell without dots, U+FFFC the place of a lost object. */
const VISIBLE =
  /[^\s\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\ufffc\u{1d159}]/u

/** Whether anything of the text can be seen: spaces, fillers, marks and format characters cannot. */
export function hasVisibleCharacter(text: string): boolean {
  return VISIBLE.test(text)
}

/** A picture without words; one that may not be shown is named by its address, unless that has a scheme. */
const IMAGE = /!\[[^[\]]*\]\(\s*(?:https?:\/\/|(?![a-z][a-z0-9+.-]*:))[^()\s]/iu
const LINK = /!?\[([^[\]]*)\]\([^()\n]*\)/gu
/** One word is no address ("[Ann]: yes"), and a footnote is shown. */
const LINK_DEFINITION =
  /^ {0,3}\[(?!\^)[^[\]]+\]:[^\S\n]*\n?[^\S\n]*(?:<[^<>\n]*>|(?=\S*[:/])\S+)(?:[^\S\n]+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[^\S\n]*$/gmu
const HTML_TAG = /<\/?[a-z][a-z0-9-]*(?:\s[^<>]*|\/)?>/giu
const FENCE = /^(?:[^\S\n]|>)*(?:```[^`\n]*|~~~[^\n]*)$/gmu
/** Marks of quotations, lists and headings at the beginning of a line. */
const BLOCK_MARKS = /^(?:[\s>]|(?:[-+*]|\d{1,9}[.)]|#{1,6})(?=\s|$))+/gmu
/** Lines of dashes and the like, and the line below the heading of a table. */
const RULE = /^[^\S\n]*(?:([-=*_])(?:[^\S\n]*\1)*|[|:\- \t]*\|[|:\- \t]*)[^\S\n]*$/gmu
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,31}));/giu
/** The named ones of HTML that stand for a space or a character without a sign. */
const INVISIBLE_ENTITIES = new Set(
  `nbsp NonBreakingSpace ensp emsp emsp13 emsp14 numsp puncsp thinsp ThinSpace hairsp VeryThinSpace MediumSpace
   ThickSpace NegativeMediumSpace NegativeThickSpace NegativeThinSpace NegativeVeryThinSpace ZeroWidthSpace NoBreak zwj
   zwnj lrm rlm shy Tab NewLine InvisibleComma InvisibleTimes ApplyFunction af ic it`.split(/\s+/u),
)

/** Whether Markdown shows anything but its own marks; a picture is something, with or without words. */
export function hasVisibleMarkdown(markdown: string): boolean {
  const text = withoutComments(markdown)
  if (IMAGE.test(text)) return true
  const shown = text
    .replace(FENCE, '')
    .replace(LINK_DEFINITION, '')
    .replace(LINK, '$1')
    .replace(HTML_TAG, '')
    .replace(ENTITY, (entity, decimal, hex, name) => {
      if (name) return INVISIBLE_ENTITIES.has(name) ? '' : entity
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity
    })
    .replace(BLOCK_MARKS, '')
    .replace(RULE, '')
  // what is left of emphasis and code without words
  return hasVisibleCharacter(shown.replace(/[*_~`]/gu, ''))
}

/** An unfinished comment hides the rest, as in HTML. */
function withoutComments(text: string): string {
  const [before = '', ...comments] = text.split('<!--')
  const parts = [before]
  let hidden = false
  for (const comment of comments) {
    const end = comment.indexOf('-->')
    hidden = end < 0
    if (!hidden) parts.push(comment.slice(end + 3))
  }
  return parts.join('')
}
