import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { desktop, phone, reducedMotion } from '../support/browser/chromium.ts'
import { browser } from '../support/browser/journey-setup.ts'

test('the browser shows a page', async () => {
  const page = await browser.newPage(desktop)
  await page.goto('data:text/html,<h1>Twenty<br>three</h1>')
  expect(await page.getByRole('heading').innerText()).toBe('Twenty\nthree')
  expect(await page.evaluate(() => document.querySelector('h1')?.clientHeight)).toBeGreaterThan(30)
})

test('the browser connects to this machine only', async () => {
  const server = createServer((_req, res) => res.setHeader('content-type', 'text/html').end('<title>here</title>'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const page = await browser.newPage()
  await page.goto(`http://localhost:${port}/`)
  expect(await page.title()).toBe('here')
  await expect(page.goto(`http://things.example:${port}/`)).rejects.toThrow('ERR_NAME_NOT_RESOLVED')
  await expect(page.goto('http://192.0.2.1/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED')
  server.close()
})

test('the phone profile is narrow, has touch and may reduce motion', async () => {
  const context = await browser.newContext({ ...phone, ...reducedMotion })
  const page = await context.newPage()
  await page.goto('data:text/html,<meta name=viewport content="width=device-width">')
  const matches = (query: string) => page.evaluate((text) => matchMedia(text).matches, query)
  expect(await matches('(width: 390px) and (pointer: coarse)')).toBe(true)
  expect(await matches('(prefers-reduced-motion: reduce)')).toBe(true)
  await context.close()
})
