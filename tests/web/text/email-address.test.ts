import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDomain, readEmailAddress } from '../../../server/web/text/email-address.ts'
import { expectLinear } from '../../support/growth.ts'

test.each([
  'odile@branch.example',
  '  odile@branch.example\t',
  '\u200bodile@branch\u200b.example\ufeff',
  '\u202aodile@branch.example\u202c',
  '\u2068odile@branch.example\u2069\u200e',
  '\u00a0odile@branch.example\u00a0',
  '\u3164odile@branch.example\u2800',
  'Odile@Branch.EXAMPLE',
  'mailto:odile@branch.example',
  'MAILTO:odile%40branch.example?subject=Hello',
  '<mailto:odile@branch.example>',
  '<odile@branch.example>',
  'Odile Brandt <odile@branch.example>',
  '"Brandt, Odile" <odile@branch.example>;',
  'odile@branch.example <odile@branch.example>',
  'odile@branch.example <mailto:odile@branch.example>',
  '"odile@branch.example"',
  '“odile@branch.example”.',
  '(odile@branch.example)',
  'odile@branch.example,',
  'odile@branch.example;',
  'odile@branch.example.',
  'odile @ branch.example',
  'odile@branch.example\r\n',
  'ｏｄｉｌｅ＠ｂｒａｎｃｈ．ｅｘａｍｐｌｅ',
  'odile@branch。example',
])('%j is read as the address in it', (pasted) => {
  expect(readEmailAddress(pasted)).toBe('odile@branch.example')
})

test.each([
  ['kai@grüße.example', 'kai@xn--gre-6ka8l.example'],
  ['kai@GRÜSSE.example', 'kai@xn--grsse-lva.example'],
  ['kai@gru\u0308n.example', 'kai@xn--grn-ioa.example'],
  ['kai@ειδήσεις.ελ', 'kai@xn--jxalccrd7df.xn--qxam'],
  ['kai@xn--grn-ioa.example', 'kai@xn--grn-ioa.example'],
  ["o'neill+things@sub.branch.example", "o'neill+things@sub.branch.example"],
  ['a/b=c@branch.example', 'a/b=c@branch.example'],
])('%s is stored as %s', (pasted, address) => {
  expect(readEmailAddress(pasted)).toBe(address)
})

test.each([
  '',
  '\u200b',
  'odile',
  '@branch.example',
  'odile@',
  'odile@branch',
  'odile@@branch.example',
  'Odile odile@branch.example',
  'odile@branch.example, kai@branch.example',
  '<odile@branch.example> <kai@branch.example>',
  'odile brandt@branch.example',
  'odile..b@branch.example',
  '.odile@branch.example',
  'jörg@branch.example',
  'odile@bränch.example/path',
  'odile@bränch.example:25',
  'odile@-branch.example',
  'odile@127.0.0.1',
  `${'o'.repeat(250)}@branch.example`,
  'mailto:',
])('%j is no address', (pasted) => {
  expect(readEmailAddress(pasted)).toBeNull()
})

test('what was read is read as the same again', () => {
  const part = fc.constantFrom('a', 'Ö', '@', '.', 'ex', '<', '>', ' ', '\u200b', 'mailto:', '"', '-', '％', 'ß', '%41')
  const pasted = fc.oneof(
    fc.array(part, { maxLength: 12 }).map((parts) => `${parts.join('')}a@b${parts[0] ?? ''}.example`),
  )
  fc.assert(
    fc.property(pasted, (text) => {
      const address = readEmailAddress(text)
      if (address === null) return
      expect(readEmailAddress(address)).toBe(address)
      expect(address).toMatch(/^[\x21-\x7e]+$/)
    }),
    { numRuns: 3000 },
  )
})

test('a domain is read without its surroundings', () => {
  expect(readDomain('Grün.Example')).toBe('xn--grn-ioa.example')
  expect(readDomain('localhost')).toBeNull()
})

test.each(['a@', '<', ' ', '\u200b', '"', 'mailto:'])('many %j take time in proportion', async (piece) => {
  await expectLinear(1_000_000, (size) => piece.repeat(size / piece.length), readEmailAddress)
})
