import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normaliseSmtpUrl, portMismatch, smtpUrlFrom } from '../../server/mail/smtp-url.ts'

/** Name and password as the mail library reads them from an address. */
function loginOf(url: string | null): [user: string, password: string] {
  const { username, password } = new URL(url ?? '')
  return [decodeURIComponent(username), decodeURIComponent(password)]
}

test('a typed password of any signs is what the server gets', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (password) => {
      const url = smtpUrlFrom('smtps://things@mail.library.example', password, '')
      expect(loginOf(url)).toEqual(['things', password])
    }),
  )
})

test.each([
  ['smtps://me:p@ss/w#rd?@mail.library.example', 'me', 'p@ss/w#rd?'],
  ['smtp://me@library.example:50%off@mail.library.example:587', 'me@library.example', '50%off'],
  ['smtps://me:p%40ss@mail.library.example/', 'me', 'p@ss'],
  ['SMTPS://me:two words@[2001:db8::1]:465', 'me', 'two words'],
])('name and password are found in %s', (typed, user, password) => {
  expect(loginOf(normaliseSmtpUrl(typed))).toEqual([user, password])
})

test.each([
  '',
  'mail.library.example',
  'https://mail.library.example',
  'smtp://',
  'smtp://a b',
  'smtp://host:99999999',
])('no mail server is read from %j', (typed) => {
  expect(normaliseSmtpUrl(typed)).toBeNull()
})

test.each([
  ['smtp://mail.library.example:465', 'needs_smtps'],
  ['smtps://mail.library.example:587', 'needs_smtp'],
  ['smtps://mail.library.example:25', 'needs_smtp'],
  ['smtps://mail.library.example:465', null],
  ['smtp://mail.library.example:587', null],
  ['smtps://mail.library.example', null],
  ['', null],
])('port and encryption of %s', (url, mismatch) => {
  expect(portMismatch(url)).toBe(mismatch)
})
