import type { TestProject } from 'vitest/node'
import { launchBrowserServer } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser of all journeys listens. */
    browser: string
  }
}

/** Starts the browser that all journeys share; a start takes longer than many a journey. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await launchBrowserServer()
  project.provide('browser', server.wsEndpoint())
  return () => server.close()
}
