/**
 * Keeps what a pure function made of a text, up to `limit` of them; then it starts anew, which costs less than to know
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
