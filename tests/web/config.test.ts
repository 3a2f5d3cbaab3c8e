import { expect, test } from 'vitest'
import { readConfig } from '../../server/config.ts'

test('without settings the site stands on localhost:2323', () => {
  expect(readConfig({})).toMatchObject({
    port: 2323,
    base_url: 'http://localhost:2323',
    base_url_is_set: false,
    trust_proxy: 0,
  })
  expect(readConfig({ PORT: '8080', BASE_URL: '' }).base_url).toBe('http://localhost:8080')
})

test('an address is kept without its slash', () => {
  expect(readConfig({ BASE_URL: 'https://things.example/' })).toMatchObject({
    base_url: 'https://things.example',
    base_url_is_set: true,
  })
})

test.each([
  ['PORT', 'many'],
  ['PORT', '70000'],
  ['BASE_URL', 'things.example'],
  ['BASE_URL', 'https://things.example/course'],
  ['BASE_URL', 'ftp://things.example'],
  ['TRUST_PROXY', '-1'],
  ['METRICS_TOKEN', 'short'],
])('%s=%s is refused at boot, by name', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`${name}: `))
})
