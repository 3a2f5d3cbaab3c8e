import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { architecturePicture, PICTURE } from './architecture.ts'

test('docs/architecture.svg shows the imports of today', () => {
  expect(readFileSync(PICTURE, 'utf8'), 'npm run architecture draws it').toBe(architecturePicture())
})
