import { type ParsedAddresses, parseAddresses } from './parse-addresses.ts'

/** Reads pasted addresses in a thread of the pool. */
export function run(text: string): ParsedAddresses {
  return parseAddresses(text)
}
