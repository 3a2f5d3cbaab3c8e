import { connect } from 'node:net'
import type { Browser } from './http-client.ts'

interface HeldRequest {
  /** Sends a piece of the body. */
  send(text: string): void
  /** Sends the last piece of the body. @returns the status of the answer */
  finish(text?: string): Promise<number>
  /** The answer, when the server ends the connection. */
  answer(): Promise<{ status: number; text: string }>
}

/** What a body is called, and one without any value in it. */
export const BODIES = {
  form: { type: 'application/x-www-form-urlencoded', text: 'done=1' },
  upload: {
    type: 'multipart/form-data; boundary=edge',
    text: '--edge\r\nContent-Disposition: form-data; name="done"\r\n\r\n1\r\n--edge--\r\n',
  },
}

/**
 * A POST whose head has arrived and whose body is held back: when this resolves, the server has let the person in as far
 * as it does before the body and waits. (Node says "100 Continue" just before it hands the request on.)
 */
export async function heldRequest(
  { origin }: { origin: string },
  browser: Browser,
  address: string,
  type: string = BODIES.form.type,
): Promise<HeldRequest> {
  const { hostname, host, port } = new URL(origin)
  const socket = connect({ port: Number(port), host: hostname, noDelay: true })
  let received = ''
  let heard = () => {}
  socket.setEncoding('utf8').on('data', (text) => {
    received += text
    heard()
  })
  // an answer may come, and the connection end, before the body does
  socket.on('error', () => {})
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const cookie = Array.from(browser.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  socket.write(
    [
      `POST ${address} HTTP/1.1`,
      `Host: ${host}`,
      `Origin: ${origin}`,
      `Cookie: ${cookie}`,
      'Accept: text/html',
      `Content-Type: ${type}`,
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
      'Connection: close',
      '\r\n',
    ].join('\r\n'),
  )
  const begun = new Promise<void>((resolve) => {
    heard = () => {
      if (received.startsWith('HTTP/1.1 ')) resolve()
    }
  })
  await Promise.race([begun, ended])
  const send = (text: string) => void socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
  const answer = async () => {
    await ended
    const text = received.replace(/^HTTP\/1\.1 100 .*\r\n\r\n/, '')
    return { status: Number(text.split(' ')[1]), text }
  }
  return {
    send,
    answer,
    async finish(text) {
      if (text) send(text)
      socket.write('0\r\n\r\n')
      return (await answer()).status
    },
  }
}
