import type { Translate } from '../web/text/i18n.ts'
import { numberWord, sentence } from '../web/text/phrases.ts'

export interface GoalChoice {
  /** Which words describe it. */
  name: '5' | '12' | 'all'
  /** The field of the form. */
  value: string
  goal: number
}

/** The goals a learner may choose from: 5, 12 or all things; a shorter course offers fewer. */
export function goalChoices(total: number): GoalChoice[] {
  const parts = (['5', '12'] as const).map((name) => ({ name, value: name, goal: Number(name) }))
  const all = { name: 'all', value: total === 23 ? '23' : 'all', goal: total } as const
  return [...parts.filter(({ goal }) => goal < total), all]
}

/** Numbers of things: done, the goal as it was chosen, and all that the course has. */
interface GoalProgress {
  done: number
  goal: number
  total: number
}

/** How many things make the goal; a goal beyond the end of a short course means all of them. */
export function thingsOfGoal({ goal, total }: Pick<GoalProgress, 'goal' | 'total'>): number {
  return Math.min(goal, total)
}

export function isGoalReached(progress: GoalProgress): boolean {
  return progress.total > 0 && progress.done >= thingsOfGoal(progress)
}

/** One mark for each thing of the goal: is it reached? */
export function goalTicks({ done, ...goal }: GoalProgress): boolean[] {
  return Array.from({ length: thingsOfGoal(goal) }, (_, at) => at < done)
}

/** "Eight things done, four to go to your goal of twelve." */
export function goalText(t: Translate, locale: string, { done, goal, total }: GoalProgress): string {
  const end = thingsOfGoal({ goal, total })
  const all = end === total ? '_all' : ''
  const words = { done: numberWord(t, done), left: numberWord(t, end - done), goal: numberWord(t, end), count: done }
  if (done === 0) return t(`progress.goal.ahead${all}`, words)
  if (done < end) return sentence(t(`progress.goal.on_the_way${all}`, words), locale)
  return sentence(t(`progress.goal.${done >= total ? 'complete' : 'reached'}`, words), locale)
}
