import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createActivity } from '../../server/activity/activity.ts'
import { systemClock } from '../../server/db/clock.ts'
import { handleFrom, isHandle } from '../../server/people/handle.ts'
import { createPeople } from '../../server/people/people.ts'
import { registerSqlFunctions } from '../../server/people/sql-functions.ts'
import { newDatabase } from '../support/database.ts'

function peopleOfNobody() {
  const db = newDatabase()
  registerSqlFunctions(db)
  const activity = createActivity(db, systemClock)
  return createPeople(db, systemClock, { activity, siteName: () => 'Twentythree' })
}

const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
  fc.constantFrom('Åsa Lindqvist', 'Łucja Wiśniewska', '李小龍', 'ÆØÅ', '---', '23', 'A', 'Zoë  O’Brien-Nuñez', 'İpek'),
)

test('whatever people are called, every handle is of small Latin letters, digits and hyphens, and nobody shares one', () => {
  const people = peopleOfNobody()
  let number = 0
  const handles = new Set<string>()
  fc.assert(
    fc.property(name, (called) => {
      number += 1
      const id = people.create({ name: called, email: `p${number}@library.example`, password_hash: 'x' })
      const handle = people.find(id)?.handle ?? ''
      expect(handle).toMatch(/^[a-z0-9-]+$/)
      expect(handles).not.toContain(handle)
      handles.add(handle)
    }),
  )
})

test('a handle made from a name is one that could be chosen too', () => {
  fc.assert(
    fc.property(name, (called) => {
      const handle = handleFrom(called)
      expect(handle === null || isHandle(handle)).toBe(true)
    }),
  )
})

test('names in other letters than Latin get an invented handle', () => {
  const people = peopleOfNobody()
  const id = people.create({ name: '李小龍', email: 'li@library.example', password_hash: 'x' })
  expect(people.find(id)?.handle).toMatch(/^p[a-z0-9]{6}$/)
})

test('people of the same name are told apart by a number', () => {
  const people = peopleOfNobody()
  const handles = ['a', 'b', 'c'].map((box) => {
    const id = people.create({ name: 'Åsa Lindqvist', email: `${box}@library.example`, password_hash: 'x' })
    return people.find(id)?.handle
  })
  expect(handles).toEqual(['asa-lindqvist', 'asa-lindqvist-2', 'asa-lindqvist-3'])
})

test.each(['Amara', 'amara okonkwo', '-amara', 'amara-', 'a--b', 'ämara', '../admin', '23', '', 'import'])(
  '"%s" is no handle to choose',
  (text) => {
    expect(isHandle(text)).toBe(false)
  },
)
