// A rehearsal: recorded events through two versions, and what would move. Pure: values in, figures out.
import type { CompiledWorkflow } from '../compile/compiled-workflow.ts'
import type { Definition } from '../workflow-file/definition.ts'
import type { EventInput } from '../event-input.ts'
import { place } from '../values/found.ts'
import type { JsonObject } from '../values/json.ts'
import { ownerTexts } from '../workflow-file/named-owners.ts'
import { isFromRecord, ownerWords } from '../people/owner-from-record.ts'
import type { Vars } from '../workflow-file/standards.ts'

/**
 * One recorded run: the event as it was, what lookups had answered and which had stopped it, what a person had corrected,
 * and when.
 */
export type Recorded = {
  run: string
  input: EventInput
  enrichment: JsonObject
  unanswered: string[]
  corrections: JsonObject
  now: Date
}
export type Side = { compiled: CompiledWorkflow; vars: Vars }

/** Where an event ends: a rule, its route and owner; or the reason why none decided. */
export type Ending = {
  rule: string | undefined
  route: string | undefined
  owner: string
  /** The same in words, without what a record holds. */
  shownOwner: string
  stopped: string | undefined
}
export type Moved = { from: string; to: string; count: number; runs: string[] }
export type BeforeAfter = { name: string; before: number; after: number }
export type Simulation = {
  events: number
  same: number
  moved: Moved[]
  rules: BeforeAfter[]
  routes: BeforeAfter[]
  owners: BeforeAfter[]
  /** Runs that a rule decided before and none would decide now. */
  newlyUnrouted: string[]
  newlyRouted: string[]
  /** What the draft's rules compare in vain, with how many of the events. */
  unlike: { rule: string; message: string; count: number }[]
}

/** Runs named with each figure; the count is always whole. */
const mostRuns = 20

const stoppedBy = (stopped: string): Ending => ({
  rule: undefined,
  route: undefined,
  owner: '',
  shownOwner: '',
  stopped,
})

/** Owners as the file names them: a value that names one stays in the record. */
const shownOwners = (definition: Definition, { rule, owner }: { rule: string; owner: string[] }): string => {
  const texts = ownerTexts(definition, rule)
  const taken = texts.filter(isFromRecord).join(' and ')
  return owner.map((name) => ownerWords(texts.includes(name) ? name : taken)).join(', ')
}

export const endingOf = ({ compiled, vars }: Side, recorded: Recorded): Ending => {
  const { input, now } = recorded
  const validated = compiled.validate(input, recorded.corrections, now)
  const [problem] = validated.problems
  if (problem) return stoppedBy(`${problem.field} ${problem.kind}`)
  const gaps = compiled.lookups
    .filter(({ name }) => recorded.unanswered.includes(name))
    .map((plan) => place(plan, { kind: 'none', because: 'had no answer' }))
  const [held] = gaps.flatMap(({ problems }) => problems)
  if (held) return stoppedBy(`${held.name} had no answer`)
  const { enrich } = compiled.definition
  const enriched = Object.fromEntries([
    ...gaps.flatMap(({ fields }) => Object.entries(fields)),
    ...Object.entries(recorded.enrichment).filter(([name]) => enrich[name]),
  ])
  const decision = compiled.decide({ record: { ...validated.fields, ...enriched }, input, vars, now })
  return decision.kind === 'route'
    ? {
        rule: decision.rule,
        route: decision.route,
        owner: decision.owner.join(', '),
        shownOwner: shownOwners(compiled.definition, decision),
        stopped: undefined,
      }
    : stoppedBy(decision.reason)
}

const nameOf = (ending: Ending): string =>
  ending.route === undefined ? `stopped: ${ending.stopped}` : `${ending.route} by "${ending.rule}"`

/** Whether two versions end an event alike: the same rule, route and owner, or stopped for the same reason. */
export const sameEnding = (a: Ending, b: Ending): boolean => nameOf(a) === nameOf(b) && a.owner === b.owner

/** An ending in words, beside another: with its owner where only that differs. */
export const endingText = (ending: Ending, other: Ending): string =>
  nameOf(ending) === nameOf(other) ? `${nameOf(ending)} (${ending.shownOwner || 'nobody'})` : nameOf(ending)

const noteUnlike = (noted: Simulation['unlike'], { compiled }: Side, { input }: Recorded): void => {
  for (const { position, message } of compiled.unlike(input)) {
    const rule = compiled.definition.rules[position]?.name ?? ''
    const known = noted.find((one) => one.rule === rule && one.message === message)
    if (known) known.count += 1
    else noted.push({ rule, message, count: 1 })
  }
}

export const simulate = (live: Side, draft: Side, recorded: Iterable<Recorded>): Simulation => {
  const result: Simulation = {
    events: 0,
    same: 0,
    moved: [],
    rules: [],
    routes: [],
    owners: [],
    newlyUnrouted: [],
    newlyRouted: [],
    unlike: [],
  }
  const moves = new Map<string, Moved>()
  const tallies = {
    rules: new Map<string, BeforeAfter>(),
    routes: new Map<string, BeforeAfter>(),
    owners: new Map<string, BeforeAfter>(),
  }
  const count = (counts: Map<string, BeforeAfter>, side: 'before' | 'after', name: string) => {
    const entry = counts.get(name) ?? { name, before: 0, after: 0 }
    entry[side] += 1
    counts.set(name, entry)
  }
  for (const one of recorded) {
    const before = endingOf(live, one)
    const after = endingOf(draft, one)
    result.events += 1
    noteUnlike(result.unlike, draft, one)
    for (const [side, ending] of [
      ['before', before],
      ['after', after],
    ] as const) {
      count(tallies.rules, side, ending.rule ?? `(${ending.stopped})`)
      count(tallies.routes, side, ending.route ?? `(${ending.stopped})`)
      if (ending.route !== undefined)
        count(tallies.owners, side, ending.shownOwner === '' ? '(nobody)' : ending.shownOwner)
    }
    if (before.route !== undefined && after.route === undefined) result.newlyUnrouted.push(one.run)
    if (before.route === undefined && after.route !== undefined) result.newlyRouted.push(one.run)
    const [from, to] = [nameOf(before), nameOf(after)]
    if (sameEnding(before, after)) {
      result.same += 1
      continue
    }
    const owned = from === to
    const key = owned ? `${from}\u0000${before.shownOwner}\u0000${after.shownOwner}` : `${from}\u0000${to}`
    const move: Moved = moves.get(key) ?? {
      from: endingText(before, after),
      to: endingText(after, before),
      count: 0,
      runs: [],
    }
    move.count += 1
    if (move.runs.length < mostRuns) move.runs.push(one.run)
    moves.set(key, move)
  }
  result.moved = [...moves.values()].toSorted((a, b) => b.count - a.count)
  result.rules = [...tallies.rules.values()]
  result.routes = [...tallies.routes.values()]
  result.owners = [...tallies.owners.values()]
  return result
}
