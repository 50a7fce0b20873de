// Clock, faults, the request URL's check, and webhooks as an outside system sends them.
import type { ControlAnswers, ControlCalls } from '../control-contract.ts'
import { verifyRequestUrl } from '../delivery/http-wire.ts'
import type { Slack } from '../slack.ts'
import { secret } from '../workspace/ids.ts'
import { renumbered } from '../examples.ts'
import { ControlError } from './refusal.ts'

export const clock = (slack: Slack, call: ControlCalls['clock']): ControlAnswers['clock'] => {
  if (call.reset === true) slack.clock.reset()
  slack.clock.advance(call.advanceMs)
  const nowMs = slack.clock.nowMs()
  slack.store.commit({ kind: 'clock', nowMs })
  return { nowMs }
}

export const fault = (slack: Slack, call: ControlCalls['fault']): ControlAnswers['fault'] => {
  const { kind, method = null, count = null, ms = 1_000, error } = call
  if (kind === 'drop_sockets') {
    slack.sockets.drop()
    return { fault: { id: '', kind, method, count: 0, ms }, faults: slack.faults.list() }
  }
  const set = slack.faults.set({ kind, method, count, ms, ...(error !== undefined && { error }) })
  // An outage takes the sockets with it, and lets none in until it is over.
  if (kind === 'outage' && method === null) slack.sockets.drop()
  return { fault: set, faults: slack.faults.list() }
}

export const clearFaults = (
  slack: Slack,
  call: ControlCalls['clear-faults'],
): ControlAnswers['clear-faults'] => {
  slack.faults.clear(call.id)
  return { faults: slack.faults.list() }
}

export const verify = async (slack: Slack): Promise<ControlAnswers['verify']> => {
  if (!slack.http) throw new ControlError('no_request_url', 'The app has no request URL: it uses Socket Mode')
  return verifyRequestUrl(slack.http, secret(16))
}

export const refresh = (slack: Slack, call: ControlCalls['refresh']): ControlAnswers['refresh'] => {
  slack.sockets.refresh(call.reason ?? 'refresh_requested')
  return { sockets: slack.sockets.count() }
}

export const limits = (slack: Slack, call: ControlCalls['limits']): ControlAnswers['limits'] => {
  slack.limits.setEnabled(call.isOn)
  return { isOn: call.isOn }
}

export const scopes = (slack: Slack, call: ControlCalls['scopes']): ControlAnswers['scopes'] => {
  slack.scopes = call.scopes ?? slack.app.scopes
  return { scopes: slack.scopes }
}

const MAX_ANSWER = 10_000

const postHook = async (
  { signHook }: Slack,
  base: string,
  { workflow, body }: Pick<ControlCalls['webhook'], 'workflow' | 'body'>,
): Promise<ControlAnswers['webhook']> => {
  const text = JSON.stringify(body)
  const signature = await signHook(workflow, text)
  try {
    const answer = await fetch(new URL(`/hooks/${workflow}`, base), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signature },
      body: text,
      signal: AbortSignal.timeout(10_000),
      redirect: 'manual',
    })
    return { status: answer.status, body: (await answer.text()).slice(0, MAX_ANSWER), sent: body }
  } catch {
    throw new ControlError('webhook_unreachable', `Nothing answers at ${base}`, 502)
  }
}

const isDuplicate = ({ body }: ControlAnswers['webhook']): boolean => {
  try {
    return (JSON.parse(body) as { duplicate?: unknown } | null)?.duplicate === true
  } catch {
    return false
  }
}

export const webhook = async (
  slack: Slack,
  call: ControlCalls['webhook'],
): Promise<ControlAnswers['webhook']> => {
  const { webhookUrl } = slack
  if (webhookUrl === null) throw new ControlError('no_webhook_url', 'Nobody said where webhooks go')
  if (!/^[a-z0-9-]+$/.test(call.workflow)) throw new ControlError('bad_workflow', 'A workflow is [a-z0-9-]')
  const first = await postHook(slack, webhookUrl, call)
  if (call.fresh !== true || !isDuplicate(first)) return first
  // Six digits of the running second and a bit: new enough for a person who presses a button.
  const number = Math.floor(slack.clock.nowMs() / 100) % 1_000_000
  return postHook(slack, webhookUrl, { ...call, body: renumbered(call.body, number) })
}
