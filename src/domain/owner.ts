// Owners as a workflow file names them: "@person" or "@group" (only Slack knows which), "role:name",
// or a strategy over several: round_robin(…), least_loaded(…), weighted("@ada" 3, "@grace" 1).
export type OwnerName = { kind: 'handle'; handle: string } | { kind: 'role'; role: string }
export type OwnerExpression =
  | { strategy: 'one'; of: [WeightedName] }
  | { strategy: 'round_robin' | 'least_loaded' | 'weighted'; of: WeightedName[] }
export type WeightedName = { name: OwnerName; weight: number }

/** Who runs Signalbox, where signalbox.yaml names them. */
export const OPERATORS = 'role:operators'

const handlePattern = /^@[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u
const rolePattern = /^role:([a-z0-9][a-z0-9_-]{0,59})$/
const callPattern = /^(round_robin|least_loaded|weighted)\(([^()]*)\)$/
const memberPattern = /^(?:"([^"]+)"|'([^']+)'|([^\s"']+))(?:\s+(\d{1,4}))?$/

const parseName = (text: string): OwnerName | undefined => {
  if (handlePattern.test(text)) return { kind: 'handle', handle: text.slice(1) }
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
  return 'write "@person", "@group", role:name, round_robin("@group"), least_loaded("@group") or weighted("@ada" 3, "@grace" 1)'
}

export const ownerNameText = (name: OwnerName): string =>
  name.kind === 'role' ? `role:${name.role}` : `@${name.handle}`
