import { type IncomingHttpHeaders, request } from 'node:http'

interface RawAnswer {
  status: number
  headers: IncomingHttpHeaders
  /** As it came, not decompressed. */
  body: Buffer
}

/** One request whose answer is left as it is on the wire; `fetch` decompresses, and asks for that by itself. */
export function rawRequest(
  address: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    request(address, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
      .on('error', reject)
      .end()
  })
}
