/** SQL for a list of columns: their names, the named parameters of an INSERT, and what an upsert assigns or compares. */
export function columnSql(columns: readonly string[]) {
  return {
    names: columns.join(', '),
    values: columns.map((column) => `:${column}`).join(', '),
    excluded: columns.map((column) => `excluded.${column}`).join(', '),
    updates: columns.map((column) => `${column} = excluded.${column}`).join(', '),
  }
}
