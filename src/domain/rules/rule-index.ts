// Which rules can match at all. Rules that ask the same fields stand in a group with an index for each of these fields; a
// record's candidates are the rules that every index of their group lets through. The index only ever leaves out rules
// whose condition is certainly false (rule-asks.ts).
import { type Ask, hasPrefix } from '../fields/field-ask.ts'
import { type FieldKinds, keyOf } from '../fields/field-kind.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'
import { type Key, keyIndex } from './key-index.ts'
import { allOf, anyOf, type Cursor, everywhere, listed, nowhere } from './position-cursor.ts'
import type { Asks } from './rule-asks.ts'
import { spanIndex } from './span-index.ts'

/** Every rule that is not certainly false for a record, in order. */
export type Candidates = (record: JsonObject) => Cursor

/** Below this many rules a plain walk is as fast. */
const worthIt = 8
/** Each group costs a lookup for each of its fields. */
const mostGroups = 16
/** So few rules are tried faster than they are looked up by another field. */
const fewEnough = 4
/** Looking for a prefix in a longer text could use up the budget of an expression, which then fails. */
const longestText = 100_000

type Entry = { position: number; asks: Asks }

const fieldsOf = (asks: Asks): string => JSON.stringify([...asks.keys()].toSorted())

const grouped = (entries: Entry[], keyOfEntry: (entry: Entry) => string): Entry[][] => {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) {
    const key = keyOfEntry(entry)
    const known = groups.get(key)
    if (known) known.push(entry)
    else groups.set(key, [entry])
  }
  return [...groups.values()]
}

const askText = (one: [field: string, ask: Ask]): string => JSON.stringify(one)

/** Each rule with only the field of which fewest others ask the same. */
const narrowed = (entries: Entry[]): Entry[] => {
  const counts = new Map<string, number>()
  for (const text of entries.flatMap(({ asks }) => [...asks].map(askText)))
    counts.set(text, (counts.get(text) ?? 0) + 1)
  return entries.map(({ position, asks }) => {
    const counted = [...asks].map((one) => ({ one, count: counts.get(askText(one)) ?? 0 }))
    const [rarest] = counted.toSorted((a, b) => a.count - b.count)
    return { position, asks: new Map(rarest ? [rarest.one] : []) }
  })
}

/** Rules that ask the same fields; where few do, by one field. */
const groupsOf = (entries: Entry[]): Entry[][] => {
  const groups = grouped(entries, ({ asks }) => fieldsOf(asks)).toSorted((a, b) => b.length - a.length)
  const isLarge = (group: Entry[], rank: number) => rank < mostGroups && group.length >= worthIt
  const rest = narrowed(groups.filter((group, rank) => !isLarge(group, rank)).flat())
  return [
    ...groups.filter(isLarge),
    ...grouped(
      rest.toSorted((a, b) => a.position - b.position),
      ({ asks }) => fieldsOf(asks),
    ),
  ]
}

type FieldIndex = { variety: number; lists: (key: Key) => number[][] }

const fieldIndex = (group: Entry[], name: string): FieldIndex => {
  const asked = group.flatMap(({ position, asks }) => {
    const ask = asks.get(name)
    return ask ? [{ position, ask }] : []
  })
  const spans = asked.flatMap(({ position, ask }) =>
    ask.kind === 'spans' ? [{ position, spans: ask.spans }] : [],
  )
  const variety = new Set(asked.map(({ ask }) => askText([name, ask]))).size
  if (spans.length > 0) {
    const lists = spanIndex(spans)
    return { variety, lists: (key) => lists(Number(key)) }
  }
  const keys = asked.flatMap(({ position, ask }) =>
    ask.kind === 'keys' ? [{ position, keys: ask.keys }] : [],
  )
  return { variety, lists: keyIndex(keys) }
}

const groupIndex = (group: Entry[], kinds: FieldKinds): Candidates => {
  const positions = group.map(({ position }) => position)
  const inAnyOrder = [...(group[0]?.asks.keys() ?? [])].flatMap((name) => {
    const asked = kinds.get(name)
    return asked ? [{ ...asked, ...fieldIndex(group, name) }] : []
  })
  const indexes = inAnyOrder.toSorted((a, b) => b.variety - a.variety)
  return (record) => {
    const cursors: Cursor[] = []
    for (const { field, kind, lists } of indexes) {
      const key = keyOf(kind, record[field])
      // A rule on a field without a value of its type stays in: it must fail as it would without the index.
      if (key === undefined) continue
      const found = lists(key)
      if (found.length === 0) return nowhere
      cursors.push(anyOf(found.map(listed)))
      if (found.reduce((sum, { length }) => sum + length, 0) <= fewEnough) break
    }
    return cursors.length === 0 ? listed(positions) : allOf(cursors)
  }
}

const isLong = (text: JsonValue | undefined): boolean => typeof text === 'string' && text.length > longestText

/** The fields in which a long text could use up the budget that asking for a prefix or a time takes from. */
const spendingFields = (entries: Entry[], kinds: FieldKinds): string[] => {
  const pays = ([name, ask]: [string, Ask]) => hasPrefix(ask) || kinds.get(name)?.kind === 'time'
  return entries.some(({ asks }) => [...asks].some(pays))
    ? [...kinds.values()].flatMap(({ field, kind }) => (kind === 'text' ? [field] : []))
    : []
}

export const ruleIndex = (asks: readonly Asks[], kinds: FieldKinds): Candidates => {
  const entries = asks.map((of, position) => ({ position, asks: of }))
  const asking = entries.filter((entry) => entry.asks.size > 0)
  const all = everywhere(asks.length)
  if (asks.length < worthIt || asking.length === 0) return () => all
  const always = entries.filter((entry) => entry.asks.size === 0).map(({ position }) => position)
  const groups = groupsOf(asking).map((group) => groupIndex(group, kinds))
  const spending = spendingFields(asking, kinds)
  return (record) => {
    for (const field of spending) if (isLong(record[field])) return all
    const cursors = groups.map((group) => group(record)).filter((cursor) => cursor !== nowhere)
    return anyOf(always.length === 0 ? cursors : [...cursors, listed(always)])
  }
}
