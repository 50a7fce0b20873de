// Makes Slack's `state.values` out of what a person typed or chose, and checks inputs as Slack's client does.
import type { Block } from '../contract.ts'
import type { ElementValue, ElementValues } from '../control-contract.ts'
import { elementsOf, type Element } from './blocks.ts'

type Option = { text: unknown; value: string }
type State = Record<string, unknown>

const TEXT_INPUTS = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input']

/** Element type → the field of its state, and the initial field that fills it. */
const SINGLE: Record<string, string> = {
  users_select: 'user',
  channels_select: 'channel',
  conversations_select: 'conversation',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'date_time',
}
const MULTI: Record<string, string> = {
  multi_users_select: 'users',
  multi_channels_select: 'channels',
  multi_conversations_select: 'conversations',
}
const ONE_OPTION = ['static_select', 'external_select', 'radio_buttons', 'overflow']
const MANY_OPTIONS = ['checkboxes', 'multi_static_select', 'multi_external_select']

/** What is typed into a rich text input, as Slack sends it: here always one plain section. */
const richText = (text: ElementValue) =>
  text === null || text === ''
    ? null
    : {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: String(text) }] }],
      }

export const holdsValue = (element: Element): boolean =>
  element.type === 'rich_text_input' ||
  TEXT_INPUTS.includes(element.type) ||
  element.type in SINGLE ||
  element.type in MULTI ||
  (ONE_OPTION.includes(element.type) && element.type !== 'overflow') ||
  MANY_OPTIONS.includes(element.type)

const optionsOf = (element: Element): Option[] => {
  const own = (element.options ?? []) as Option[]
  const groups = (element.option_groups ?? []) as { options: Option[] }[]
  return [...own, ...groups.flatMap((group) => group.options)]
}

const list = (value: ElementValue): string[] => {
  if (value === null) return []
  return Array.isArray(value) ? value : [String(value)]
}

export class UnknownOption extends Error {}

const choose = (element: Element, value: string, offered: Option[]): Option => {
  const option = [...optionsOf(element), ...offered].find((each) => each.value === value)
  if (!option) throw new UnknownOption(`${element.action_id} offers no option "${value}"`)
  return option
}

/** Slack's state of one element. Throws UnknownOption. `offered`: what an external select was answered with. */
export const stateFrom = (element: Element, value: ElementValue, offered: Option[] = []): State => {
  const { type } = element
  const single = SINGLE[type]
  const multi = MULTI[type]
  if (TEXT_INPUTS.includes(type))
    return { type, value: value === null || value === '' ? null : String(value) }
  if (type === 'rich_text_input') return { type, rich_text_value: richText(value) }
  if (single) return { type, [`selected_${single}`]: value === '' ? null : value }
  if (multi) return { type, [`selected_${multi}`]: list(value) }
  if (MANY_OPTIONS.includes(type))
    return { type, selected_options: list(value).map((each) => choose(element, each, offered)) }
  if (ONE_OPTION.includes(type)) {
    const wanted = list(value)[0]
    return { type, selected_option: wanted === undefined ? null : choose(element, wanted, offered) }
  }
  return { type }
}

const initialState = (element: Element): State => {
  const { type } = element
  const single = SINGLE[type]
  const multi = MULTI[type]
  if (TEXT_INPUTS.includes(type)) return { type, value: element.initial_value ?? null }
  if (type === 'rich_text_input') return { type, rich_text_value: element.initial_value ?? null }
  if (single) return { type, [`selected_${single}`]: element[`initial_${single}`] ?? null }
  if (multi) return { type, [`selected_${multi}`]: element[`initial_${multi}`] ?? [] }
  if (MANY_OPTIONS.includes(type)) return { type, selected_options: element.initial_options ?? [] }
  return { type, selected_option: element.initial_option ?? null }
}

/** state.values of a message or view: what was given, and the initial value of the rest. */
export const stateValues = (
  blocks: Block[],
  given: ElementValues,
  offered: (actionId: string) => Option[],
): Record<string, Record<string, State>> => {
  const values: Record<string, Record<string, State>> = {}
  for (const { blockId, element } of elementsOf(blocks)) {
    if (!holdsValue(element)) continue
    const value = given[blockId]?.[element.action_id]
    const state =
      value === undefined ? initialState(element) : stateFrom(element, value, offered(element.action_id))
    values[blockId] = { ...values[blockId], [element.action_id]: state }
  }
  return values
}

const isEmptyState = (state: State): boolean =>
  Object.entries(state).every(
    ([key, value]) =>
      key === 'type' || value === null || value === undefined || (Array.isArray(value) && value.length === 0),
  )

const textProblem = (element: Element, text: string): string | null => {
  const length = Array.from(text).length
  const shortest = element.min_length as number | undefined
  const longest = element.max_length as number | undefined
  if (shortest !== undefined && length < shortest) return `Please use at least ${shortest} characters.`
  if (longest !== undefined && length > longest) return `Please use at most ${longest} characters.`
  if (element.type === 'email_text_input' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
    return 'Please enter a valid email address.'
  if (element.type === 'url_text_input' && !URL.canParse(text)) return 'Please enter a valid URL.'
  return element.type === 'number_input' ? numberProblem(element, text) : null
}

const numberProblem = (element: Element, text: string): string | null => {
  const pattern = element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/
  if (!pattern.test(text)) return 'Please enter a valid number.'
  const number = Number(text)
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter a number no less than ${Number(element.min_value)}.`
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter a number no greater than ${Number(element.max_value)}.`
  return null
}

/** What Slack's client refuses before it asks the app, by block_id. */
export const inputErrors = (
  blocks: Block[],
  values: Record<string, Record<string, State>>,
): Record<string, string> => {
  const errors: Record<string, string> = {}
  for (const { block, blockId, element } of elementsOf(blocks)) {
    if (block.type !== 'input') continue
    const state = values[blockId]?.[element.action_id]
    if (!state) continue
    if (isEmptyState(state)) {
      if (block.optional !== true) errors[blockId] = 'Please complete this required field.'
      continue
    }
    const problem = typeof state.value === 'string' ? textProblem(element, state.value) : null
    if (problem !== null) errors[blockId] = problem
  }
  return errors
}
