import { expect, test } from 'vitest'
import { goalChoices, goalText, goalTicks } from '../../server/progress/goal.ts'
import { loadTranslations } from '../../server/web/text/i18n.ts'

const t = loadTranslations()('en')
const words = (done: number, goal: number, total = 23) => goalText(t, 'en', { done, goal, total })

test('of 23 things a learner chooses 5, 12 or 23', () => {
  expect(goalChoices(23).map(({ value, goal }) => [value, goal])).toEqual([
    ['5', 5],
    ['12', 12],
    ['23', 23],
  ])
})

test('a course of another length has all of it as the last choice', () => {
  expect(goalChoices(30).map(({ value, goal }) => [value, goal])).toEqual([
    ['5', 5],
    ['12', 12],
    ['all', 30],
  ])
})

test('a short course offers no goal beyond its end', () => {
  expect(goalChoices(8).map(({ value }) => value)).toEqual(['5', 'all'])
  expect(goalChoices(5).map(({ value, goal }) => [value, goal])).toEqual([['all', 5]])
})

test('on the way the words tell what is done and what is left, as words up to twelve', () => {
  expect(words(8, 12)).toBe('Eight things done, four to go to your goal of twelve.')
  expect(words(1, 5)).toBe('One thing done, four to go to your goal of five.')
})

test('above twelve the words are digits', () => {
  expect(words(8, 23)).toBe('Eight things done, 15 to go to all 23.')
})

test('with nothing done the words tell the goal and no number of nothing', () => {
  expect(words(0, 12)).toBe('Your goal is twelve things, in the order you like.')
  expect(words(0, 23)).toBe('Your goal is all 23 things, in the order you like.')
})

test('a goal that is reached is told as reached, however far it went on', () => {
  expect(words(5, 5)).toContain('Your goal of five is reached')
  expect(words(7, 5)).toMatch(/^Seven things done\. Your goal of five is reached/)
})

test('the whole map has words of its own', () => {
  expect(words(23, 5)).toBe('All 23 things done. The whole map is yours.')
})

test('a goal beyond the end of a short course means all of it', () => {
  expect(words(2, 23, 4)).toBe('Two things done, two to go to all four.')
  expect(goalTicks({ done: 2, goal: 23, total: 4 })).toEqual([true, true, false, false])
})

test('the marks are as many as the goal, also when more is done', () => {
  expect(goalTicks({ done: 7, goal: 5, total: 23 })).toEqual([true, true, true, true, true])
})
