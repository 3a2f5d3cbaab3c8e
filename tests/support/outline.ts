import type { CourseOutline } from '../../server/courses/format/schema.ts'

const SETS = [
  { slug: 'safe-start', title: 'Safe start', hue: 'teal', upTo: 5 },
  { slug: 'finder', title: 'Finder', hue: 'blue', upTo: 10 },
  { slug: 'reader-and-player', title: 'Reader and player', hue: 'violet', upTo: 13 },
  { slug: 'maker', title: 'Maker', hue: 'orange', upTo: 17 },
  { slug: 'team', title: 'Team', hue: 'green', upTo: 20 },
  { slug: 'giver', title: 'Giver', hue: 'raspberry', upTo: Number.POSITIVE_INFINITY },
] as const

/** A course of any length in the shape of the starter course; badge slugs carry the length, since they are the site's. */
export function courseOutline({
  slug = 'course',
  things = 23,
}: {
  slug?: string
  things?: number
} = {}): CourseOutline {
  const numbers = Array.from({ length: things }, (_, index) => index + 1)
  const setOf = (number: number) => SETS.find((set) => number <= set.upTo) ?? SETS[0]
  const sets = SETS.filter((set) => numbers.some((number) => setOf(number) === set))
  const tail = things === 23 ? '' : `-${things}`
  return {
    slug,
    title: `${things} Mobile Things`,
    summary: 'Small things to do with the phone in your pocket.',
    language: 'en',
    licence: 'CC BY 4.0',
    credits: [{ name: 'Twentythree contributors', part: 'Text' }],
    rhythm: { weekday: 'monday', per_week: 2, catch_up_after: [7, 13, 19] },
    sets: sets.map(({ slug: set, title, hue }) => ({ slug: set, title, hue })),
    badges: [
      ...sets.map(({ slug: set, title, hue }) => ({
        slug: `${set}${tail}`,
        title,
        meaning: `Every thing of ${title}.`,
        shape: 'shield' as const,
        hue,
        icon: 'shield-check',
        rule: { kind: 'set-done' as const, set },
      })),
      milestone('first-reflection', 'First reflection', { kind: 'first-reflection' }),
      milestone('five-things', 'Five things', { kind: 'things-done', count: 5 }, 5),
      milestone('twelve-things', 'Twelve things', { kind: 'things-done', count: 12 }, 12),
      milestone('all-things', 'All things', { kind: 'things-done', count: things }, things),
      giving('first-answer', 'First answer', 1),
      giving('ten-answers', 'Ten answers', 10),
    ],
    things: numbers.map((number) => ({
      slug: `thing-${number}`,
      title: `The ${number}. thing`,
      short: `Thing ${number}`,
      summary: `What one does in thing ${number}.`,
      set: setOf(number).slug,
      icon: 'smartphone',
      minutes: { start: 15, more: 20 },
      tried: '2026-01-05',
      steps: {
        start: [
          { slug: 'try', title: 'Try it' },
          { slug: 'look', title: 'Look twice', detail: 'From the other side.' },
        ],
        more: [{ slug: 'tell', title: 'Tell somebody' }],
      },
      prompts: ['What surprised you?', 'Unlearn, hack, learn: what stays?'],
      without_account: 'All of it works in a browser.',
      body: `Why thing ${number} matters in a library.`,
    })),
  }

  function milestone(badge: string, title: string, rule: CourseOutline['badges'][number]['rule'], number?: number) {
    const mark = number ? { number } : { icon: 'sprout' }
    return {
      slug: `${badge}${tail}`,
      title,
      meaning: `${title}, done.`,
      shape: 'circle' as const,
      hue: 'plain' as const,
      ...mark,
      rule,
    }
  }

  function giving(badge: string, title: string, count: number) {
    const rule = { kind: 'answers-given' as const, count }
    return {
      slug: `${badge}${tail}`,
      title,
      meaning: `${title}.`,
      shape: 'star' as const,
      hue: 'raspberry' as const,
      icon: 'message-circle-reply',
      rule,
    }
  }
}
