import { DEPTHS, type Depth, type StepOutline, type ThingOutline } from '../format/schema.ts'

/** A step in the form, where steps are ordered by depth; a new one has no slug yet. */
export interface StepFields {
  slug: string
  depth: Depth
  title: string
  detail: string
}

/** The steps of a depth in the form, with the number that each has after it moved up or down. */
export interface DepthSection {
  depth: Depth
  steps: { number: number; up: number; down: number }[]
  /** The number that a step added here gets. */
  next: number
}

export function stepFields(steps: ThingOutline['steps']): StepFields[] {
  const row = ({ slug, title, detail = '' }: StepOutline, depth: Depth) => ({ slug, depth, title, detail })
  return DEPTHS.flatMap((depth) => (steps[depth] ?? []).map((step) => row(step, depth)))
}

/** The steps by depth; depths without steps are left out. */
export function stepsByDepth(rows: readonly StepFields[]): Partial<ThingOutline['steps']> {
  const byDepth = DEPTHS.map((depth) => [depth, rows.filter((row) => row.depth === depth).map(stepOf)] as const)
  return Object.fromEntries(byDepth.filter(([, steps]) => steps.length > 0))
}

function stepOf({ slug, title, detail }: StepFields): StepOutline {
  return { slug, title, ...(detail ? { detail } : {}) }
}

/** Sorts rows by depth. */
export function sortByDepth<Row extends Pick<StepFields, 'depth'>>(rows: readonly Row[]): Row[] {
  return DEPTHS.flatMap((depth) => rows.filter((row) => row.depth === depth))
}

/** Adds an empty row at the end of a depth. */
export function withNewRow(rows: readonly StepFields[], depth: Depth): StepFields[] {
  return sortByDepth([...rows, { slug: '', depth, title: '', detail: '' }])
}

export function withoutRow(rows: readonly StepFields[], at: number): StepFields[] {
  return rows.toSpliced(at, 1)
}

/** Moves a step up or down; the first or last of a depth moves into the neighbouring depth, if there is one. */
export function withRowMoved(rows: readonly StepFields[], at: number, by: 1 | -1): StepFields[] {
  const [row, other] = [rows[at], rows[at + by]]
  if (!row) return [...rows]
  if (other?.depth === row.depth) return rows.with(at, other).with(at + by, row)
  const depth = DEPTHS[DEPTHS.indexOf(row.depth) + by]
  return depth ? rows.with(at, { ...row, depth }) : [...rows]
}

export function depthSections(rows: readonly StepFields[]): DepthSection[] {
  const numbered = rows.map(({ depth }, index) => ({ depth, number: index + 1 }))
  return DEPTHS.map((depth) => {
    const upTo = numbered.filter((row) => DEPTHS.indexOf(row.depth) <= DEPTHS.indexOf(depth))
    const steps = upTo
      .filter((row) => row.depth === depth)
      .map(({ number }) => {
        // a step that moves into the next depth keeps its number
        const stepUp = rows[number - 2]?.depth === depth ? number - 1 : number
        const stepDown = rows[number]?.depth === depth ? number + 1 : number
        return { number, up: stepUp, down: stepDown }
      })
    return { depth, steps, next: upTo.length + 1 }
  })
}
