// Owners as a workflow file names them: "@person" or "@group" (only Slack knows which), an e-mail address, a Slack id,
// "role:name", or a strategy over several: round_robin(…), least_loaded(…), weighted("@ada" 3, "@grace" 1).
export type OwnerName =
  | { kind: 'handle'; handle: string }
  | { kind: 'email'; email: string }
  | { kind: 'id'; id: string }
  | { kind: 'role'; role: string }
export type OwnerExpression =
  | { strategy: 'one'; of: [WeightedName] }
  | { strategy: 'round_robin' | 'least_loaded' | 'weighted'; of: WeightedName[] }
export type WeightedName = { name: OwnerName; weight: number }

/** Who runs Signalbox, where signalbox.yaml names them. */
export const OPERATORS = 'role:operators'

const handlePattern = /^@[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u
/** A person (U, W) or a user group (S) by what Slack calls them, which is theirs for good. */
const idPattern = /^[UWS][A-Z0-9]{5,20}$/
const emailPattern = /^[^\s@,()"'<>]{1,64}@[^\s@,()"'<>]{1,190}$/
const rolePattern = /^role:([a-z0-9][a-z0-9_-]{0,59})$/
const callPattern = /^(round_robin|least_loaded|weighted)\(([^()]*)\)$/
const memberPattern = /^(?:"([^"]+)"|'([^']+)'|([^\s"']+))(?:\s+(\d{1,4}))?$/

const parseName = (text: string): OwnerName | undefined => {
  if (handlePattern.test(text)) return { kind: 'handle', handle: text.slice(1) }
  if (idPattern.test(text)) return { kind: 'id', id: text }
  if (emailPattern.test(text)) return { kind: 'email', email: text }
  const role = rolePattern.exec(text)?.[1]
  return role === undefined ? undefined : { kind: 'role', role }
}

const parseMember = (text: string): WeightedName | undefined => {
  const [, double, single, bare, weight] = memberPattern.exec(text.trim()) ?? []
  const name = parseName(double ?? single ?? bare ?? '')
  return name && { name, weight: weight === undefined ? 1 : Number(weight) }
}

/** Reads one owner; undefined when the text names none. */
export const parseOwner = (text: string): OwnerExpression | undefined => {
  const name = parseName(text.trim())
  if (name) return { strategy: 'one', of: [{ name, weight: 1 }] }
  const [, strategy, inside] = callPattern.exec(text.trim()) ?? []
  if (inside === undefined) return undefined
  if (strategy !== 'round_robin' && strategy !== 'least_loaded' && strategy !== 'weighted') return undefined
  const of = inside.split(',').map(parseMember)
  if (of.some((member) => member === undefined)) return undefined
  return {
    strategy,
    of: of.filter((member) => member !== undefined),
  }
}

const strategies = ['round_robin', 'least_loaded', 'weighted']

/** Why a text names no owner, and what would; undefined when it does. */
export const ownerFault = (text: string): string | undefined => {
  const owner = parseOwner(text)
  if (owner)
    return owner.of.some(({ weight }) => weight < 1)
      ? 'a weight is a whole number from 1: who has none gets nothing'
      : undefined
  const call = /^(\w+)\(/.exec(text.trim())?.[1]
  if (call !== undefined && !strategies.includes(call))
    return `there is no strategy "${call}": write round_robin("@group"), least_loaded("@group") or weighted("@ada" 3, "@grace" 1)`
  const handle = text.trim()
  if (handlePattern.test(`@${handle}`)) return `write "@${handle}" for a person or a group, or role:${handle}`
  return 'write "@person", "@group", an e-mail address, a Slack id, role:name, round_robin("@group"), least_loaded("@group") or weighted("@ada" 3, "@grace" 1)'
}

export const ownerNameText = (name: OwnerName): string => {
  if (name.kind === 'role') return `role:${name.role}`
  if (name.kind === 'id') return name.id
  return name.kind === 'email' ? name.email : `@${name.handle}`
}

/** What is bound to a Slack id when it is published: handles and addresses, in small letters. An id is one already. */
export const bindable = (name: OwnerName): string | undefined =>
  name.kind === 'handle' || name.kind === 'email' ? ownerNameText(name).toLowerCase() : undefined

/** What names mean: a Slack id, or null for one that is nobody's. */
export type Bound = ReadonlyMap<string, string | null>

/** One owner's text with an id for each name that has one; a name without stays as it is, and is nobody. */
export const withIds = (text: string, bound: Bound): string => {
  const owner = parseOwner(text)
  const idOf = (name: OwnerName) => bound.get(bindable(name) ?? '') ?? undefined
  if (!owner?.of.some(({ name }) => idOf(name))) return text
  const names = owner.of.map(({ name, weight }) => ({ text: idOf(name) ?? ownerNameText(name), weight }))
  if (owner.strategy === 'one') return names[0]?.text ?? text
  const members = names.map((one) => `"${one.text}"${one.weight === 1 ? '' : ` ${one.weight}`}`)
  return `${owner.strategy}(${members.join(', ')})`
}

/** The names of an owner's text that can be bound, each once. */
export const bindableIn = (texts: readonly string[]): string[] => [
  ...new Set(
    texts.flatMap((text) => (parseOwner(text)?.of ?? []).flatMap(({ name }) => bindable(name) ?? [])),
  ),
]
