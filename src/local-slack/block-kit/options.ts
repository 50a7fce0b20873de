// Options, groups of options and the dialog that asks again before an effect.

import {
  isObject,
  list,
  oneOf,
  refuse,
  shape,
  string,
  within,
  type Check,
  type Json,
  type Place,
} from './check.ts'
import { limits } from './limits.ts'
import { plain, text, url } from './text.ts'

const value = string({ max: limits.optionValue })
const description = plain(limits.optionText)

export const plainOption = shape({ text: plain(limits.optionText), value }, { description })
/** Checkboxes and radio buttons may show mrkdwn. */
export const choice = shape(
  { text: text(limits.optionText), value },
  { description: text(limits.optionText) },
)
/** Only an overflow menu's option may lead to a page. */
export const overflowOption = shape({ text: plain(limits.optionText), value }, { description, url })

const optionGroup = shape({
  label: plain(limits.optionText),
  options: list(plainOption, { max: limits.options }),
})

export const confirm = shape(
  { text: text(limits.confirmText) },
  {
    title: plain(limits.confirmTitle),
    confirm: plain(limits.confirmButton),
    deny: plain(limits.confirmButton),
    style: oneOf('primary', 'danger'),
  },
)

export const optionSources = {
  options: list(plainOption, { max: limits.options }),
  option_groups: list(optionGroup, { max: limits.options }),
} satisfies Record<string, Check>

const offered = (element: Json): unknown[] => {
  const groups = Array.isArray(element.option_groups) ? element.option_groups : []
  return [
    ...(Array.isArray(element.options) ? element.options : []),
    ...groups.flatMap((group) => (isObject(group) && Array.isArray(group.options) ? group.options : [])),
  ]
}

const sameOption = (one: unknown, other: unknown): boolean =>
  isObject(one) &&
  isObject(other) &&
  one.value === other.value &&
  isObject(one.text) &&
  isObject(other.text) &&
  one.text.text === other.text.text

/** What is chosen at first must be among what is offered, word for word. */
export const initialIsOffered = (element: Json, at: Place): void => {
  const chosen = [element.initial_option].flat().filter((one) => one !== undefined)
  for (const one of chosen)
    if (!offered(element).some((option) => sameOption(option, one)))
      refuse(
        within(at, 'initial_option'),
        'failed_constraint',
        'initial_option must match one of the options',
      )
  if (!Array.isArray(element.initial_options)) return
  for (const [index, one] of element.initial_options.entries())
    if (!offered(element).some((option) => sameOption(option, one)))
      refuse(
        within(within(at, 'initial_options'), index),
        'failed_constraint',
        'initial_options must match some of the options',
      )
}

export const oneOptionSource = (element: Json, at: Place): void => {
  if ((element.options === undefined) === (element.option_groups === undefined))
    refuse(at, 'missing_field', 'must provide exactly one of options, option_groups', {
      type: 'required',
      expected: ['options', 'option_groups'],
    })
  initialIsOffered(element, at)
}
