import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import express, { Router } from 'express'

const folder = path.join(import.meta.dirname, '../../public')

/** Hash of the whole public folder: stands in every static address, so that they never change under a browser. */
const hash = (() => {
  const sum = createHash('sha256')
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(folder, name)
    if (path.extname(name)) sum.update(name).update(readFileSync(file))
  }
  return sum.digest('hex').slice(0, 12)
})()

/** Address of a file of public/. */
export function asset(file: string): string {
  return `/assets/${hash}/${file}`
}

export function staticFiles(): Router {
  const router = Router()
  router.use(
    `/assets/${hash}`,
    express.static(folder, { immutable: true, maxAge: '365d', index: false, redirect: false }),
  )
  return router
}
