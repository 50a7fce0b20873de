// A person uses an element: presses a button, chooses in a select, asks an external select for options.
import type { Delivery, Person } from '../contract.ts'
import type {
  ConfirmDialog,
  Container,
  ControlAnswers,
  ControlCalls,
  ElementValue,
} from '../control-contract.ts'
import { actionTs, pressPayload, suggestionPayload, type Place } from '../delivery/payloads.ts'
import type { Slack } from '../slack.ts'
import { findElement, type Element, type PlacedElement } from '../workspace/blocks.ts'
import { UnknownOption, holdsValue, stateFrom, stateValues } from '../workspace/element-values.ts'
import { ControlError } from './refusal.ts'
import { actor, channelOf, messageIn, viewOfPerson } from './who-and-where.ts'

type Json = Record<string, unknown>

const offeredTo = (slack: Slack, person: Person) => (actionId: string) =>
  slack.offered.get(`${person.id}:${actionId}`) ?? []

/** Runs what may meet an option that is not offered. */
const withKnownOptions = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (error instanceof UnknownOption) throw new ControlError('no_such_option', error.message)
    throw error
  }
}

export const valuesFor = (
  slack: Slack,
  person: Person,
  { blocks, given }: { blocks: PlacedElement['block'][]; given: ControlCalls['submit']['values'] },
) => withKnownOptions(() => stateValues(blocks, given, offeredTo(slack, person)))

interface Found {
  place: Place
  placed: PlacedElement
}

type Use = Pick<ControlCalls['press'], 'blockId' | 'actionId' | 'values'> & { container: Container }

const find = (slack: Slack, person: Person, use: Use): Found => {
  const spot = whereIs(slack, person, use.container)
  const blocks = spot.kind === 'view' ? spot.view.blocks : spot.message.blocks
  const placed = findElement(blocks, use.actionId, use.blockId)
  if (!placed)
    throw new ControlError('no_such_element', `Nothing there has the action_id ${use.actionId}`, 404)
  const values = valuesFor(slack, person, { blocks, given: use.values ?? {} })
  return { place: { ...spot, values }, placed }
}

const whereIs = (slack: Slack, person: Person, container: Container) => {
  if ('viewId' in container)
    return { kind: 'view', view: viewOfPerson(slack, person, container.viewId) } as const
  const channel = channelOf(slack, container.channel, person)
  return {
    kind: 'message',
    channel,
    message: messageIn(slack, channel, { ts: container.ts, person }),
  } as const
}

const words = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'text' in value ? String(value.text) : ''

const confirmOf = (element: Element): ConfirmDialog | null => {
  const asked = element.confirm as Json | undefined
  if (!asked) return null
  return {
    title: words(asked.title) || 'Are you sure?',
    text: words(asked.text),
    confirm: words(asked.confirm) || 'Yes',
    deny: words(asked.deny) || 'Cancel',
    style: asked.style === 'primary' || asked.style === 'danger' ? asked.style : null,
  }
}

const chosen = (slack: Slack, person: Person, element: Element, value: ElementValue | undefined): Json => {
  if (!holdsValue(element) && element.type !== 'overflow') {
    const { text, value: carried, style } = element
    // Thumbs up and down stand in one element: which of them is the value.
    const isFeedback = element.type === 'feedback_buttons'
    return { type: element.type, text, value: isFeedback ? value : carried, style }
  }
  if (value === undefined)
    throw new ControlError('value_missing', `Say what is chosen in the ${element.type} ${element.action_id}`)
  return withKnownOptions(() => stateFrom(element, value, offeredTo(slack, person)(element.action_id)))
}

export const press = async (slack: Slack, call: ControlCalls['press']): Promise<ControlAnswers['press']> => {
  const person = actor(slack, call.user)
  const { placed } = find(slack, person, call)
  const { element, blockId } = placed
  const confirm = confirmOf(element)
  if (confirm && call.confirmed !== true)
    throw new ControlError('needs_confirmation', confirm.text || confirm.title, 409, confirm)
  const action = {
    action_id: element.action_id,
    block_id: blockId,
    ...chosen(slack, person, element, call.value),
    action_ts: actionTs(slack),
  }
  // The state that the payload tells includes the choice itself.
  const values = { ...call.values }
  if (holdsValue(element) && call.value !== undefined)
    values[blockId] = { ...values[blockId], [element.action_id]: call.value }
  const { place } = find(slack, person, { ...call, values })
  const delivery = await slack.deliverer.deliver({
    kind: 'block_actions',
    what: element.action_id,
    user: person.id,
    payload: pressPayload(slack, person, { place, actions: [action] }),
  })
  return { delivery }
}

const optionsIn = (response: unknown): { text: unknown; value: string }[] => {
  const { options, option_groups: groups } = (response ?? {}) as Json
  if (Array.isArray(options)) return options as { text: unknown; value: string }[]
  return Array.isArray(groups) ? groups.flatMap((group) => optionsIn(group)) : []
}

const SELECTS_REMEMBERED = 200
const OPTIONS_REMEMBERED = 500

/** What was offered before counts too: one may be chosen, and then another one searched for. */
const remember = ({ offered }: Slack, select: string, options: { text: unknown; value: string }[]) => {
  const known = new Set(options.map(({ value }) => value))
  const earlier = (offered.get(select) ?? []).filter(({ value }) => !known.has(value))
  offered.delete(select)
  offered.set(select, [...options, ...earlier].slice(0, OPTIONS_REMEMBERED))
  for (const oldest of offered.keys()) {
    if (offered.size <= SELECTS_REMEMBERED) break
    offered.delete(oldest)
  }
}

export const options = async (
  slack: Slack,
  call: ControlCalls['options'],
): Promise<ControlAnswers['options']> => {
  const person = actor(slack, call.user)
  const { place, placed } = find(slack, person, call)
  const { blockId } = placed
  const delivery: Delivery = await slack.deliverer.deliver({
    kind: 'block_suggestion',
    what: call.actionId,
    user: person.id,
    payload: suggestionPayload(slack, person, { place, actionId: call.actionId, blockId, query: call.query }),
  })
  const offered = optionsIn(delivery.response)
  remember(slack, `${person.id}:${call.actionId}`, offered)
  return { delivery, options: offered.map((option) => ({ text: words(option.text), value: option.value })) }
}
