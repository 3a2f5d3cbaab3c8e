import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A letter as a mail server received it. */
interface Received {
  recipients: string[]
  raw: string
  mail: ParsedMail
}

function answer(code: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode: code })
}

/** A real mail server on loopback that keeps what it gets. @param options how it behaves otherwise */
export async function postOffice(options: SMTPServerOptions = {}) {
  const letters: Received[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', async () => {
        const raw = Buffer.concat(parts).toString()
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        letters.push({ recipients, raw, mail: await simpleParser(raw) })
        done(null, 'taken')
      })
    },
    ...options,
  })
  smtp.on('error', () => {})
  const server = smtp.listen(0, '127.0.0.1') as Server
  await once(server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    letters,
    /** The link in the newest letter that leads to `path`. */
    link(path: string): string {
      const found = new RegExp(`https?://[^\\s"<]*${path}[^\\s"<]*`).exec(letters.at(-1)?.mail.text ?? '')
      if (!found) throw new Error(`The letter has no link to ${path}`)
      return found[0]
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await new Promise<void>((resolve) => smtp.close(() => resolve()))
    },
  }
}

export const refusing = (code: number, words: string): SMTPServerOptions => ({
  onRcptTo: (_address, _session, done) => done(answer(code, words)),
})

/** A server of bytes: what it says and does is the test's. */
export async function oddServer(talk: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    talk(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.size,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
