/** "Thing" in the languages that courses of this kind were run in. */
const THING = '(?:thing|ding|ting|sak|cosa|coisa|chose)s?'
/** The name of the course itself, which has a number that is no thing's. */
const COURSE = /\b(?:23|twenty[- ]?three)[- _]?(?:mobile[- _]?)?(?:things|ting|dinge|saker|cosas|coisas|choses)\b/giu
const GLUED = /#?\b(?:23[-_]?)?(?:mobile[-_]?)?things?[-_ ]?0?(\d{1,2})(?!\d|[.,:]\d)\b/giu
const COUNTED = new RegExp(
  `\\b${THING}[\\s:#№._–—-]*(?:(?:no|nr|number)\\b\\.?\\s*)?[#№]?\\s*0?(\\d{1,2})(?![\\d]|[.,:]\\d)(?!\\w)`,
  'giu',
)
const MORE = /^\s*(?:[,&+–—-]|and|und|og|och|et|y|e|to)\s*#?0?(\d{1,2})(?!\w|[.,:]\d)/iu
const LEADING = /^\W*#?0?(\d{1,2})\s*[.:)–—-]\s*(?=\p{L})/u

const WORDS = [
  ...['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen'],
  ...['fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty'],
]
const TENS = ['twenty', 'thirty']
const NUMBER_WORDS = new Map([
  ...WORDS.map((word, at): [string, number] => [word, at + 1]),
  ...TENS.flatMap((ten, at) =>
    WORDS.slice(0, 9).map((word, one): [string, number] => [`${ten} ${word}`, (at + 2) * 10 + one + 1]),
  ),
  ['thirty', 30],
])
const ONE_WORD = [...NUMBER_WORDS.keys()].sort((a, b) => b.length - a.length).map((word) => word.replace(' ', '[- ]?'))
const IN_WORDS = new RegExp(`\\bthing\\s+(?:number\\s+)?(${ONE_WORD.join('|')})\\b`, 'giu')

/** The numbers of things that a text names. */
interface NamedNumbers {
  /** Unambiguous: "Thing 7", "#thing7", "23mobilethings7", "Thing seven:". */
  sure: number[]
  /** Possibly a number: "7. Maps", "one thing one should know". */
  perhaps: number[]
}

/** Which things a title or a tag names by number. */
export function numbersIn(text: string): NamedNumbers {
  const plain = text.normalize('NFKC').slice(0, 2000)
  const sure = new Set<number>()
  const perhaps = new Set<number>()
  for (const { 1: digits } of plain.matchAll(GLUED)) sure.add(Number(digits))
  const rest = plain.replace(COURSE, ' ')
  for (const found of rest.matchAll(COUNTED)) {
    sure.add(Number(found[1]))
    for (const more of seriesAfter(rest, found.index + found[0].length)) sure.add(more)
  }
  const after_course =
    /\b(?:23|twenty[- ]?three)[- _]?(?:mobile[- _]?)?things\b\s*[:,–—-]?\s*#?0?(\d{1,2})(?!\w|[.,:]\d)/iu
  const numbered = after_course.exec(plain)?.[1]
  if (numbered !== undefined) sure.add(Number(numbered))
  for (const { 0: all, 1: word = '', index } of rest.matchAll(IN_WORDS)) {
    const number = NUMBER_WORDS.get(word.toLowerCase().replace(/[- ]+|(?<=twenty|thirty)(?=\w)/, ' '))
    const ends = /^\s*(?:$|[:.,;!?()|–—-])/u.test(rest.slice(index + all.length))
    if (number !== undefined) (ends ? sure : perhaps).add(number)
  }
  const leading = LEADING.exec(rest)?.[1]
  if (leading !== undefined) perhaps.add(Number(leading))
  return { sure: [...sure].filter((number) => number > 0), perhaps: [...perhaps].filter((number) => number > 0) }
}

/** "Things 7, 8 and 9": the numbers that go on after the first. */
function seriesAfter(text: string, from: number): number[] {
  const numbers: number[] = []
  for (let rest = text.slice(from); numbers.length < 30; ) {
    const more = MORE.exec(rest)
    if (!more) break
    numbers.push(Number(more[1]))
    rest = rest.slice(more[0].length)
  }
  return numbers
}
