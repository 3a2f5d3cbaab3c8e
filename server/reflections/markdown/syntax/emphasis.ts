import type MarkdownIt from 'markdown-it'
import type { StateInline } from 'markdown-it'

type Flanking = ReturnType<StateInline['scanDelims']>

/** Scripts written without spaces, or whose particles follow a word directly, and their punctuation. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303f\u30fb\u30fc\uff01-\uffef]/u
/** Signs that begin words: quotation marks of all languages, brackets, emoji. */
const BEGINS = /[\p{Ps}\p{Pi}\p{Pf}"'¿¡`$]|(?=\P{ASCII})\p{S}/u
/** Signs that end words; quotation marks do both. */
const ENDS = /[\p{Pe}\p{Pf}\p{Pi}.,;:!?"'%`$…‥。、，．；：！？％·・]|(?=\P{ASCII})[\p{S}\p{Pd}\p{Po}]/u
/** Signs that only end words, or only begin them. */
const NEVER_BEGINS = /[\p{Pe}.,;:!?。、，．；：！？]/u
const NEVER_ENDS = /[\p{Ps}¿¡]/u
const SIGN = /[\p{P}\p{S}]/u
const SYMBOL = /\p{S}/u
const DIGIT = /\p{Nd}/u

/**
 * Bold, italic and struck out text beside signs. CommonMark takes a sign between stars and a letter for the edge of
 * another word, so that `**「地図」**です` and `**„wichtig“**er` show their stars. Here a sign that begins or ends words
 * does so within emphasis too. Stars between digits are multiplication, and underscores are in faces.
 */
export function relaxEmphasis(markdown: InstanceType<typeof MarkdownIt>): void {
  markdown.inline.State = class extends markdown.inline.State {
    override scanDelims(start: number, canSplitWord: boolean): Flanking {
      const scanned = super.scanDelims(start, canSplitWord)
      const before = lastSign(this.src, start)
      const after = firstSign(this.src, start + scanned.length, this.posMax)
      if (!canSplitWord) return isFace(before, after) ? { ...scanned, can_open: false, can_close: false } : scanned
      const isProduct = this.src[start] === '*' && DIGIT.test(before) && DIGIT.test(after)
      return {
        length: scanned.length,
        can_open: !isProduct && (scanned.can_open || mayOpen(before, after)),
        can_close: !isProduct && (scanned.can_close || mayClose(before, after)),
      }
    }
  }
}

/** Does an underscore between these signs belong to a face or drawing, such as "^_^", ">_<" or the end of a shrug? */
function isFace(before: string, after: string): boolean {
  if (!SIGN.test(before) || !SIGN.test(after)) return false
  return before === after || (SYMBOL.test(before) && SYMBOL.test(after)) || after === '/'
}

function mayOpen(before: string, after: string): boolean {
  return BEGINS.test(after) || (SIGN.test(after) && UNSPACED.test(before) && !NEVER_BEGINS.test(after))
}

function mayClose(before: string, after: string): boolean {
  return ENDS.test(before) || (SIGN.test(before) && UNSPACED.test(after) && !NEVER_ENDS.test(before))
}

/** The code point before a place; empty at the beginning. */
function lastSign(text: string, end: number): string {
  return Array.from(text.slice(Math.max(0, end - 2), end)).at(-1) ?? ''
}

function firstSign(text: string, start: number, end: number): string {
  return Array.from(text.slice(start, Math.min(start + 2, end)))[0] ?? ''
}
