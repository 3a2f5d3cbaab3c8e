import { type Addresses, readAddresses } from './parse-addresses.ts'

/** Reads pasted addresses in a thread of the pool. */
export function run(text: string): Addresses {
  return readAddresses(text)
}
