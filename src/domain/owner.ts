// Owners as a workflow file names them: "@person" or "@group" (only Slack knows which), "role:name",
// or a strategy over several: round_robin(…), least_loaded(…), weighted("@ada" 3, "@grace" 1).
export type OwnerName = { kind: 'handle'; handle: string } | { kind: 'role'; role: string }
export type OwnerExpression =
  | { strategy: 'one'; of: [WeightedName] }
  | { strategy: 'round_robin' | 'least_loaded' | 'weighted'; of: WeightedName[] }
export type WeightedName = { name: OwnerName; weight: number }

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

export const ownerNameText = (name: OwnerName): string =>
  name.kind === 'role' ? `role:${name.role}` : `@${name.handle}`
