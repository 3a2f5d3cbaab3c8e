import type { CourseContent } from '../../courses/course-content.ts'
import { BADGE_HUES, BADGE_SHAPES } from '../../courses/policy.ts'
import type { Problems } from '../../web/http/forms.ts'
import { isIcon } from '../../web/render/icons.ts'
import type { LocaleContext } from '../../web/render/page-context.ts'
import { inCourse, titlesIn } from '../badge-page.ts'
import { drawBadge } from '../drawing/drawing.ts'
import { canTypeset } from '../drawing/ring-text.ts'
import { signOf } from '../presenter.ts'
import { NO_FACTS } from '../rules/rule-facts.ts'
import { readRule } from '../rules/rule-form.ts'
import type { RuleContext } from '../rules/rule-kind.ts'
import { ruleSentence, spanSentence } from '../rules/rule-sentence.ts'
import { ruleProblems } from '../rules/rule-validation.ts'
import { partsOf, progressOf } from '../rules/rules.ts'
import { readBadgeForm, type TypedBadge } from './badge-form.ts'
import type { BadgeInput } from './editing.ts'
import { badgePictureAddress } from './pictures.ts'

/** How a badge that is being made looks and reads. */
export interface EditorPreview {
  /** Earned, and half the way there. */
  earned_html: string
  ahead_html: string
  /** Its rule as everybody will read it; null while there is none. */
  sentence: string | null
  /** What may not be meant so. */
  notes: string[]
}

type Cohorts = { id: number; starts_on: string; ends_on: string; pods: number }[]

/** Draws what is typed, as far as it can be drawn. */
export function previewOf(
  voice: LocaleContext,
  content: CourseContent,
  { values, rows }: TypedBadge,
  cohorts: Cohorts,
  picture: string | null,
): EditorPreview {
  const { rule } = readRule(rows, values['together'] ?? '')
  const asked = rule && inCourse(rule, content)
  const of = asked ? progressOf(asked, NO_FACTS).of : 1
  const number = /^[1-9]\d{0,2}$/.test(values['number'] ?? '') ? Number(values['number']) : null
  const icon = isIcon(values['icon'] ?? '') ? (values['icon'] ?? null) : null
  const around = (values['ring_text'] ?? '').slice(0, 40)
  const look = {
    shape: BADGE_SHAPES.find((shape) => shape === values['shape']) ?? 'circle',
    hue: BADGE_HUES.find((hue) => hue === values['hue']) ?? 'teal',
    ...signOf({ icon, number }),
    ring_text: around !== '' && canTypeset(around) ? around : null,
    picture: picture && badgePictureAddress(picture),
    of,
  }
  const { words } = readBadgeForm(values)
  const title = values['title'] || voice.t('badges.form.untitled')
  return {
    earned_html: drawBadge({ ...look, done: of, state: 'earned', title: voice.t('badges.drawn.plain', { title }) }),
    ahead_html: drawBadge({
      ...look,
      done: Math.floor(of / 2),
      state: 'ahead',
      title: voice.t('badges.drawn.ahead', { title, done: Math.floor(of / 2), of }),
    }),
    sentence:
      asked &&
      [ruleSentence(voice, asked, titlesIn(content)), words && spanSentence(voice, words)].filter(Boolean).join(' '),
    notes: words
      ? ruleProblems(inCourse(words.rule, content), contextOf(words, content, cohorts)).warned.map(({ key, values }) =>
          voice.t(key, values),
        )
      : [],
  }
}

/** Why a badge could never be earned, each beside the field that says so. */
export function impossibleIn(words: BadgeInput, content: CourseContent, cohorts: Cohorts): Problems {
  const context = contextOf(words, content, cohorts)
  if (words.cohort_id !== null && context.cohort === null) return { cohort: { key: 'problems.choice' } }
  const rule = inCourse(words.rule, content)
  const problems: Problems = {}
  for (const [index, part] of partsOf(rule).entries()) {
    const why = ruleProblems(part, { ...context, counts_from: null, counts_until: null }).refused[0]
    if (why) problems[`rule_${index + 1}_kind`] = why
  }
  const rest = ruleProblems(rule, context).refused
  const twice = rest.find(({ key }) => key === 'badges.problem.twice')
  const span = rest.find(({ key }) => key.includes('.span_'))
  return { ...problems, ...(twice && { together: twice }), ...(span && { counts_until: span }) }
}

function contextOf(
  { cohort_id, counts_from, counts_until }: BadgeInput,
  content: CourseContent,
  cohorts: Cohorts,
): RuleContext {
  const cohort = cohorts.find(({ id }) => id === cohort_id)
  return {
    content,
    counts_from,
    counts_until,
    cohort: cohort ? { starts_on: cohort.starts_on, ends_on: cohort.ends_on, has_pods: cohort.pods > 0 } : null,
  }
}
