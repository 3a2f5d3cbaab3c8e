import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { localPath } from '../../../server/web/http/address.ts'
import { email, line, readForm, text } from '../../../server/web/http/forms.ts'
import { cleanText } from '../../../server/web/text/clean-text.ts'

const form = z.object({ title: line({ max: 20 }), body: text({ max: 100 }), email })

test('a good form comes cleaned: spaces folded, line ends of Unix, addresses in lower case', () => {
  const read = readForm(form, { title: '  Two \t words ', body: 'One\r\ntwo\r', email: ' Amara@Library.Example ' })
  expect(read).toEqual({ ok: true, data: { title: 'Two words', body: 'One\ntwo', email: 'amara@library.example' } })
})

test('a refused form says what is wrong with each field and keeps what was typed', () => {
  const read = readForm(form, { title: '', body: 'x'.repeat(101), email: 'nobody' })
  expect(read).toEqual({
    ok: false,
    values: { title: '', body: 'x'.repeat(101), email: 'nobody' },
    problems: {
      title: { key: 'problems.empty' },
      body: { key: 'problems.too_long', values: { max: 100, length: 101 } },
      email: { key: 'problems.email' },
    },
  })
})

test('only listed fields are seen, and the prototype is none', () => {
  const sent = JSON.parse('{"title":"t","body":"b","email":"a@b.example","role":"admin","__proto__":{"role":"admin"}}')
  const read = readForm(form, sent)
  expect(read.ok && Object.keys(read.data)).toEqual(['title', 'body', 'email'])
})

test('whatever is sent, a form is read or refused, and what was typed stays typed', () => {
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()), fc.constant(undefined))
  fc.assert(
    fc.property(fc.record({ title: value, body: value, email: value }), (sent) => {
      const read = readForm(form, sent)
      if (read.ok) return
      expect(Object.keys(read.problems).length).toBeGreaterThan(0)
      if (typeof sent.body === 'string') expect(read.values['body']).toBe(cleanText(sent.body))
    }),
  )
})

test.each(['/home', '/cohorts/spring?x=1#y', '/%2f%2fevil.example', '/a/../b'])(
  '%s is a place on this site',
  (path) => {
    expect(localPath(path)).toBe(path)
  },
)

test.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '\\/evil',
  '/a\r\nx: y',
  '/\t/evil',
  '',
  'home',
  ['/a'],
  null,
])('%j is not', (path) => {
  expect(localPath(path)).toBeNull()
})

test('a local path never leads to another host', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (tail) => {
      const path = localPath(`/${tail}`)
      if (path !== null) expect(new URL(path, 'http://things.example').host).toBe('things.example')
    }),
  )
})

test('a text that is mostly white space is read in no time', () => {
  const began = process.cpuUsage()
  const read = readForm(z.object({ body: text({ max: 200_000 }) }), { body: `a${' '.repeat(150_000)}b ` })
  const { user } = process.cpuUsage(began)
  expect(read.ok && read.data.body.length).toBe(150_002)
  // in microseconds; 18 seconds by a pattern that looks for the end of white space wherever it begins
  expect(user).toBeLessThan(2_000_000)
})
