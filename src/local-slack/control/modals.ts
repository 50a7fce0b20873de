// A person submits or closes a modal; what the app answers (errors, update, push, clear) happens to the stack.
import type { Delivery, Person, View } from '../contract.ts'
import type { ControlAnswers, ControlCalls } from '../control-contract.ts'
import { closedPayload, newResponseUrl, submissionPayload } from '../delivery/payloads.ts'
import type { Slack } from '../slack.ts'
import { elementsOf } from '../workspace/blocks.ts'
import { inputErrors } from '../workspace/element-values.ts'
import {
  MAX_STACK,
  findView,
  pushView,
  replaceView,
  setStack,
  stackOf,
  viewFrom,
} from '../workspace/views.ts'
import { viewProblem } from '../api/block-checks.ts'
import { valuesFor } from './elements.ts'
import { ControlError } from './refusal.ts'
import { actor, viewOfPerson } from './who-and-where.ts'

type Json = Record<string, unknown>
type Values = ReturnType<typeof valuesFor>

const TROUBLE = 'We had some trouble connecting. Try again?'

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** One for each conversation chosen in a select that asks for a response_url. */
const responseUrls = (
  slack: Slack,
  person: Person,
  { view, values }: { view: View; values: Values },
): Json[] =>
  elementsOf(view.blocks).flatMap(({ blockId, element }) => {
    if (element.response_url_enabled !== true) return []
    const state = values[blockId]?.[element.action_id]
    const channel = state?.selected_conversation ?? state?.selected_channel
    if (typeof channel !== 'string') return []
    const interaction = { channel, user: person.id, messageTs: null, threadTs: null }
    const url = newResponseUrl(slack, interaction)
    return [{ block_id: blockId, action_id: element.action_id, channel_id: channel, response_url: url }]
  })

const pop = (slack: Slack, view: View) => {
  const below = stackOf(slack.store.workspace, view.user)
  setStack(
    slack.store,
    view.user,
    below.slice(
      0,
      Math.max(
        0,
        below.findIndex((each) => each.id === view.id),
      ),
    ),
  )
}

/** What the answer does to the stack; the sentence Slack shows when it is no good. */
const takeResponse = (slack: Slack, view: View, response: unknown): string | null => {
  if (!isRecord(response) || response.response_action === undefined) {
    // The modal goes, unless the app has updated or replaced it in the meantime.
    pop(slack, view)
    return null
  }
  switch (response.response_action) {
    case 'clear':
      setStack(slack.store, view.user, [])
      return null
    case 'errors':
      return takeErrors(slack, view, response.errors)
    case 'update':
    case 'push':
      return takeView(slack, view, response)
    default:
      return TROUBLE
  }
}

const takeErrors = (slack: Slack, view: View, errors: unknown): string | null => {
  if (!isRecord(errors)) return TROUBLE
  const inputs = view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id)
  if (Object.keys(errors).length === 0 || Object.keys(errors).some((blockId) => !inputs.includes(blockId)))
    return TROUBLE
  // The app may have updated the view while it thought about the answer.
  const now = findView(slack.store.workspace, view.id)
  if (now) replaceView(slack.store, { ...now, errors: errors as Record<string, string> })
  return null
}

const takeView = (slack: Slack, view: View, response: Json): string | null => {
  const sent = response.view
  if (!isRecord(sent) || viewProblem(sent, 'modal') !== null) return TROUBLE
  if (response.response_action === 'push') {
    if (stackOf(slack.store.workspace, view.user).length >= MAX_STACK) return TROUBLE
    pushView(slack.store, viewFrom(sent, view.user, slack))
    return null
  }
  const { id, rootViewId, previousViewId } = view
  replaceView(
    slack.store,
    viewFrom(sent, view.user, { clock: slack.clock, over: { id, rootViewId, previousViewId } }),
  )
  return null
}

export const submit = async (
  slack: Slack,
  call: ControlCalls['submit'],
): Promise<ControlAnswers['submit']> => {
  const person = actor(slack, call.user)
  const view = viewOfPerson(slack, person, call.viewId)
  if (view.type === 'home') throw new ControlError('not_a_modal', 'A home tab is not submitted')
  if (view.submit === null) throw new ControlError('no_submit', 'This modal has no submit button')
  const values = valuesFor(slack, person, { blocks: view.blocks, given: call.values })
  const refused = inputErrors(view.blocks, values)
  if (Object.keys(refused).length > 0) {
    replaceView(slack.store, { ...view, errors: refused })
    return { delivery: notSent(view), errors: refused }
  }
  const delivery = await slack.deliverer.deliver({
    kind: 'view_submission',
    what: view.callbackId,
    user: person.id,
    payload: submissionPayload(slack, person, {
      view,
      values,
      responseUrls: responseUrls(slack, person, { view, values }),
    }),
  })
  if (delivery.outcome === 'answered') delivery.shown = takeResponse(slack, view, delivery.response)
  if (delivery.shown !== null) slack.store.commit({ kind: 'delivery', delivery: { ...delivery } })
  const now = stackOf(slack.store.workspace, person.id).find((each) => each.id === view.id)
  return { delivery, errors: now?.errors ?? {} }
}

/** Stopped by the client's own checks: the app never hears of it. */
const notSent = (view: View): Delivery => ({
  id: '',
  kind: 'view_submission',
  what: view.callbackId,
  user: view.user,
  via: 'none',
  outcome: 'refused',
  attempts: 0,
  tookMs: 0,
  response: null,
  shown: null,
})

export const close = async (slack: Slack, call: ControlCalls['close']): Promise<ControlAnswers['close']> => {
  const person = actor(slack, call.user)
  const top = viewOfPerson(slack, person, call.viewId)
  const stack = stackOf(slack.store.workspace, person.id)
  const isAll = call.all === true || top.clearOnClose
  const at = isAll ? 0 : stack.findIndex((view) => view.id === top.id)
  const closed = stack.slice(Math.max(0, at)).toReversed()
  setStack(slack.store, person.id, stack.slice(0, Math.max(0, at)))
  const deliveries = await Promise.all(
    closed
      .filter((view) => view.notifyOnClose)
      .map((view) =>
        slack.deliverer.deliver({
          kind: 'view_closed',
          what: view.callbackId,
          user: person.id,
          payload: closedPayload(slack, person, { view, isCleared: isAll }),
        }),
      ),
  )
  return { deliveries }
}
