import type { Response } from 'express'

/** Does something once, just before the head of the answer is written, however it comes to be written. */
export function beforeHead(res: Response, work: () => void): void {
  const writeHead = res.writeHead
  res.writeHead = ((...head: Parameters<typeof writeHead>) => {
    res.writeHead = writeHead
    work()
    return res.writeHead(...head)
  }) as typeof writeHead
}
