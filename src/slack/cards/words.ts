// The card's sentences: what is wanted, and what each button will do, in words that name no machinery.
import type { ExceptionView } from '../../db/exception-view.ts'
import type { Reason } from '../../domain/reasons.ts'
import type { Action } from '../../domain/route.ts'
import type { PressName } from '../ids.ts'
import { valueText } from '../text.ts'
import type { Settlement } from '../../pipeline/exception/settlement.ts'

const headlines: Record<Reason, string> = {
  missing_field: 'Value missing',
  invalid_field: 'Value not accepted',
  shape_changed: 'Source changed its shape',
  stale_data: 'Data too old',
  lookup_failed: 'Lookup gave no answer',
  no_rule_matched: 'No rule fits',
  rules_conflict: 'Rules disagree',
  no_eligible_owner: 'Owner needed',
  approval_required: 'Approval needed',
  needs_judgement: 'Your judgement needed',
  duplicate_suspected: 'Same thing twice?',
  action_failed: 'Action failed',
  action_refused: 'Action refused',
  timed_out: 'Run got stuck',
  source_silent: 'Source is silent',
  internal_error: 'Fault in Signalbox',
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

const settledWords: Record<string, string> = {
  approved: 'Approved',
  retried: 'Retried',
  rejected: 'Rejected',
  fixed: 'Fixed',
  replayed: 'Replayed',
  recovered: 'Recovered by itself',
}
export const settledWord = (as: string | null): string => settledWords[as ?? ''] ?? 'Settled'

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
  if (view.reason === 'needs_judgement' || !route?.outcome)
    return 'Approving ends this as achieved; nothing else is done.'
  if (actions.length === 0) return `Approving ends this as ${route.outcome}; no action runs.`
  return `Approving runs ${listed(actions.map((one, at) => actionWords(view, one, at === 0 ? editedTexts(view) : {})))}, and ends this as ${route.outcome}.`
}

function retrying(view: ExceptionView): string {
  if (view.run.event.source === 'watchdog')
    return 'Retrying ends this one; Signalbox goes on looking by itself.'
  const { actions } = rest(view)
  const [failed] = actions
  if (view.run.stage === 'act' && failed)
    return `Retrying runs ${actionWords(view, failed, editedTexts(view))} again, under the same key: a target that honours it does nothing twice.`
  return 'Retrying checks and decides this again from what arrived.'
}

/** One sentence for each way that this exception offers. */
export function whatItDoes(view: ExceptionView, way: Settlement['do']): string {
  if (way === 'approve') return approving(view)
  if (way === 'retry') return retrying(view)
  if (way === 'fix') return 'Fixing asks only for these values, then checks and decides again.'
  return 'Rejecting ends it; a reason is asked for.'
}
