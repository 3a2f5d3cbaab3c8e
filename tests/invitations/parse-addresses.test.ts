import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAddresses } from '../../server/invitations/parse-addresses.ts'

const emails = (text: string) => parseAddresses(text).good.map(({ email }) => email)
const named = (text: string) => parseAddresses(text).good.map(({ name, email }) => `${name}|${email}`)
const broken = (text: string) => parseAddresses(text).broken.map(({ typed }) => typed)

test('spaces, commas, semicolons and line ends separate addresses', () => {
  expect(emails('a@x.example b@x.example,c@x.example; d@x.example\ne@x.example\n\n ;, f@x.example')).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@x.example`),
  )
})

test.each([
  ['Amara Okonkwo <Amara@X.example>', ['Amara Okonkwo|amara@x.example']],
  ['"Okonkwo, Amara" <a@x.example>; b@x.example', ['Okonkwo, Amara|a@x.example', '|b@x.example']],
  ['A B <a@x.example>, C D <c@x.example>', ['A B|a@x.example', 'C D|c@x.example']],
  ['A <a@x.example> C <c@x.example>', ['A|a@x.example', 'C|c@x.example']],
  ['<a@x.example>', ['|a@x.example']],
  ['a@x.example <a@x.example>', ['|a@x.example']],
  ['b@x.example Amara <a@x.example>', ['|b@x.example', 'Amara|a@x.example']],
  ['Amara Okonkwo\ta@x.example', ['Amara Okonkwo|a@x.example']],
  ['a@x.example\tAmara\tOkonkwo', ['Amara Okonkwo|a@x.example']],
  ['a@x.example\tb@x.example', ['|a@x.example', '|b@x.example']],
  ['Ирина Ковальчук <i@x.example>', ['Ирина Ковальчук|i@x.example']],
  ['Okonkwo, Amara <a@x.example>', ['Okonkwo, Amara|a@x.example']],
  ['Okonkwo, Amara, PhD <a@x.example>, Bo <b@x.example>', ['Okonkwo, Amara, PhD|a@x.example', 'Bo|b@x.example']],
  ['a@x.example, Li, Bo <b@x.example>', ['|a@x.example', 'Li, Bo|b@x.example']],
  ['Amara Okonkwo a@x.example; Bo Li b@x.example', ['Amara Okonkwo|a@x.example', 'Bo Li|b@x.example']],
  ['a@x.example Amara Okonkwo', ['Amara Okonkwo|a@x.example']],
  ['Amara Okonkwo, a@x.example', ['Amara Okonkwo|a@x.example']],
  ['Amara (a@x.example)', ['Amara|a@x.example']],
  ['• a@x.example', ['|a@x.example']],
  ['2) Amara a@x.example', ['Amara|a@x.example']],
  ['Email: mailto:a@x.example', ['|a@x.example']],
  ['Am\u200bara\u202e <a@\u200bX.example>', ['Amara|a@x.example']],
  ['山田 花子 <h@x.example>、a@x.example；b@x.example', ['山田 花子|h@x.example', '|a@x.example', '|b@x.example']],
  ['k@grün.example', ['|k@xn--grn-ioa.example']],
])('%s is read as mail programs and spreadsheets write it', (text, good) => {
  expect([named(text), broken(text)]).toEqual([good, []])
})

test.each([
  ['no-address', 'no-address', 'cohorts.inviting.no_at'],
  ['a@@x.example', 'a@@x.example', 'cohorts.inviting.no_address'],
  ['Amara <a@x>', 'Amara <a@x>', 'cohorts.inviting.no_address'],
  ['"Okonkwo, Amara" <a@>', '"Okonkwo, Amara" <a@>', 'cohorts.inviting.no_address'],
  ['Amara <>', 'Amara <>', 'cohorts.inviting.no_at'],
  ['<', '<', 'cohorts.inviting.no_at'],
  [`${'a'.repeat(250)}@x.example`, `${'a'.repeat(250)}@x.example`, 'cohorts.inviting.too_long'],
])('%s is no address, and comes back as it was typed', (text, typed, problem) => {
  expect(parseAddresses(`good@x.example, ${text}`)).toEqual({
    good: [{ name: '', email: 'good@x.example' }],
    broken: [{ typed, problem }],
    twice: [],
  })
})

test('an address that comes again is taken once, with the name that came with any of them', () => {
  expect(parseAddresses('a@x.example A@X.EXAMPLE, Amara <a@x.example>')).toEqual({
    good: [{ name: 'Amara', email: 'a@x.example' }],
    broken: [],
    twice: ['a@x.example'],
  })
})

const signs = fc.constantFrom(...'ab@. ,;\t\n<>"\''.split(''), 'a@x.example', '"A, B" <b@x.example>')
const pasted = fc.array(signs, { maxLength: 40 }).map((parts) => parts.join(''))

test('nothing that looks like an address is lost, whatever stands around it', () => {
  fc.assert(
    fc.property(pasted, (text) => {
      const { good, broken } = parseAddresses(text)
      const kept = [...good.map(({ name, email }) => `${name} ${email}`), ...broken.map(({ typed }) => typed)].join(' ')
      const wanted = (text.match(/[^\s,;<>"'\t]*@[^\s,;<>"'\t]*/g) ?? []).map((word) => word.replace(/\.+$/, ''))
      expect(wanted.filter((word) => !kept.includes(word) && !kept.includes(word.toLowerCase()))).toEqual([])
    }),
  )
})

test('what is broken is broken again when it is sent as it came back', () => {
  fc.assert(
    fc.property(pasted, (text) => {
      const first = broken(text)
      expect(broken(first.join('\n'))).toEqual(first)
    }),
    { numRuns: 1000 },
  )
})

// what takes longer the longer a line is, squared, is over the test's time here
test.each([
  ['<', 100_000],
  ['"', 1],
  ['"<', 50_001],
  ['< >', 33_333],
  ['a@', 1],
  [' ', 0],
  ['a ', 50_000],
])('as many %j as the form takes are read, and are %d that are none', (piece, count) => {
  expect(broken(piece.repeat(100_000 / piece.length))).toHaveLength(count)
})
