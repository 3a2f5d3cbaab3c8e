/** Somebody who sends or receives emails; without a name it is ''. */
export interface Mailbox {
  name: string
  address: string
}

const ADDRESS = /^[^\s<>()[\]\\,;:"@\p{Cc}]+@[^\s<>()[\]\\,;:"@\p{Cc}]+$/u
const LONGEST_NAME = 150

/** Whether emails can go to it: one address without a name. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text)
}

/**
 * Reads whom emails are from: an address, or a name with the address in angle brackets behind it. The name may have any
 * signs, brackets, commas, colons and @ among them, and may stand in quotation marks.
 */
export function readSender(text: string): Mailbox | null {
  const [, name = '', bracketed = null] = /^(.*)<([^<>]*)>\s*$/s.exec(text) ?? []
  const address = (bracketed ?? text).trim()
  const unquoted = name.trim().replace(/^"(.*)"$/s, (_, inside: string) => inside.replaceAll(/\\(.)/gs, '$1'))
  return isAddress(address) && !/\p{Cc}/u.test(name) && unquoted.length <= LONGEST_NAME
    ? { name: unquoted.trim(), address }
    : null
}
