import { expect, test } from 'vitest'
import { readConfig } from '../server/config.ts'

test('without settings the site stands on localhost:2323', () => {
  expect(readConfig({})).toMatchObject({
    port: 2323,
    base_url: 'http://localhost:2323',
    base_url_is_set: false,
    trust_proxy: 0,
    workers: 1,
  })
  expect(readConfig({ PORT: '8080', BASE_URL: '' }).base_url).toBe('http://localhost:8080')
})

test('an address is kept without its slash', () => {
  expect(readConfig({ BASE_URL: 'https://things.example/' })).toMatchObject({
    base_url: 'https://things.example',
    base_url_is_set: true,
  })
})

test('hosts that may be fetched from are a list of names with ports, in the form that addresses have them', () => {
  expect(readConfig({}).fetch_allow).toEqual([])
  const list = readConfig({ FETCH_ALLOW: 'Blog.Intranet:8080, 127.1:80 [::1]:2323,bücher.example:443' }).fetch_allow
  expect(list).toEqual(['blog.intranet:8080', '127.0.0.1:80', '[::1]:2323', 'xn--bcher-kva.example:443'])
})

test.each([
  ['PORT', 'many'],
  ['PORT', '70000'],
  ['BASE_URL', 'things.example'],
  ['BASE_URL', 'https://things.example/course'],
  ['BASE_URL', 'ftp://things.example'],
  ['TRUST_PROXY', '-1'],
  ['WORKERS', '0'],
  ['METRICS_TOKEN', 'short'],
  ['FETCH_ALLOW', 'blog.intranet'],
  ['FETCH_ALLOW', 'http://blog.intranet:8080'],
  ['FETCH_ALLOW', 'blog.intranet:8080,me@blog.intranet:80'],
  ['FETCH_ALLOW', 'blog.intranet:99999'],
])('%s=%s is refused at boot, by name', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`${name}: `))
})
