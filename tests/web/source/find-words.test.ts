import { expect, test } from 'vitest'
import { findWords } from '../../../server/web/source/find-words.ts'
import { loadTranslations } from '../../../server/web/text/i18n.ts'
import { managed } from '../../support/manage-command.ts'

const t = loadTranslations()('en')

const found = (text: string, key: string) => findWords(text).find((use) => use.key === key)

test('npm run manage -- words prints the key, the templates and the address of a text', async () => {
  const text = t('progress.next.kicker')
  const { code, facts } = await managed('/never/made', 'words', text.toUpperCase())
  expect(code).toBe(0)
  expect(facts['found']).toContainEqual({
    key: 'progress.next.kicker',
    text,
    used_in: [
      expect.stringMatching(/^views\/progress\/_tile\.ejs:\d+$/),
      expect.stringMatching(/^views\/progress\/map\.ejs:\d+$/),
    ],
    addresses: ['GET /cohorts/:cohort'],
  })
})

test('a part of a text is enough, and a text without a place is refused in words', async () => {
  const text = t('guiding.saved.title')
  expect(found(text.slice(1), 'guiding.saved.title')).toMatchObject({
    addresses: expect.arrayContaining(['GET /admin/cohorts/:cohort/queue/answers']),
  })
  expect(await managed('/never/made', 'words', 'no such text anywhere')).toEqual({
    code: 1,
    facts: { ok: false, error: expect.stringContaining('no such text anywhere') },
  })
})

test('the text of a part is shown at the address of each page that uses the part', () => {
  const key = 'pager.pages'
  const use = findWords(t(key)).find((one) => one.key === key)
  expect(use?.used_in).toContainEqual(expect.stringMatching(/^views\/shared\/_pager\.ejs:/))
  expect(use?.addresses).toEqual(expect.arrayContaining(['GET /admin/cohorts/:cohort/queue', 'GET /admin/log']))
})

test('a key that is put together is found, and a text that only follows an act names the act', () => {
  expect(found(t('progress.said.paused'), 'progress.said.paused')).toMatchObject({
    used_in: expect.arrayContaining([expect.stringMatching(/^server\/progress\/routes\.ts:/)]),
    addresses: expect.arrayContaining(['POST /cohorts/:cohort/pause']),
  })
})
