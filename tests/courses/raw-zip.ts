import { crc32, deflateRawSync } from 'node:zlib'

/** An entry of a ZIP with whatever it says of itself; what is not said is true. */
export interface RawEntry {
  name: string | Uint8Array
  content?: string | Uint8Array
  /** Another name beside the bytes than in the list. */
  local_name?: string
  flags?: number
  method?: number
  crc?: number
  /** How large the file says it is. */
  size?: number
  /** Unix mode and kind, as of a symbolic link: 0o120777. */
  mode?: number
  /** Puts no bytes of its own: the list points to those of this entry. */
  shares?: number
  /** As it is put into the ZIP. */
  packed?: Uint8Array
}

const UTF8 = 0x0800

/** A ZIP byte by byte, so that it can lie. @param entries_said how many entries its end says */
export function rawZip(entries: RawEntry[], { entries_said }: { entries_said?: number } = {}): Buffer {
  const bodies: Buffer[] = []
  const list: Buffer[] = []
  const starts: number[] = []
  let at = 0
  for (const entry of entries) {
    const { method = 8, mode = 0o100644, flags = UTF8 } = entry
    const content = Buffer.from(entry.content ?? '')
    const packed = Buffer.from(entry.packed ?? (method === 8 ? deflateRawSync(content) : content))
    const name = Buffer.from(entry.name)
    const local_name = Buffer.from(entry.local_name ?? name)
    const facts = Buffer.alloc(22)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(flags, 2)
    facts.writeUInt16LE(method, 4)
    facts.writeUInt32LE(entry.crc ?? crc32(content), 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(entry.size ?? content.length, 18)
    const lengthOf = (bytes: Buffer) => {
      const length = Buffer.alloc(4)
      length.writeUInt16LE(bytes.length, 0)
      return length
    }
    const start = entry.shares === undefined ? at : (starts[entry.shares] ?? 0)
    starts.push(start)
    if (entry.shares === undefined) {
      const body = Buffer.concat([Buffer.from('PK\x03\x04'), facts, lengthOf(local_name), local_name, packed])
      bodies.push(body)
      at += body.length
    }
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((mode << 16) >>> 0, 6)
    rest.writeUInt32LE(start, 10)
    const made = Buffer.from([20, 3])
    list.push(Buffer.concat([Buffer.from('PK\x01\x02'), made, facts, lengthOf(name), rest, name]))
  }
  const directory = Buffer.concat(list)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(entries_said ?? entries.length, 8)
  end.writeUInt16LE(entries_said ?? entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...bodies, directory, end])
}
