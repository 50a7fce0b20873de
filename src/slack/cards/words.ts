// The card's sentences: what is wanted, and what each button will do, in words that name no machinery.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { Reason } from '../../domain/exceptions/reasons.ts'
import type { Action } from '../../domain/workflow-file/route.ts'
import type { PressName } from '../app/ids.ts'
import { valueText } from '../text.ts'
import type { Resolution } from '../../pipeline/exception/resolution.ts'

const headlines: Record<Reason, string> = {
  missing_field: 'Missing value',
  invalid_field: 'Invalid value',
  shape_changed: 'Payload format changed',
  stale_data: 'Outdated data',
  lookup_failed: 'Lookup failed',
  no_rule_matched: 'No rule matched',
  rules_conflict: 'Rules conflict',
  no_eligible_owner: 'Owner needed',
  approval_required: 'Approval needed',
  needs_judgement: 'Decision needed',
  duplicate_suspected: 'Possible duplicate',
  action_failed: 'Action failed',
  action_refused: 'Action refused',
  timed_out: 'Timed out',
  source_silent: 'Source is silent',
  internal_error: 'Internal error',
}
export const headline = (reason: Reason): string => headlines[reason]

export const pressLabels: Record<PressName, string> = {
  approve: 'Approve',
  retry: 'Retry',
  fix: 'Fix',
  reject: 'Reject',
  reassign: 'Reassign',
  why: 'Why?',
}

const resolvedWords: Record<string, string> = {
  approved: 'Approved',
  retried: 'Retried',
  rejected: 'Rejected',
  fixed: 'Fixed',
  replayed: 'Replayed',
  recovered: 'Recovered on its own',
}
export const resolvedWord = (as: string | null): string => resolvedWords[as ?? ''] ?? 'Resolved'

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
function editedTexts({ run }: ExceptionView): Record<string, unknown> {
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
  if (action.http) return `${name} (${action.http.method ?? 'POST'} ${place(filled(view, action.http.url))})`
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

function approving(view: ExceptionView): string {
  const { route, actions } = rest(view)
  if (view.reason === 'needs_judgement' || !route?.outcome) return 'Approving closes the case.'
  if (actions.length === 0) return `Approving closes the case as ${route.outcome}; no action runs.`
  return `Approving runs ${listed(actions.map((one, at) => actionWords(view, one, at === 0 ? editedTexts(view) : {})))}, then closes the case as ${route.outcome}.`
}

function retrying(view: ExceptionView): string {
  if (view.run.event.source === 'watchdog') return 'Retrying closes this; Signalbox keeps checking.'
  const { actions } = rest(view)
  const [failed] = actions
  if (view.run.stage === 'act' && failed)
    return `Retrying runs ${actionWords(view, failed, editedTexts(view))} again with the same idempotency key, so a target that honors it does nothing twice.`
  return 'Retry re-runs the rules on the original data.'
}

/** One sentence for each way that this exception offers. */
export function whatItDoes(view: ExceptionView, way: Resolution['do']): string {
  if (way === 'approve') return approving(view)
  if (way === 'retry') return retrying(view)
  if (way === 'fix') return "You'll enter the missing values, then the rules re-run."
  return "Rejecting closes the case; you'll be asked why."
}
