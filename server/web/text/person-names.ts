/** Titles and forms of address before a name, as they are written in lower case and without their last full stop. */
const TITLES = wordSet(`
  dr dra drs drd mr mrs ms miss mx prof profa professor professora doctor doctora doutor doutora rev revd reverend sir
  madam madame monsieur mme mlle mrne maître mgr mgra dipl-ing dipl-bibl dipl-inf dipl-kfm dipl-phys priv-doz univ-prof
  ao-prof ass-prof doz dozent dozentin herr frau hr frl fräulein hra rva nti fru frk fröken frøken docent h-c habil
  sr sra srta srs señor señora señorita licda mtro mtra arq dn dª dña d-ña senhor senhora enga dott dott-ssa dottssa
  dottore dottoressa sig sig-ra sigra sig-na signa signor signora signore signorina avv geom dhr mevr mevrouw meneer mej
  inż judr mudr phdr rndr mvdr paedr rsdr thdr pharmdr paní domnul doamna dl-na engr capt cpt sgt cllr sheikh sheikha
  shaikh hajj hajji haji hajah ustaz ustad encik puan bapak shri smt ifj özv uzm doç öğr gör sayın yrd
  г-н г-жа господин госпожа д-р проф доц акад п-н п-ні пан пані κος κα κ κυρία κύριος δρ καθ
  د أ م أ-د أد دكتور دكتورة الدكتور الدكتورة أستاذ أستاذة الأستاذ الأستاذة السيد السيدة سيد سيدة آنسة الآنسة مهندس المهندس
  ד"ר ד״ר דר פרופ' פרופ׳ פרופ פרופסור מר גב' גב׳ גב גברת מרת श्री श्रीमती सुश्री डॉ`)
/** Titles only with a full stop behind them; without it they are names as well. */
const ABBREVIATIONS = wordSet(`
  bc bu col dl dna eng gen hab hj hon ibu id ing inga ir iur jur lek lic lt mag maj med nat oec op pak pani pd phil pol
  rer sri theol vet`)
/** First names to some and titles to others, particles of family names, words for several people. */
const UNCLEAR = wordSet(`
  don doña dona dame lord lady earl chief judge sister brother father fr br pastor imam rabbi pan bay bayan me pr
  san van von vom zu zum zur der den de del della delle dello dei degli di da dal do dos das du des la le lo los las el
  al ul ibn bin bint bar abu abd abdul abdel umm st sankt saint ter ten tot te 't 's af av mac mc ap ab the team`)
const BETWEEN_TWO = wordSet('& + and und y e et och og en ja i и και و')
/** What follows a name behind a comma without being a part of it. */
const SUFFIX =
  /^(?:jr|jnr|junior|sr|snr|senior|i{1,3}|iv|v|vi|esq|ph\.?\s?d|m\.?d|mba|m\.?a|m\.?sc|b\.?a|b\.?sc|mlis|mls|ll\.?[bm]|csc|d\.?phil|ed\.?d|ret|osb|sj|drsc|dmd|rn|cpa|jd)\.?$/iu
const COMMA = /\s*[,，、،]\s*/u
/** Family names come first in these scripts, mostly; names in them are not divided. */
const EAST_ASIAN = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u
/** A title that the name follows without a space, as in "Dr.Ada" and "Prof.Dr.Ada". */
const GLUED = /^(\p{L}[\p{L}-]*\.)(?=\p{L})/u

/** "Okoye, Ada" -> "Ada Okoye"; what follows a comma as a degree or "Jr." does stays behind the name. */
export function withFirstNameFirst(name: string): string {
  const [last = '', ...others] = name.trim().split(COMMA).filter(Boolean)
  const suffixes = others.filter((part) => SUFFIX.test(part))
  const [first, ...more] = others.filter((part) => !SUFFIX.test(part))
  if (first === undefined) return [last, ...suffixes].join(', ') || name.trim()
  if (more.length > 0 || !/\p{L}/u.test(first)) return name.trim()
  const words = last.split(/\s+/u)
  const named = words.findIndex((word) => !isTitle(word))
  const titles = words.slice(0, Math.max(0, named)).join(' ')
  return [`${titles} ${joinNames(first, last.slice(titles.length).trim())}`.trim(), ...suffixes].join(', ')
}

/** One name of its two columns, in the order of its script. */
export function joinNames(first: string, last: string): string {
  if (!first || !last) return first || last
  return EAST_ASIAN.test(first) && EAST_ASIAN.test(last) ? last + first : `${first} ${last}`
}

/**
 * How to address somebody: by the first name, where the full name shows which it is. The whole name where it does not,
 * as with one word, initials, a family name behind a title, and scripts in which the family name may come first.
 */
export function greetingName(full_name: string): string {
  const name = withFirstNameFirst(full_name)
    .replace(/\s+/gu, ' ')
    .replace(/^[\s,;]+|[\s,;]+$/gu, '')
  if (EAST_ASIAN.test(name)) return name
  // without degrees
  const words = wordsOf(name.split(COMMA)[0] ?? name)
  const titles = words.findIndex((word) => !isTitle(word))
  const named = titles < 0 ? [] : words.slice(titles)
  const [first = '', second] = named
  if (second === undefined || [first, second].some((word) => BETWEEN_TWO.has(word.toLowerCase())))
    return name || full_name.trim()
  const upper = named.findIndex((word) => !isUpperCase(word))
  // "OKOYE Ada", as it is written in French
  const word = upper > 0 ? (named[upper] ?? '') : first
  return isFirstName(word) ? word : name
}

function wordsOf(name: string): string[] {
  return name.split(' ').flatMap((word) => {
    if (isTitle(word)) return [word]
    const parts: string[] = []
    let rest = word
    for (let glued = GLUED.exec(rest); glued?.[1] && isTitle(glued[1]); glued = GLUED.exec(rest)) {
      parts.push(glued[1])
      rest = rest.slice(glued[1].length)
    }
    return [...parts, rest]
  })
}

function isTitle(word: string): boolean {
  const key = titleKey(word)
  return TITLES.has(key) || (word.endsWith('.') && ABBREVIATIONS.has(key))
}

/** "Dipl.-Ing." -> "dipl-ing", "Sig.ra" -> "sig-ra" */
function titleKey(word: string): string {
  return word.normalize('NFC').toLowerCase().replace(/[.:]+/gu, '-').replace(/-{2,}/gu, '-').replace(/-$/u, '')
}

function isFirstName(word: string): boolean {
  const key = titleKey(word)
  if (UNCLEAR.has(key) || ABBREVIATIONS.has(key)) return false
  return [...word].length > 1 && /^\p{L}[\p{L}\p{M}\p{Join_Control}'’ʼ-]*$/u.test(word)
}

function isUpperCase(word: string): boolean {
  return /^[\p{Lu}\p{M}'’-]{3,}$/u.test(word)
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.normalize('NFC').trim().split(/\s+/u))
}
