// A connection with a preset, written out: the preset's texts with what the author gave in them, below the author's own keys.
import { customers } from './customers.ts'
import { messages } from './messages.ts'
import { money } from './money.ts'
import type { PresetInput, TargetPreset } from './preset.ts'
import { work } from './work.ts'
import { fixed, secretName, template } from '../text/text-kinds.ts'
import type { PlainConnection } from '../workflow-file/connection.ts'
import { isAuthorization } from '../workflow-file/http-request.ts'

export const targetPresets: Readonly<Record<string, TargetPreset>> = {
  ...money,
  ...customers,
  ...work,
  ...messages,
}
export const presetNames = Object.keys(targetPresets).toSorted()

/** A connection as a file has it, with what the presets take beside its own keys. */
export type Written = Partial<PlainConnection> & { preset?: string | undefined; [input: string]: unknown }

const uses = (name: string): [preset: string, input: PresetInput][] =>
  presetNames.flatMap((preset): [string, PresetInput][] => {
    const input = targetPresets[preset]?.inputs[name]
    return input ? [[preset, input]] : []
  })

const inputNames = [...new Set(Object.values(targetPresets).flatMap(({ inputs }) => Object.keys(inputs)))]

/** What presets take, by key: whether the one of a connection takes it is said by `presetFaults`. */
export const inputKeys = Object.fromEntries(
  inputNames.toSorted().map((name) => {
    const found = uses(name)
    const kind = found[0]?.[1].kind === 'secret' ? secretName : template.min(1)
    const described = `Of presets: ${found.map(([preset, { does }]) => `${preset} (${does})`).join('; ')}`
    return [name, kind.optional().describe(described)]
  }),
)

const PLACEHOLDER = /<(\w+)>/g

const namesIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [...value.matchAll(PLACEHOLDER)].map(([, name = '']) => name)
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(namesIn)
      : []

const filled = (value: unknown, texts: Readonly<Record<string, string>>): unknown => {
  if (typeof value === 'string')
    return value.replaceAll(PLACEHOLDER, (whole, name: string) => texts[name] ?? whole)
  if (Array.isArray(value)) return value.map((one) => filled(one, texts))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, texts)]))
}

const without = <T>(map: Readonly<Record<string, T>> = {}, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name.toLowerCase())))
const lowerNames = (map: object = {}): string[] => Object.keys(map).map((name) => name.toLowerCase())

/** What of the preset the author has not said anew. Headers and parameters count one by one. */
function left({ connection }: TargetPreset, written: Written): Partial<PlainConnection> {
  const { headers, query, ...own } = connection
  const header = own.auth?.header?.name.toLowerCase() ?? 'authorization'
  const isAuthWritten = written.auth !== undefined || lowerNames(written.headers).includes(header)
  const kept = Object.entries(own).filter(
    ([key]) => written[key] === undefined && !(key === 'auth' && isAuthWritten),
  )
  return {
    ...Object.fromEntries(kept),
    ...(headers && { headers: without(headers, lowerNames(written.headers)) }),
    ...(query && { query: without(query, lowerNames(written.query)) }),
  }
}

export interface PresetFault {
  path: string[]
  message: string
}

/** What is given to a preset, by key. */
const given = (written: Written): [key: string, text: string][] =>
  inputNames.flatMap((name): [string, string][] => {
    const value = written[name]
    return typeof value === 'string' ? [[name, value]] : []
  })

function inputFault({ kind, shape }: PresetInput, said: string): string | undefined {
  // Secrets are looked at as keys: a key is of one kind in all presets.
  if (kind === 'secret') return undefined
  if (!fixed(said)) return 'only ${vars.…} and ${secret.…} stand in a connection'
  if (said.includes('${') || isSecret(said) || shape === undefined || shape.pattern.test(said))
    return undefined
  return shape.says
}

const isSecret = (text: string): boolean => secretName.safeParse(text).success

/** What is wrong with what a connection gives to its preset. */
export function presetFaults(written: Written): PresetFault[] {
  const name = written.preset
  if (name === undefined)
    return given(written).map(([key]) => ({
      path: [key],
      message: `${key} only goes with a preset (${uses(key)
        .map(([preset]) => preset)
        .join(', ')}): add preset`,
    }))
  const preset = targetPresets[name]
  if (!preset) return []
  const { inputs, needsAuth } = preset
  const rest = left(preset, written)
  const needed = new Set(namesIn(rest))
  const missing = Object.entries(inputs).filter(([key]) => needed.has(key) && written[key] === undefined)
  const faults: PresetFault[] = []
  if (missing.length > 0)
    faults.push({
      path: [],
      message: `${name} needs ${missing.map(([key, { does, example }]) => `${key}: ${example} (${does})`).join(', and ')}`,
    })
  if (
    needsAuth !== undefined &&
    written.auth === undefined &&
    !lowerNames(written.headers).some(isAuthorization)
  )
    faults.push({ path: [], message: `${name} needs ${needsAuth}` })
  for (const [key, value] of given(written)) {
    const input = inputs[key]
    const wrong = input && inputFault(input, value)
    if (!input)
      faults.push({
        path: [key],
        message: `${name} takes no ${key} (it takes ${Object.keys(inputs).join(', ') || 'nothing'})`,
      })
    else if (!needed.has(key))
      faults.push({
        path: [key],
        message: `remove it: your own keys replace the part of ${name} that uses it`,
      })
    else if (wrong !== undefined) faults.push({ path: [key], message: wrong })
  }
  return faults
}

/** Secrets stand in longer texts in ${…}; alone, as the kinds of auth want them. */
const asGiven = ({ kind }: PresetInput, value: string): string =>
  kind === 'text' && isSecret(value) ? `\${${value}}` : value

/** The connection written out. What it lacks is said by whoever reads it next. */
export function asConnection(written: Written): unknown {
  const { preset: name, ...more } = written
  const own = without(more, inputNames)
  const preset = name === undefined ? undefined : targetPresets[name]
  if (!preset) return own
  const texts = given(written).flatMap(([key, value]): [string, string][] => {
    const input = preset.inputs[key]
    return input ? [[key, asGiven(input, value)]] : []
  })
  const rest = filled(left(preset, written), Object.fromEntries(texts)) as Partial<PlainConnection>
  return {
    ...rest,
    ...own,
    ...(rest.headers && { headers: { ...rest.headers, ...written.headers } }),
    ...(rest.query && { query: { ...rest.query, ...written.query } }),
  }
}
