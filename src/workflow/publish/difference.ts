// What changed between two definitions, in words: what `signalbox plan` and the Slack modal say before publishing.
import type { Definition, RuleDefinition } from '../../domain/workflow-file/definition.ts'
import { shorten } from '../../domain/text/cut.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/values/json.ts'
import { fileForm } from '../file/file-form.ts'

export type Change = {
  section: 'rules' | 'fields' | 'routes' | 'enrich' | 'tests' | 'workflow'
  kind: 'added' | 'removed' | 'moved' | 'changed'
  text: string
}

export const difference = (before: Definition, after: Definition): Change[] => {
  const old = fileForm(before)
  const now = fileForm(after)
  return [
    ...settings(old, now),
    ...named('fields', 'field', old.fields, now.fields),
    ...named('enrich', 'enrichment', old.enrich, now.enrich),
    ...rules(before.rules, after.rules),
    ...named('routes', 'route', old.routes, now.routes),
    ...named('tests', 'test', byName(old.tests), byName(now.tests)),
  ]
}

const sections = new Set(['fields', 'enrich', 'rules', 'routes', 'tests'])

const settings = (old: JsonObject, now: JsonObject): Change[] =>
  [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => !sections.has(name))
    .flatMap((name) =>
      paths(old[name], now[name], name).map((text): Change => ({
        section: 'workflow',
        kind: 'changed',
        text,
      })),
    )

const named = (
  section: Exclude<Change['section'], 'rules' | 'workflow'>,
  word: string,
  old: JsonValue | undefined,
  now: JsonValue | undefined,
): Change[] => {
  const was = isJsonObject(old) ? old : {}
  const is = isJsonObject(now) ? now : {}
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name): Change[] => {
    if (was[name] === undefined) return [{ section, kind: 'added', text: `${word} ${name} added` }]
    if (is[name] === undefined) return [{ section, kind: 'removed', text: `${word} ${name} removed` }]
    return paths(was[name], is[name], '').map((text) => ({
      section,
      kind: 'changed',
      text: `${word} ${name}: ${text}`,
    }))
  })
}

const rules = (old: readonly RuleDefinition[], now: readonly RuleDefinition[]): Change[] => {
  const was = new Map(old.map((rule, position) => [rule.name, { rule, position }]))
  const is = new Set(now.map((rule) => rule.name))
  const changes: Change[] = old
    .filter((rule) => !is.has(rule.name))
    .map((rule) => ({
      section: 'rules',
      kind: 'removed',
      text: `rule "${rule.name}" removed (led to ${rule.route})`,
    }))
  const kept = now.filter((rule) => was.has(rule.name))
  const stayed = longestRun(kept.map((rule) => was.get(rule.name)?.position ?? 0))
  const staying = new Set(stayed.map((at) => kept[at]?.name))
  for (const [position, rule] of now.entries()) {
    const before = was.get(rule.name)?.rule
    const above = now[position - 1]?.name
    const place = above === undefined ? 'to the top' : `below "${above}"`
    if (!before) {
      changes.push({
        section: 'rules',
        kind: 'added',
        text: `rule "${rule.name}" added ${place}: ${rule.when} → ${rule.route}`,
      })
      continue
    }
    if (!staying.has(rule.name))
      changes.push({ section: 'rules', kind: 'moved', text: `rule "${rule.name}" moved ${place}` })
    for (const text of ruleChanges(before, rule))
      changes.push({ section: 'rules', kind: 'changed', text: `rule "${rule.name}": ${text}` })
  }
  return changes
}

const ownerOf = (rule: RuleDefinition): string => rule.owner?.join(', ') ?? 'the owner of its route'

const ruleChanges = (old: RuleDefinition, now: RuleDefinition): string[] => {
  const texts: string[] = []
  if (old.when !== now.when) texts.push(`condition changed: ${old.when} → ${now.when}`)
  if (old.route !== now.route) texts.push(`route changed: ${old.route} → ${now.route}`)
  if (old.enabled !== now.enabled) texts.push(now.enabled ? 'enabled' : 'disabled')
  if (ownerOf(old) !== ownerOf(now)) texts.push(`owned by ${ownerOf(now)} instead of ${ownerOf(old)}`)
  return texts
}

/** Indexes of a longest ascending run: those rules stayed in order, the others moved. */
const longestRun = (positions: readonly number[]): number[] => {
  const tails: number[] = []
  const before: (number | undefined)[] = []
  for (const [at, position] of positions.entries()) {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((positions[tails[middle] ?? 0] ?? 0) < position) low = middle + 1
      else high = middle
    }
    before[at] = tails[low - 1]
    tails[low] = at
  }
  const run: number[] = []
  for (let at = tails.at(-1); at !== undefined; at = before[at]) run.unshift(at)
  return run
}

const byName = (tests: JsonValue | undefined): JsonObject =>
  Object.fromEntries(
    (Array.isArray(tests) ? tests : []).map((test, at) => [
      isJsonObject(test) && typeof test.test === 'string' ? `"${test.test}"` : `${at + 1}`,
      test,
    ]),
  )

const short = (value: JsonValue | undefined): string => {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value)
  return shorten(text, 80)
}

/** Each place where two values differ: "minimum is 5 instead of 1". */
const paths = (old: JsonValue | undefined, now: JsonValue | undefined, name: string): string[] => {
  if (JSON.stringify(old) === JSON.stringify(now)) return []
  if (isJsonObject(old) && isJsonObject(now))
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) =>
      paths(old[key], now[key], name === '' ? key : `${name}.${key}`),
    )
  return [`${name} is ${short(now)} instead of ${short(old)}`]
}
