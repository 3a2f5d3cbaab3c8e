/**
 * One page out of rows that were asked for with `LIMIT size + 1`.
 * @returns the rows of the page, and its last row as the cursor of the next page; null where there are no more
 */
export function pageOf<Row>(rows: readonly Row[], size: number): { items: Row[]; next: Row | null } {
  const items = rows.slice(0, size)
  return { items, next: rows.length > size ? (items.at(-1) ?? null) : null }
}
