/** A pseudo-random number from 0 up to 1 that only depends on the seed (FNV-1a with the finaliser of MurmurHash3). */
export function seededRandom(...seed: (string | number)[]): number {
  const words = seed.join(' ')
  let hash = 0x811c9dc5
  for (let at = 0; at < words.length; at++) hash = Math.imul(hash ^ words.charCodeAt(at), 0x01000193)
  // without the finaliser, seeds that differ only in the last character give numbers close to each other
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** An element chosen by the seed. @throws RangeError for an empty list */
export function oneOf<Item>(items: readonly Item[], ...seed: (string | number)[]): Item {
  const item = items[Math.floor(seededRandom(...seed) * items.length)]
  if (item === undefined) throw new RangeError('nothing to choose from')
  return item
}
