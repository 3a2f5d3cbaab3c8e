const SIGNS = /[&<>"']/
const ALL_SIGNS = /[&<>"']/g
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** HTML escaping that looks before it replaces: most texts hold nothing to replace. */
export function escapeHtml(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  return SIGNS.test(text) ? text.replace(ALL_SIGNS, (sign) => ENTITIES[sign] ?? sign) : text
}
