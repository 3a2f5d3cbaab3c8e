import { diffArrays, diffWordsWithSpace } from 'diff'
import { DEPTHS, type Depth, type StepOutline, type ThingOutline } from './format/schema.ts'

/** Words that are in both texts, only in the later one, or only in the earlier one. */
interface DiffPiece {
  kind: 'same' | 'added' | 'removed'
  text: string
}

/** One paragraph, in pieces. */
export type Passage = DiffPiece[]

/** A part of a thing that changed. */
export interface PartChange {
  part: ThingPart
  passages: (Passage | { left_out: number })[]
}

const PARTS = [
  'title',
  'short',
  'summary',
  'set',
  'icon',
  'tried',
  'tried_on',
  'body',
  'note',
  'without_account',
  'prompts',
] as const
type ThingPart = (typeof PARTS)[number] | `minutes_${Depth}` | `steps_${Depth}`

// beyond this the texts have little in common, and the comparison would take long
const MAX_EDITS = 500
/** The share of equal text from which one paragraph is shown as a change of the other. */
const MIN_SHARED = 0.25

/** The differences between two texts of a thing, part by part; equal parts are left out. */
export function thingChanges(before: ThingOutline, after: ThingOutline): PartChange[] {
  const [earlier, later] = [partsOf(before), partsOf(after)]
  return [...later.keys()].flatMap((part) => {
    const passages = textChanges(earlier.get(part) ?? [], later.get(part) ?? [])
    return passages.some(isChange) ? [{ part, passages: aroundChanges(passages) }] : []
  })
}

/** Compares two texts paragraph by paragraph, and related paragraphs word by word. */
export function textChanges(before: readonly string[], after: readonly string[]): Passage[] {
  const blocks = diffArrays([...before], [...after], { maxEditLength: MAX_EDITS })
  if (!blocks) return [...before.map(removed), ...after.map(added)]
  return blocks.flatMap((block, index) => {
    const [previous, next] = [blocks[index - 1], blocks[index + 1]]
    if (block.removed && next?.added) return paired(block.value, next.value)
    if (block.added && previous?.removed) return []
    if (block.removed) return block.value.map(removed)
    return block.value.map(block.added ? added : same)
  })
}

function paired(before: string[], after: string[]): Passage[] {
  const pairs = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const [earlier, later] = [before[index], after[index]]
    if (earlier === undefined) return later === undefined ? [] : [added(later)]
    return later === undefined ? [removed(earlier)] : wordChanges(earlier, later)
  })
  return pairs.flat()
}

/** One passage for two similar texts, else one for each. */
function wordChanges(before: string, after: string): Passage[] {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MAX_EDITS }) ?? []
  const pieces = changes.map(({ value, added, removed }): DiffPiece => {
    return { kind: added ? 'added' : removed ? 'removed' : 'same', text: value }
  })
  const kept = pieces.reduce((sum, { kind, text }) => sum + (kind === 'same' ? text.trim().length : 0), 0)
  return kept >= MIN_SHARED * Math.max(before.length, after.length) ? [pieces] : [removed(before), added(after)]
}

const same = (text: string): Passage => [{ kind: 'same', text }]
const added = (text: string): Passage => [{ kind: 'added', text }]
const removed = (text: string): Passage => [{ kind: 'removed', text }]

function isChange(passage: Passage): boolean {
  return passage.some(({ kind }) => kind !== 'same')
}

/** Keeps only those unchanged paragraphs that are next to a change. */
function aroundChanges(passages: Passage[]): PartChange['passages'] {
  const shown = passages.map((_, index) => passages.slice(Math.max(0, index - 1), index + 2).some(isChange))
  const result: PartChange['passages'] = []
  for (const [index, passage] of passages.entries()) {
    const last = result.at(-1)
    if (shown[index]) result.push(passage)
    else if (last && 'left_out' in last) last.left_out += 1
    else result.push({ left_out: 1 })
  }
  return result
}

/** Every part of a thing as paragraphs, in the order of the edit form. */
function partsOf(thing: ThingOutline): Map<ThingPart, string[]> {
  const { minutes, steps, prompts, body } = thing
  const line = (words: string | number | undefined) => (words === undefined ? [] : [String(words)])
  const parts = PARTS.map((part): [ThingPart, string[]] => {
    if (part === 'prompts') return [part, prompts]
    if (part === 'body') return [part, body.split(/\n{2,}/).filter(Boolean)]
    return [part, line(thing[part])]
  })
  const depths = DEPTHS.flatMap((depth): [ThingPart, string[]][] => [
    [`minutes_${depth}`, line(minutes[depth])],
    [`steps_${depth}`, (steps[depth] ?? []).map(stepText)],
  ])
  return new Map([...parts, ...depths])
}

function stepText({ title, detail }: StepOutline): string {
  return detail ? `${title}\n${detail}` : title
}
