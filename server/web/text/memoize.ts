/**
 * Caches the results of a pure function of a text. At `limit` results the cache is emptied, which costs less than to track
 * which was used last.
 */
export function memoize<Value>(limit: number, make: (key: string) => Value): (key: string) => Value {
  const values = new Map<string, Value>()
  return (key) => {
    const known = values.get(key)
    if (known !== undefined) return known
    const value = make(key)
    if (values.size >= limit) values.clear()
    values.set(key, value)
    return value
  }
}
