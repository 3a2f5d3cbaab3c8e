import type { Response } from 'express'

/** Runs `work` once, just before the response's status and headers are written. */
export function beforeHead(res: Response, work: () => void): void {
  const writeHead = res.writeHead
  res.writeHead = ((...head: Parameters<typeof writeHead>) => {
    res.writeHead = writeHead
    work()
    return res.writeHead(...head)
  }) as typeof writeHead
}
