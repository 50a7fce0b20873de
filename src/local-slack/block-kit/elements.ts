// Elements a person presses or chooses from: buttons, menus, boxes, pickers of dates and times.

import {
  boolean,
  list,
  number,
  oneOf,
  pattern,
  refuse,
  shape,
  string,
  within,
  type Check,
  type Fields,
} from './check.ts'
import { limits } from './limits.ts'
import {
  choice,
  confirm,
  initialIsOffered,
  oneOptionSource,
  optionSources,
  overflowOption,
  plainOption,
} from './options.ts'
import { id, plain, url } from './text.ts'

const action = { action_id: id } satisfies Fields
const asking = { ...action, confirm } satisfies Fields
const menu = {
  ...asking,
  placeholder: plain(limits.placeholder),
  focus_on_load: boolean,
} satisfies Fields
const many = { ...menu, max_selected_items: number({ min: 1, whole: true }) } satisfies Fields
const label75 = string({ max: limits.buttonText })

const filter: Check = shape(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public')),
    exclude_external_shared_channels: boolean,
    exclude_bot_users: boolean,
  },
)

/** YYYY-MM-DD, and a day that exists: Slack refuses the 30th of February. */
const date: Check = (value, at) => {
  const form = /^\d{4}-\d{2}-\d{2}$/
  if (typeof value !== 'string' || !form.test(value)) return pattern(form, 'YYYY-MM-DD')(value, at)
  const day = new Date(`${value}T00:00:00Z`)
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(value))
    refuse(at, 'failed_constraint', 'must be a valid date', { type: 'format', expected: ['YYYY-MM-DD'] })
}

export const button = shape(
  { text: plain(limits.buttonText) },
  {
    ...asking,
    value: string({ max: limits.buttonValue }),
    url,
    style: oneOf('primary', 'danger'),
    accessibility_label: label75,
  },
)

const feedback = shape(
  { text: plain(limits.buttonText), value: string({ max: limits.buttonValue }) },
  { accessibility_label: label75 },
)

export const contextActionElements = {
  feedback_buttons: shape({ positive_button: feedback, negative_button: feedback }, action),
  icon_button: shape(
    { icon: string(), text: plain(limits.buttonText) },
    {
      ...asking,
      accessibility_label: label75,
      value: string({ max: limits.buttonValue }),
      visible_to_user_ids: list(string()),
    },
  ),
} satisfies Fields

const conversations = {
  default_to_current_conversation: boolean,
  filter,
} satisfies Fields

export const menus = {
  static_select: shape({}, { ...menu, ...optionSources, initial_option: plainOption }, oneOptionSource),
  external_select: shape(
    {},
    { ...menu, initial_option: plainOption, min_query_length: number({ min: 0, whole: true }) },
  ),
  users_select: shape({}, { ...menu, initial_user: string() }),
  conversations_select: shape(
    {},
    { ...menu, ...conversations, initial_conversation: string(), response_url_enabled: boolean },
  ),
  channels_select: shape({}, { ...menu, initial_channel: string(), response_url_enabled: boolean }),
  multi_static_select: shape(
    {},
    { ...many, ...optionSources, initial_options: list(plainOption, { max: limits.options }) },
    oneOptionSource,
  ),
  multi_external_select: shape(
    {},
    {
      ...many,
      initial_options: list(plainOption, { max: limits.options }),
      min_query_length: number({ min: 0, whole: true }),
    },
  ),
  multi_users_select: shape({}, { ...many, initial_users: list(string()) }),
  multi_conversations_select: shape({}, { ...many, ...conversations, initial_conversations: list(string()) }),
  multi_channels_select: shape({}, { ...many, initial_channels: list(string()) }),
} satisfies Fields

const choices = { options: list(choice, { max: limits.choices }) }

export const boxes = {
  checkboxes: shape(
    choices,
    { ...asking, focus_on_load: boolean, initial_options: list(choice, { max: limits.choices }) },
    initialIsOffered,
  ),
  radio_buttons: shape(
    choices,
    { ...asking, focus_on_load: boolean, initial_option: choice },
    initialIsOffered,
  ),
} satisfies Fields

export const datepicker = shape({}, { ...menu, initial_date: date })
export const timepicker = shape(
  {},
  {
    ...menu,
    initial_time: pattern(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:mm'),
    timezone: string(),
  },
)
export const datetimepicker = shape(
  {},
  {
    ...asking,
    focus_on_load: boolean,
    // ten digits: between September 2001 and November 2286
    initial_date_time: number({ min: 1_000_000_000, max: 9_999_999_999, whole: true }),
  },
)
export const overflow = shape({ options: list(overflowOption, { max: limits.overflowOptions }) }, asking)

export const workflowButton = shape(
  {
    text: plain(limits.buttonText),
    workflow: shape({
      trigger: shape(
        { url },
        { customizable_input_parameters: list(shape({ name: string(), value: string() })) },
      ),
    }),
  },
  { ...asking, style: oneOf('primary', 'danger'), accessibility_label: label75 },
)

/** Numbers travel as strings; `min` may not be above `max`. */
export const ordered = (low: string, high: string): NonNullable<Parameters<typeof shape>[2]> => {
  return (value, at) => {
    if (value[low] === undefined || value[high] === undefined) return
    if (Number(value[low]) > Number(value[high]))
      refuse(within(at, low), 'failed_constraint', `${low} cannot be greater than ${high}`)
  }
}
