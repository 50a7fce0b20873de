// Whether a migration only adds. During an upgrade the previous release runs beside this one on the same tables: what it
// reads or writes must stay until a later release (CONTRIBUTING.md, "Change a table").
import { type Change, changesOf } from '../src/db/migrations/changes.ts'

/** From before the rule. They stay as they are; each needed a stop of everything, or nobody ran it yet. */
const BEFORE_THE_RULE = new Set([
  '20261123123353_keep_definition_order',
  '20261123133500_shape_without_times',
  '20261125183329_rolled_up_digest',
  '20261125193500_enqueue_inline',
  '20261126154618_pauses_in_one_table',
  '20261128120000_channels_by_id',
])

const CONTRACT = /^--[ \t]*contract:[ \t]*\S/m
const NOT_IN_A_TRANSACTION =
  /\b(?:(?:create|drop)\s+(?:unique\s+)?index|reindex\s+\w+)\s+concurrently\b|^\s*(?:vacuum|begin|commit|rollback|start\s+transaction|alter\s+system|(?:create|drop)\s+database)\b/i

const HAS_VALUE = /\bdefault\b|\bgenerated\b|\b(?:big|small)?serial\b/i

/** Why the previous release would stumble over this change; undefined when it would not. */
function breaks(change: Change, made: ReadonlySet<string>): string | undefined {
  if (change.does === 'write' || change.does === 'other') return undefined
  const { kind, name, table } = change.thing
  // What this migration made itself nobody knows yet.
  if (made.has(kind === 'table' ? name : (table ?? ''))) return undefined
  const what = `${kind} ${table && kind !== 'index' ? `${table}.${name}` : name}`
  if (change.does === 'rename') return kind === 'constraint' ? undefined : `renames ${what}`
  if (change.does === 'tighten') return `changes the type of ${what}, or requires it`
  // Replaced: made again under its name.
  if (change.does === 'drop' && kind === 'trigger' && made.has(`${table}.${name}`)) return undefined
  if (change.does === 'drop') return ['index', 'constraint'].includes(kind) ? undefined : `drops ${what}`
  const isRequired = kind === 'column' && /\bnot\s+null\b/i.test(change.text) && !HAS_VALUE.test(change.text)
  return isRequired ? `adds ${what} as NOT NULL without a default` : undefined
}

/** What is wrong with a migration, a sentence each. */
export function problemsOf(name: string, script: string): string[] {
  const changes = changesOf(script)
  const transaction = changes
    .filter(({ text }) => NOT_IN_A_TRANSACTION.test(text))
    .map(({ text }) => `${name} cannot run in a transaction: ${text.slice(0, 60).replaceAll(/\s+/g, ' ')} …`)
  if (BEFORE_THE_RULE.has(name) || CONTRACT.test(script)) return transaction
  const made = new Set(
    changes.flatMap((change) =>
      change.does === 'make' && change.thing.kind === 'trigger'
        ? `${change.thing.table}.${change.thing.name}`
        : [],
    ),
  )
  const broken = changes.flatMap((change) => {
    const problem = breaks(change, made)
    if (change.does === 'make' && change.thing.kind === 'table') made.add(change.thing.name)
    return problem === undefined
      ? []
      : `${name} ${problem}, which the previous release may still use. Add first, and drop in a later release with a line "-- contract: <release or migration after which nothing uses it>".`
  })
  return [...transaction, ...broken]
}
