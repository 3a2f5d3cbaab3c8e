import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, inject } from 'vitest'

// Vitest loads this before each file of journeys.

/** A connection of the file to the browser that all journeys share. Closing it closes the pages opened through it. */
export let browser: Browser

beforeAll(async () => {
  browser = await chromium.connect(inject('browser'))
})
afterAll(() => browser.close())
