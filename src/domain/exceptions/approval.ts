// What an approval covers: the inputs of every action still to come, as they would be sent, with answers that are not there yet
// by the expression that reads them; and how what is about to be
// sent differs from that. Secrets stand in it by name. Pure.
import { type EditedInput, secretPlaceholder, withInput } from './action-input.ts'
import { canonicalHash } from '../values/canonical.ts'
import type { CompiledWorkflow, RenderedAction } from '../compile/compiled-workflow.ts'
import type { Scope } from '../rules/decision.ts'
import { namesTo, pathInAction, withoutAt } from './input-path.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../values/json.ts'

/** One action still to come. */
export interface PlannedAction {
  action: string
  /** Its place in the route. */
  step: number
  /** `nothing`: its condition does not hold. `unknown`: what it would send cannot be told, and `input` says why. */
  does: 'http' | 'slack' | 'email' | 'emit' | 'nothing' | 'unknown'
  /** Everything that is sent, value by value in the order of the file, each with its path. A list: `jsonb` sorts names. */
  values: [path: string, value: JsonValue][]
  /** Paths that the file leaves out of the approval. */
  except: string[]
  /** Which channel its `#name` belonged to (approved-channels.ts); null: none. */
  channelId?: string | null
}

/** The same before it is kept. */
type Rendered = Pick<PlannedAction, 'action' | 'step' | 'does' | 'except'> & { input: JsonObject }

export interface Cover {
  /** Of all actions together. Approvals of one run cover the same hash. */
  hash: string
  /** Each with a hash of its own, of what was rendered: the database cannot hold every character of it. */
  actions: (PlannedAction & { hash: string })[]
}

export interface CoverChange {
  action: string
  /** Which part of it: `json.amount`. */
  field: string
  /** null: was, or is, not there. */
  before: JsonValue
  after: JsonValue
}

export interface StandsAt {
  route: string
  step: number
  edited?: EditedInput | null | undefined
}

function inputOf(action: RenderedAction): Pick<Rendered, 'does' | 'input'> {
  const { does, input } = sentBy(action)
  return { does, input: action.onlyWhen === undefined ? input : { when: action.onlyWhen, ...input } }
}

function sentBy(action: RenderedAction): Pick<Rendered, 'does' | 'input'> {
  switch (action.kind) {
    case 'http': {
      const { handling: _, ...sent } = action.call
      return { does: 'http', input: sent }
    }
    case 'slack':
      return { does: 'slack', input: { channel: action.channel, text: action.text } }
    case 'email':
      return { does: 'email', input: { to: action.to, subject: action.subject, text: action.text } }
    case 'emit':
      return { does: 'emit', input: { workflow: action.workflow, event: action.event } }
    case 'skipped':
      return { does: 'nothing', input: {} }
  }
}

/** What is still to come of a route, as it would be sent now. Never throws. */
export function coverOf(compiled: CompiledWorkflow, { route, step, edited }: StandsAt, scope: Scope): Cover {
  const { actions: written = [], review } = compiled.definition.routes[route] ?? {}
  const actions = written.slice(step).map(({ action: name }, after): Rendered => {
    const at = step + after
    try {
      const rendered = compiled.action(route, at, { ...scope, leavesAnswersOut: true }, secretPlaceholder)
      const mine = edited?.route === route && edited.step === at ? edited.input : undefined
      // What a person wrote is covered whole: nobody but the file can say what carries a moment.
      if (mine) return { action: name, step: at, except: [], ...inputOf(withInput(rendered, mine)) }
      return withoutExcepted(
        { action: name, step: at, except: [], ...inputOf(rendered) },
        review?.except ?? [],
      )
    } catch (error) {
      return {
        action: name,
        step: at,
        does: 'unknown',
        input: { because: (error as Error).message },
        except: [],
      }
    }
  })
  const hashed = actions.map(({ input, ...one }) => ({
    ...one,
    values: isFull(input) ? leavesOf(input).filter(([path]) => !one.except.includes(path)) : [],
    hash: canonicalHash({ ...one, input }),
  }))
  return { hash: canonicalHash(hashed.map(({ hash }) => hash)), actions: hashed }
}

function withoutExcepted(planned: Rendered, paths: readonly string[]): Rendered {
  return paths.reduce((so, path) => {
    const within = pathInAction(path, so.action)
    const names = within === undefined ? undefined : namesTo(so.input, within)
    if (within === undefined || !names) return so
    return { ...so, input: withoutAt(so.input, names) as JsonObject, except: [...so.except, within] }
  }, planned)
}

const isFull = (value: JsonValue): value is JsonObject | JsonValue[] =>
  (Array.isArray(value) || isJsonObject(value)) && Object.keys(value).length > 0

/** Every single value of an input with its path, in order. */
const leavesOf = (value: JsonValue, path = ''): [path: string, value: JsonValue][] =>
  isFull(value)
    ? Object.entries(value).flatMap(([name, inner]) =>
        leavesOf(inner, path === '' ? name : `${path}.${name}`),
      )
    : [[path, value]]

const NOT_COVERED = '(not covered by the approval)'

/** The values of an action by path, with what it does as one of them. */
const facts = ({ does, values, except }: PlannedAction): Map<string, JsonValue> =>
  new Map<string, JsonValue>([['', does], ...values, ...except.map((path) => [path, NOT_COVERED] as const)])

/** The channel that its name belonged to, told by the id: for where the name alone says nothing of a change. */
const channelOf = ({ values, channelId }: PlannedAction): JsonValue => {
  const name = new Map(values).get('channel')
  return typeof name === 'string'
    ? `${name} (${channelId ?? 'no channel that the bot knew'})`
    : (name ?? null)
}

function changesOf(before: PlannedAction | undefined, after: PlannedAction): CoverChange[] {
  const was = before ? facts(before) : new Map<string, JsonValue>()
  const is = facts(after)
  if (before && before.channelId !== after.channelId && was.get('channel') === is.get('channel')) {
    was.set('channel', channelOf(before))
    is.set('channel', channelOf(after))
  }
  return [...new Set([...is.keys(), ...was.keys()])]
    .map((field) => ({ field, before: was.get(field) ?? null, after: is.get(field) ?? null }))
    .filter((one) => canonicalHash(one.before) !== canonicalHash(one.after))
    .map((one) => ({ ...one, action: after.action, field: one.field === '' ? 'what it does' : one.field }))
}

/**
 * How what is about to be sent differs from what was approved; undefined: not at all. Steps that are done by now do not
 * count. Empty: it differs in nothing that can be named by a path.
 */
export function differenceFrom(approved: Cover | null, now: Cover): CoverChange[] | undefined {
  const then = new Map(approved?.actions.map((one) => [one.step, one]))
  const differ = now.actions.filter(({ step, hash }) => then.get(step)?.hash !== hash)
  if (approved !== null && differ.length === 0) return undefined
  return differ.flatMap((one) => changesOf(then.get(one.step), one))
}

/** The cover in what the database keeps of an exception or a decision; null: none. */
export function coverIn(kept: unknown, name: 'covers' | 'approved'): Cover | null {
  const found =
    typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>)[name] : undefined
  return typeof found === 'object' && found !== null && 'hash' in found ? (found as Cover) : null
}
