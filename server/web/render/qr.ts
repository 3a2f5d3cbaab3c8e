import { create } from 'qrcode'
import { escapeHtml } from './escape.ts'

/** The quiet zone around the code, in modules (ISO/IEC 18004). */
const QUIET_ZONE = 4

/** A link as a QR code in SVG. @param label its text alternative */
export function qrHtml(link: string, label: string): string {
  const { path, side } = qrPath(link)
  return `<svg viewBox="0 0 ${side} ${side}" role="img" aria-label="${escapeHtml(label)}" shape-rendering="crispEdges"><path d="${path}"/></svg>`
}

/** The dark modules as an SVG path, in a square with this length of side. */
export function qrPath(link: string): { path: string; side: number } {
  const { data, size } = create(link, { errorCorrectionLevel: 'M' }).modules
  const rows = Array.from({ length: size }, (_, y) => rowPath(data.subarray(y * size, (y + 1) * size), y + QUIET_ZONE))
  return { path: rows.join(''), side: size + 2 * QUIET_ZONE }
}

/** The dark runs of one row as boxes of an SVG path. */
function rowPath(row: Uint8Array, y: number): string {
  const stretches = row.join('').matchAll(/1+/g)
  return Array.from(
    stretches,
    ({ index, 0: dark }) => `M${index + QUIET_ZONE} ${y}h${dark.length}v1h-${dark.length}z`,
  ).join('')
}
