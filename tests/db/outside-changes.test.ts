import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDatabase } from '../../server/db/open.ts'
import { watchOutsideChanges } from '../../server/db/outside-changes.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-outside-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a commit of another connection is noticed once, one of our own never', () => {
  const file = path.join(folder, 'site.sqlite')
  const here = openDatabase(file)
  const elsewhere = openDatabase(file)
  here.exec('CREATE TABLE word (text TEXT)')
  const reload = vi.fn()
  const look = watchOutsideChanges(here, reload)

  here.exec("INSERT INTO word VALUES ('ours')")
  look()
  expect(reload).toHaveBeenCalledTimes(0)

  elsewhere.exec("INSERT INTO word VALUES ('theirs')")
  look()
  look()
  expect(reload).toHaveBeenCalledTimes(1)
  here.close()
  elsewhere.close()
})
