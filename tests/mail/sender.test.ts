import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSender } from '../../server/mail/sender.ts'

test.each([
  ['things@library.example', '', 'things@library.example'],
  ['<things@library.example>', '', 'things@library.example'],
  ['Things <things@library.example>', 'Things', 'things@library.example'],
  ['"Things, at the Quay" <things@library.example>', 'Things, at the Quay', 'things@library.example'],
  ['Quay; Library [North] <things@library.example>', 'Quay; Library [North]', 'things@library.example'],
  ['a <3 library> <things@library.example> ', 'a <3 library>', 'things@library.example'],
])('a sender is read: %s', (text, name, address) => {
  expect(readSender(text)).toEqual({ name, address })
})

test.each(['', 'Things', 'Things <>', 'Things <a@b', 'a@b c', 'Things <a@b@c>', 'A\r\nBcc: <x@y.example>', 'a@b, c@d'])(
  'no sender is read from %j',
  (text) => {
    expect(readSender(text)).toBeNull()
  },
)

test('a name of any printable signs is kept whole', () => {
  const sign = fc.constantFrom(...'aB7 .,:;()[]<>@"\'!#&/\\ÅßЖ漢🙂')
  fc.assert(
    fc.property(fc.string({ unit: sign, minLength: 1, maxLength: 40 }), (typed) => {
      const name = typed.trim()
      fc.pre(name !== '' && !/^".*"$/.test(name))
      expect(readSender(`${name} <things@library.example>`)).toEqual({ name, address: 'things@library.example' })
    }),
  )
})
