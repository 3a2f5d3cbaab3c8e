import { type ListChoices, type ParsedList, readList } from './read-list.ts'

export interface ReadListInput {
  source: Uint8Array
  choices: ListChoices
}

/** Reads a list of people in a thread of the pool. */
export function run({ source, choices }: ReadListInput): Promise<ParsedList> {
  return readList(Buffer.from(source.buffer, source.byteOffset, source.byteLength), choices)
}
