import { domainToASCII } from 'node:url'

/** An address and the name that a mail program puts before it. */
const LONGEST_PASTED = 1000
const LONGEST = 254

const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]|(?!\s)\p{Cc}/gu
/** Brackets, quotation marks and the punctuation of the sentence or list that an address was copied from. */
const AROUND = /^[\s"'“”„‘’«»<>()[\]{},;:、。]+|[\s"'“”„‘’«»<>()[\]{},;:.!、。]+$/gu
const NAMED = /^[^<>]*<([^<>]*)>[^<>@]*$/u
const ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
const LOCAL_PART = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`)
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/

/**
 * The email address in what somebody pasted, as accounts store it: in lower case, its domain in ASCII. Takes the forms of
 * mail programs (`Name <address>`, `mailto:address`), full-width letters, and what a copy brings along: spaces, marks that
 * nobody sees, brackets, the comma or full stop after it.
 * @returns null where it is none, or more than one
 */
export function readEmailAddress(pasted: string): string | null {
  if (pasted.length > LONGEST_PASTED) return null
  const typed = pasted.normalize('NFKC').replace(UNSEEN, '')
  const address = withoutScheme((NAMED.exec(typed)?.[1] ?? typed).replace(AROUND, ''))
    .replace(AROUND, '')
    .replace(/\s*@\s*/u, '@')
    .toLowerCase()
  const at = address.lastIndexOf('@')
  const domain = readDomain(address.slice(at + 1))
  if (at < 1 || domain === null || !LOCAL_PART.test(address.slice(0, at))) return null
  const read = `${address.slice(0, at)}@${domain}`
  return read.length <= LONGEST ? read : null
}

/** A domain in lower case and ASCII (`Bücher.example` -> `xn--bcher-kva.example`); null where it is none. */
export function readDomain(typed: string): string | null {
  const name = typed.normalize('NFKC').toLowerCase()
  // the parser of hosts would pass over a path or a port
  if (/[\s/?#%:@\\[\]<>^|]/u.test(name)) return null
  const ascii = /\P{ASCII}/u.test(name) ? domainToASCII(name) : name
  return ascii.length <= 253 && DOMAIN.test(ascii) ? ascii : null
}

function withoutScheme(text: string): string {
  const [, linked] = /^mailto:([^?]*)/iu.exec(text) ?? []
  if (linked === undefined) return text
  try {
    return decodeURIComponent(linked)
  } catch {
    return linked
  }
}
