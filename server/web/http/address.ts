/**
 * A place on this site to go to after signing in, or null: a path whose first sign is `/` and second is neither `/`
 * nor `\`, without control characters, so that no address of another site gets through.
 */
export function localPath(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > 2000) return null
  if (!text.startsWith('/') || text.startsWith('//') || text.includes('\\')) return null
  return hasControlSigns(text) ? null : text
}

function hasControlSigns(text: string): boolean {
  return Array.from(text).some((sign) => sign < ' ' || sign === '\u007f')
}

/**
 * The address of a reflection, or of a comment under it. `comment` says which part of a long talk is to be shown; the
 * fragment alone never reaches the server.
 */
export function postHref(reflection_id: number, comment_id: number | null = null): string {
  const reflection = `/reflections/${reflection_id}`
  return comment_id === null ? reflection : `${reflection}?comment=${comment_id}#comment-${comment_id}`
}
