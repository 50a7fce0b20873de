// Which positions ask for a value by name: maps from whole values, and from the first characters of texts.

export type Key = string | number | boolean
/** Any of these values, or any text that begins with one of these. */
export type Keys = { keys: readonly Key[]; prefixes: readonly string[] }

/** Longer prefixes are told apart by this many characters: a lookup tries each length there is. */
const longestPrefix = 32

const addTo = <K>(map: Map<K, number[]>, key: K, position: number): void => {
  const known = map.get(key)
  if (known) known.push(position)
  else map.set(key, [position])
}

/**
 * For a value, the ascending lists of positions that ask for it; a position with several prefixes may stand in several.
 * Keys are given in the order of their positions.
 */
export const keyIndex = (entries: { position: number; keys: Keys }[]) => {
  const byKey = new Map<Key, number[]>()
  const byPrefix = new Map<string, number[]>()
  for (const { position, keys } of entries) {
    for (const key of new Set(keys.keys)) addTo(byKey, key, position)
    for (const prefix of new Set(keys.prefixes)) addTo(byPrefix, prefix.slice(0, longestPrefix), position)
  }
  const lengths = [...new Set([...byPrefix.keys()].map(({ length }) => length))].toSorted((a, b) => a - b)

  return (value: Key): number[][] => {
    const found: number[][] = []
    const same = byKey.get(value)
    if (same) found.push(same)
    if (typeof value !== 'string') return found
    for (const length of lengths) {
      if (length > value.length) break
      const starting = byPrefix.get(value.slice(0, length))
      if (starting) found.push(starting)
    }
    return found
  }
}
