import { email } from '../web/http/forms.ts'
import { cleanLine, shortened } from '../web/text/clean-text.ts'

/** A person to invite; the name is empty when none was given. */
export interface Addressee {
  name: string
  email: string
}

/** What was typed for an address and is none, with the key of the words that say so. */
export interface BrokenAddress {
  typed: string
  problem: string
}

export interface ParsedAddresses {
  good: Addressee[]
  broken: BrokenAddress[]
  /** Addresses that were there more than once. */
  twice: string[]
}

const LONGEST_NAME = 120

/** Text between separators: commas or semicolons outside of quotes and angle brackets. */
const BETWEEN = /(?:"[^"]*"|<[^<>]*>|[^,;，；、"<]|["<])+/gu
const SEPARATORS = /[,;，；、]+/u
/** `Okonkwo, Amara, PhD <address>` */
const MOST_COMMAS_IN_NAME = 2
/** What stands before an address and is no name: the mark of a list, or a label such as `Email:`. */
const NO_NAME = /^(?:[^\p{L}\p{N}]+|\d+[.)]|.*:)$/u

/**
 * Reads what people paste: addresses apart by spaces, commas, semicolons or lines, and `Name <address>` as mail programs
 * write it, or a name and an address beside each other. Nothing is left out: what is no address and no name is broken.
 */
export function parseAddresses(text: string): ParsedAddresses {
  const good = new Map<string, Addressee>()
  const broken: BrokenAddress[] = []
  const twice = new Set<string>()
  for (const { name, address } of text.split('\n').flatMap(piecesOf)) {
    const read = address.includes('@') ? email.safeParse(address).data : undefined
    const known = read === undefined ? undefined : good.get(read)
    if (read === undefined) broken.push({ typed: asTyped(name, address), problem: problemOf(address) })
    else if (!known) good.set(read, { name, email: read })
    else {
      twice.add(read)
      known.name ||= name
    }
  }
  return { good: [...good.values()], broken, twice: [...twice] }
}

interface AddressPiece {
  name: string
  address: string
}

function piecesOf(line: string): AddressPiece[] {
  const columns = line.split('\t').map((column) => column.trim())
  const [address, ...others] = columns.filter((column) => column.includes('@'))
  const alone = address !== undefined && others.length === 0 && /^[^\s<>,;]+$/.test(address)
  if (columns.length > 1 && alone)
    return [{ name: nameFrom(columns.filter((one) => one !== address).join(' ')), address }]
  return segmentsOf(line).flatMap(namedPieces)
}

/** A line without its separators, but for the commas of a name: `Li, Bo <address>` is one segment. */
function segmentsOf(line: string): string[] {
  const segments: string[] = []
  let names: string[] = []
  for (const { 0: text, index } of line.matchAll(BETWEEN)) {
    const is_name = names.length < MOST_COMMAS_IN_NAME && line[index + text.length] === ',' && /^[^@<]+$/.test(text)
    if (is_name) names.push(text)
    else if (/^[^@<]*<[^<>]*@/.test(text)) segments.push([...names, text].join(','))
    else if (isNameBefore(names, text) && segments.length === 0) segments.push(`${names.join(',')} ${text}`)
    else segments.push(...names, text)
    if (!is_name) names = []
  }
  return [...segments, ...names]
}

/** `Bo Li, address`: one word alone may be an address that lacks its @. */
function isNameBefore(names: string[], text: string): boolean {
  return names.length === 1 && /\S\s+\S/.test(names[0] ?? '') && /^\s*\S+@\S+\s*$/.test(text)
}

/** `Name <address>`, more than once where nothing stands between; what is outside the brackets is read by its words. */
function namedPieces(text: string): AddressPiece[] {
  const words = text.trim().split(/\s+/)
  const [address, ...others] = words.filter((word) => word.includes('@'))
  if (address !== undefined && others.length === 0 && words.length > 1 && !/[<>]/.test(text)) {
    return [{ name: nameFrom(words.filter((word) => word !== address && !NO_NAME.test(word)).join(' ')), address }]
  }
  const pieces: AddressPiece[] = []
  const [first = '', ...opened] = text.split('<')
  let before = first
  for (const part of opened) {
    const end = part.indexOf('>')
    if (end < 0) before += ` <${part}`
    else {
      for (const piece of namedPiece(before.split(/\s+/), part.slice(0, end).trim())) pieces.push(piece)
      before = part.slice(end + 1)
    }
  }
  return [...pieces, ...plainPieces(before.split(/\s+/))]
}

function namedPiece(words: string[], address: string): AddressPiece[] {
  const others = plainPieces(words.filter((word) => word.includes('@') && word !== address))
  return [...others, { name: nameFrom(words.filter((word) => !word.includes('@')).join(' ')), address }]
}

function plainPieces(words: string[]): AddressPiece[] {
  const alone = words.flatMap((word) => word.split(SEPARATORS)).filter((word) => word !== '')
  return alone.map((address) => ({ name: '', address }))
}

function nameFrom(text: string): string {
  return shortened(cleanLine(text.replace(/["<>]/g, ' ')), LONGEST_NAME)
}

/** So that it reads the same when it is sent again. */
function asTyped(name: string, address: string): string {
  if (!name && /^[^\s,;，；、]+$/.test(address)) return address
  return `${SEPARATORS.test(name) ? `"${name}"` : name} <${address}>`.trim()
}

function problemOf(address: string): string {
  if (!address.includes('@')) return 'cohorts.inviting.no_at'
  return address.length > 254 ? 'cohorts.inviting.too_long' : 'cohorts.inviting.no_address'
}
