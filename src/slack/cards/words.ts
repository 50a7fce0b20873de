// The card's sentences: what is wanted, and what each button will do, in words that name no machinery.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { coverIn } from '../../domain/exceptions/approval.ts'
import { chosenIn, type Way } from '../../domain/exceptions/ways.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import type { Action } from '../../domain/workflow-file/route.ts'
import { valueText } from '../text.ts'

const resolvedWords: Record<string, string> = {
  approved: 'Approved',
  declined: 'Declined',
  retried: 'Retried',
  fixed: 'Fixed',
  processed: 'Processed anyway',
  done: 'Done',
  dismissed: 'Dismissed',
  expired: 'Nobody acted in time',
  replayed: 'Replayed',
  recovered: 'Recovered on its own',
}

/** How it was resolved; by a choice of the file, that choice. */
export const resolvedWord = ({ resolvedAs, data }: { resolvedAs: string | null; data: unknown }): string =>
  chosenIn(data).choice ?? resolvedWords[resolvedAs ?? ''] ?? 'Resolved'

/** A text with ${…} as it will be, as far as it needs no rules to say: vars and fields; anything else is an …. */
function filled({ run }: ExceptionView, text: string): string {
  const { vars } = run.standards
  const fields = run.record?.fields ?? {}
  return text.replaceAll(/\$\{\s*([^}]*?)\s*\}/g, (_whole, expression: string) => {
    const [, root, name = ''] = /^(vars|record)\.(\w+)$/.exec(expression) ?? []
    const from: Record<string, unknown> = root === 'vars' ? vars : root === 'record' ? fields : {}
    return Object.hasOwn(from, name) ? valueText(from[name]) : '…'
  })
}

/** Where a call goes, as people say it: without scheme, query and the bot's own address. */
const place = (url: string): string =>
  url
    .replace(/^\$\{public_url\}/, 'this bot')
    .replace(/^https?:\/\//, '')
    .replace(/[?#].*$/s, '')

/** The texts that a person wrote for the action where the run stands. */
export function editedTexts({ run }: ExceptionView): Record<string, unknown> {
  const last = run.decisions.findLast(({ edited }) => edited !== undefined)?.edited
  return last?.route === run.route && last.step === run.step ? last.input : {}
}

/** `edited`: what takes the place of the file's own texts. */
function actionWords(view: ExceptionView, action: Action, edited: Record<string, unknown> = {}): string {
  const text = (name: 'channel' | 'to', written: string) => {
    const other = edited[name]
    return typeof other === 'string' ? other : filled(view, written)
  }
  const name = `“${action.action}”`
  if (action.http) {
    const { method = 'POST', url, connection, path = '' } = action.http
    const to = url === undefined ? `${connection}${place(filled(view, path))}` : place(filled(view, url))
    return `${name} (${method} ${to})`
  }
  if (action.slack) return `${name} (a message in ${text('channel', action.slack.channel)})`
  if (action.email) return `${name} (mail to ${text('to', action.email.to)})`
  if (action.emit) return `${name} (starts ${action.emit.workflow})`
  return name
}

const listed = (parts: string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')}, then ${parts.at(-1)}`

function rest({ run }: ExceptionView) {
  const route = run.route === null ? undefined : run.definition.routes[run.route]
  return { route, actions: route?.actions.slice(run.step) ?? [] }
}

const closing: Record<Outcome, string> = {
  achieved: 'closes the case',
  declined: 'closes the case as declined',
  dismissed: 'closes the case as dismissed',
  failed: 'closes the case as failed',
  ignored: 'closes the case as ignored',
}

/** `isBrief`: what is sent stands below, with where it goes. */
function approving(view: ExceptionView, isBrief: boolean): string {
  const { route, actions } = rest(view)
  const end = closing[route?.outcome ?? 'achieved']
  if (actions.length === 0) return `Approving ${end}; no action runs.`
  if (isBrief) return `Approving runs ${listed(actions.map(({ action }) => `“${action}”`))}, then ${end}.`
  return `Approving runs ${nextSteps(view)}, then ${end}.`
}

function retrying(view: ExceptionView): string {
  if (view.run.event.source === 'watchdog') return 'Retrying replays the runs on hold.'
  const { actions } = rest(view)
  const [failed] = actions
  if (view.run.stage === 'act' && failed)
    return `Retrying runs ${actionWords(view, failed, editedTexts(view))} again, under the same idempotency key.`
  return 'Retry re-runs the rules on the original data.'
}

function marking(view: ExceptionView): string {
  const { actions } = rest(view)
  if (view.run.event.source === 'watchdog') return 'Marking it done closes this; Signalbox keeps checking.'
  if (view.run.stage !== 'act' || actions.length === 0) return 'Marking it done closes the case.'
  return `Marking it done closes the case without ${listed(actions.map((one) => `“${one.action}”`))}.`
}

function choosing({ run }: ExceptionView, { position, label }: Extract<Way, { do: 'choose' }>): string {
  const routes = run.definition.routes
  const choice = run.route === null ? undefined : routes[run.route]?.exception?.choices?.[position]
  if (!choice) return `${label} resolves this.`
  if (choice.outcome !== undefined) return `${label} ${closing[choice.outcome]}.`
  const next = routes[choice.route ?? '']
  const steps = (next?.actions ?? []).map(({ action }) => `“${action}”`)
  const runs =
    steps.length > 0
      ? `runs ${listed(steps)}`
      : `continues with ${next?.title ?? choice.route ?? 'its route'}`
  if (!next?.review) return `${label} ${runs}.`
  const approvers = `the approvers of ${next.title ?? choice.route}`
  return next.review.when === undefined
    ? `${label} asks ${approvers}.`
    : `${label} asks ${approvers} if this needs them, and else ${runs} at once.`
}

function declining({ run }: ExceptionView): string {
  const { declined } = (run.route === null ? undefined : run.definition.routes[run.route]) ?? {}
  const next = declined?.route === undefined ? undefined : run.definition.routes[declined.route]
  const does =
    declined?.route === undefined
      ? closing[declined?.outcome ?? 'declined']
      : `continues with ${next?.title ?? declined.route}`
  return `Declining ${does}; you'll be asked why.`
}

const hasCover = ({ exception: { data } }: ExceptionView): boolean => coverIn(data, 'covers') !== null

/** One sentence for each way that this exception offers. */
export function whatItDoes(view: ExceptionView, way: Way, isBrief = hasCover(view)): string {
  switch (way.do) {
    case 'approve':
      return approving(view, isBrief)
    case 'retry':
      return retrying(view)
    case 'fix':
      return "You'll enter the missing values, then the rules re-run."
    case 'process':
      return 'Processing it anyway runs the rules, as for any other.'
    case 'done':
      return marking(view)
    case 'choose':
      return choosing(view, way)
    case 'decline':
      return declining(view)
    case 'dismiss':
      return "Dismissing closes the case without an effect; you'll be asked why."
    default:
      return way satisfies never
  }
}

/** The same with where everything goes, for where nothing else says it. */
export const effectOf = (view: ExceptionView, way: Way): string => whatItDoes(view, way, false)

/** The actions still to come, with where they go; empty: none. */
export const nextSteps = (view: ExceptionView): string =>
  listed(rest(view).actions.map((one, at) => actionWords(view, one, at === 0 ? editedTexts(view) : {})))
