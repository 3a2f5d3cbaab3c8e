import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { greetingName, joinNames, withFirstNameFirst } from '../../../server/web/text/person-names.ts'

describe('a greeting', () => {
  test.each([
    ['Greta Lind', 'Greta'],
    ['Lind, Greta', 'Greta'],
    ['van den Berg, Sanne', 'Sanne'],
    ['Dr. Tunde Adeyemi', 'Tunde'],
    ['Adeyemi, Dr. Tunde', 'Tunde'],
    ['Dr. Adeyemi, Tunde', 'Tunde'],
    ['Prof.Dr.Tunde Adeyemi', 'Tunde'],
    ['Univ.-Prof. Mag. Dr. rer. nat. Eva Huber', 'Eva'],
    ['Sra. Lucía Pérez Gil', 'Lucía'],
    ['Dott.ssa Elena Conti', 'Elena'],
    ['Mme Zoé-Marie Dubois', 'Zoé-Marie'],
    ['ד"ר נועה כהן', 'נועה'],
    ['د. ليلى حسن', 'ليلى'],
    ['Проф. Анна Петрова', 'Анна'],
    ['DUBOIS Zoé', 'Zoé'],
    ['GRETA LIND', 'GRETA'],
    ['Greta Lind, PhD', 'Greta'],
    ['Nat Lind', 'Nat Lind'],
  ])('of %s is by the first name, as far as it can be told: %s', (name, greeting) => {
    expect(greetingName(name)).toBe(greeting)
  })

  test.each([
    'Greta',
    'Dr. Lind',
    'Prof. van den Berg',
    'Mr and Mrs Lind',
    'Greta & Kenji Lind',
    'van den Berg',
    'G. Lind',
    'J.R. Lind',
    'Abdul Rahman Saleh',
    '王小明',
    '渡辺 健二',
    '김 민수',
    '(Greta) Lind',
    'Don Lind',
  ])('of %s is by the whole name', (name) => {
    expect(greetingName(name)).toBe(name)
  })

  const TITLES = [
    'Dr.',
    'Prof.',
    'Mr',
    'Mrs',
    'Ms.',
    'Herr',
    'Frau',
    'Sra.',
    'Señor',
    'Mme',
    'Sig.ra',
    'Dipl.-Ing.',
    'Hr.',
  ]
  const word = fc.stringMatching(/^[A-Z][a-z]{5,9}$/)
  const title = fc.constantFrom(...TITLES)

  test('is the first name, whatever titles stand before and whichever order the name is in', () => {
    fc.assert(
      fc.property(fc.array(title, { maxLength: 3 }), word, word, fc.boolean(), (titles, first, last, turned) => {
        fc.pre(![first, last].some((one) => TITLES.includes(one)))
        const before = titles.length > 0 ? `${titles.join(' ')} ` : ''
        for (const name of turned
          ? [`${last}, ${before}${first}`, `${before}${last}, ${first}`]
          : [`${before}${first} ${last}`])
          expect(greetingName(name)).toBe(first)
      }),
    )
  })

  test('is never empty, a title alone, or a word with its comma', () => {
    const part = fc.oneof(title, word, fc.constantFrom(',', ' ', '.', 'PhD', 'van', '王', 'é', '\u0301', '&', '-'))
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), word, fc.array(part, { maxLength: 4 }), (before, name, after) => {
        const greeting = greetingName([...before, name, ...after].join(' '))
        expect(greeting).not.toMatch(/^$|[,\s]$/u)
        expect(TITLES).not.toContain(greeting)
      }),
    )
  })

  test('stays as it is when it is made of a greeting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
        expect(greetingName(greetingName(name))).toBe(greetingName(name))
      }),
    )
  })
})

test.each([
  ['Lind, Greta', 'Greta Lind'],
  ['Greta Lind', 'Greta Lind'],
  ['Lind,', 'Lind'],
  ['Lind, Greta, PhD', 'Greta Lind, PhD'],
  ['Greta Lind, MLIS', 'Greta Lind, MLIS'],
  ['Dr. Lind, Greta', 'Dr. Greta Lind'],
  ['王，小明', '王小明'],
  ['one, two, three', 'one, two, three'],
])('the name %s is written %s', (name, written) => {
  expect(withFirstNameFirst(name)).toBe(written)
})

test('two columns become one name, in the order of its script', () => {
  expect([joinNames('Greta', 'Lind'), joinNames('健二', '渡辺'), joinNames('', 'Lind')]).toEqual([
    'Greta Lind',
    '渡辺健二',
    'Lind',
  ])
})
