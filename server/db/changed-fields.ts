type Fields = Record<string, string | number | null>

/** The fields that differ, as the activity log stores them: `name` with the new value, `name_before` with the old one. */
export function changedFields(before: Fields, after: Fields): Fields {
  const changed = Object.keys(after).filter((name) => before[name] !== after[name])
  return Object.fromEntries(
    changed.flatMap((name) => [
      [name, after[name] ?? null],
      [`${name}_before`, before[name] ?? null],
    ]),
  )
}
