// Rules that can never match, because their condition contradicts itself or because earlier ones take all of it.
// No rule is called dead that might live: what a condition asks beyond what condition-parts reads is left alone.
import type { ASTNode } from '@marcbachmann/cel-js'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import {
  type Alternative,
  alternativesOf,
  excludes,
  implies,
  type Part,
  type Value,
} from './condition-parts.ts'
import { meant } from '../nearest.ts'

export type DeadRule = { position: number; because: string; hint: string }

export const neverMatching = (
  trees: readonly (ASTNode | undefined)[],
  definition: Definition,
): DeadRule[] => {
  const dead: DeadRule[] = []
  const earlier: { position: number; alternatives: Alternative[] }[] = []
  const taken = new Map<string, Set<Value>>()
  for (const [position, tree] of trees.entries()) {
    if (!tree) continue
    const all = alternativesOf(tree)
    const possible = all?.filter((alternative) => !contradicts(alternative, definition))
    const nameOf = (at: number) => `"${definition.rules[at]?.name}"`
    if (!all || !possible) continue
    if (possible.length === 0) {
      dead.push({ position, ...contradiction(all, definition) })
      continue
    }
    const covering = possible.map((alternative) =>
      earlier.find((one) => one.alternatives.some((wider) => covers(wider, alternative))),
    )
    if (covering.every((one) => one !== undefined)) {
      const names = [...new Set(covering.map((one) => nameOf(one.position)))]
      dead.push({
        position,
        because: `${names.join(' and ')} above ${names.length === 1 ? 'takes' : 'take'} everything it asks for`,
        hint: MOVE,
      })
    } else if (possible.every((alternative) => alternative.some((part) => isTaken(part, taken)))) {
      dead.push({ position, because: 'the rules above take every value it asks for', hint: MOVE })
    } else if (
      possible.some((alternative) => alternative.length === 0) &&
      [...taken].some(([field, values]) => takesAll(field, values, definition))
    ) {
      dead.push({ position, because: 'the rules above take every value there is', hint: MOVE })
    }
    earlier.push({ position, alternatives: possible })
    for (const [only, ...more] of possible) {
      if (only?.kind !== 'values' || more.length > 0) continue
      const known = taken.get(only.field) ?? new Set()
      for (const value of only.values) known.add(value)
      taken.set(only.field, known)
    }
  }
  return dead
}

const isTaken = (part: Part, taken: Map<string, Set<Value>>): boolean =>
  part.kind === 'values' && [...part.values].every((value) => taken.get(part.field)?.has(value) === true)

const MOVE = 'move it up, change it or remove it'
const CHANGE = 'change it or remove it'

/** Whether the values are all that a field which must be there can have. */
const takesAll = (field: string, values: Set<Value>, definition: Definition): boolean => {
  const known = definition.fields[field]
  const allowed = known?.type === 'boolean' ? [true, false] : known?.enum
  return allowed !== undefined && known?.missing !== 'ignore' && allowed.every((value) => values.has(value))
}

const covers = (wider: Alternative, narrower: Alternative): boolean =>
  wider.every((part) => narrower.some((own) => implies(own, part)))

const contradicts = (alternative: Alternative, definition: Definition): boolean =>
  alternative.some(
    (part, at) =>
      impossible(part, definition) || alternative.slice(at + 1).some((other) => excludes(part, other)),
  )

/** Whether no value that its field allows keeps a part. */
const impossible = (part: Part, definition: Definition): boolean => {
  if (part.kind === 'text') return false
  const field = definition.fields[part.field]
  if (part.kind === 'values' && field?.enum !== undefined) {
    const { enum: allowed } = field
    return [...part.values].every((value) => !allowed.includes(value))
  }
  return (
    excludes(part, {
      kind: 'range',
      field: part.field,
      from: field?.minimum ?? field?.exclusiveMinimum ?? -Infinity,
      to: field?.maximum ?? field?.exclusiveMaximum ?? Infinity,
      withFrom: field?.minimum !== undefined,
      withTo: field?.maximum !== undefined,
    }) &&
    (field?.type === 'number' || field?.type === 'integer')
  )
}

const contradiction = (all: Alternative[], definition: Definition): Pick<DeadRule, 'because' | 'hint'> => {
  const wrong = all.flat().find((part) => impossible(part, definition))
  if (!wrong || wrong.kind === 'text') return { because: 'its condition contradicts itself', hint: CHANGE }
  const field = definition.fields[wrong.field]
  if (wrong.kind !== 'values' || !field?.enum)
    return { because: `record.${wrong.field} is never so (it has ${boundsOf(field)})`, hint: CHANGE }
  const values = [...wrong.values]
  const allowed = field.enum.map(String)
  return {
    because: `record.${wrong.field} is never ${values.map((value) => JSON.stringify(value)).join(' or ')}`,
    hint: meant(String(values[0]), allowed, 'it is one of') ?? CHANGE,
  }
}

const boundsOf = (field: Definition['fields'][string] | undefined): string =>
  (['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'] as const)
    .flatMap((bound) => (field?.[bound] === undefined ? [] : [`${bound} ${field[bound]}`]))
    .join(', ')
