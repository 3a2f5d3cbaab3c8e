import { create } from 'qrcode'
import { escapeHtml } from './escape.ts'

/** White around the code, without which cameras do not find it. */
const QUIET = 4

/** A link as a picture for a phone's camera. @param label what it is, for those who do not see it */
export function qrHtml(link: string, label: string): string {
  const { path, side } = qrPath(link)
  return `<svg viewBox="0 0 ${side} ${side}" role="img" aria-label="${escapeHtml(label)}" shape-rendering="crispEdges"><path d="${path}"/></svg>`
}

/** The dark of it as the path of a drawing, in a square with sides of so many units. */
export function qrPath(link: string): { path: string; side: number } {
  const { data, size } = create(link, { errorCorrectionLevel: 'M' }).modules
  const rows = Array.from({ length: size }, (_, y) => darkBoxes(data.subarray(y * size, (y + 1) * size), y + QUIET))
  return { path: rows.join(''), side: size + 2 * QUIET }
}

/** The dark stretches of one row, as boxes of a path. */
function darkBoxes(row: Uint8Array, y: number): string {
  const stretches = row.join('').matchAll(/1+/g)
  return Array.from(stretches, ({ index, 0: dark }) => `M${index + QUIET} ${y}h${dark.length}v1h-${dark.length}z`).join(
    '',
  )
}
