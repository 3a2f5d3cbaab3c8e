// npm run test:pages: every page in each size and colour scheme; npm test looks at most of them on a phone in the light.

process.env['PAGES'] = 'every-size'
process.argv.push('tests/journeys/pages.test.ts', 'tests/journeys/organising-pages.test.ts')
await import('./test.mjs')
