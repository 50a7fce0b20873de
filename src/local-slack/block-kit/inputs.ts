// Elements a person types into; they stand only in an input block.

import {
  boolean,
  lengthOf,
  list,
  number,
  oneOf,
  pattern,
  refuse,
  shape,
  string,
  within,
  type Fields,
  type Json,
  type Place,
} from './check.ts'
import { ordered } from './elements.ts'
import { limits } from './limits.ts'
import { richText } from './rich-text.ts'
import { id, plain } from './text.ts'

const typed = {
  action_id: id,
  placeholder: plain(limits.placeholder),
  focus_on_load: boolean,
  dispatch_action_config: shape(
    {},
    { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), { max: 2 }) },
  ),
} satisfies Fields

const numeral = pattern(/^-?\d{1,30}(\.\d{1,30})?$/, 'a number in a string')

const numbersAgree = (value: Json, at: Place): void => {
  ordered('min_value', 'max_value')(value, at)
  ordered('min_value', 'initial_value')(value, at)
  ordered('initial_value', 'max_value')(value, at)
  if (value.is_decimal_allowed !== false) return
  for (const key of ['initial_value', 'min_value', 'max_value'])
    if (typeof value[key] === 'string' && value[key].includes('.'))
      refuse(within(at, key), 'failed_constraint', 'must be an integer when is_decimal_allowed is false')
}

const lengthsAgree = (value: Json, at: Place): void => {
  ordered('min_length', 'max_length')(value, at)
  if (typeof value.initial_value !== 'string') return
  if (typeof value.max_length === 'number' && lengthOf(value.initial_value) > value.max_length)
    refuse(within(at, 'initial_value'), 'failed_constraint', 'initial_value is longer than max_length')
}

export const typedInputs = {
  plain_text_input: shape(
    {},
    {
      ...typed,
      initial_value: string({ min: 0, max: limits.inputText }),
      multiline: boolean,
      min_length: number({ min: 0, max: limits.inputText, whole: true }),
      max_length: number({ min: 1, max: limits.inputText, whole: true }),
    },
    lengthsAgree,
  ),
  number_input: shape(
    { is_decimal_allowed: boolean },
    { ...typed, initial_value: numeral, min_value: numeral, max_value: numeral },
    numbersAgree,
  ),
  email_text_input: shape({}, { ...typed, initial_value: string({ min: 0 }) }),
  url_text_input: shape({}, { ...typed, initial_value: string({ min: 0 }) }),
  file_input: shape(
    {},
    {
      action_id: id,
      filetypes: list(string()),
      max_files: number({ min: 1, max: limits.files, whole: true }),
    },
  ),
} satisfies Fields

const lines = number({ min: 1, max: 100, whole: true })

export const richTextInput = shape(
  {},
  { ...typed, initial_value: richText, min_lines: lines, max_lines: lines },
  ordered('min_lines', 'max_lines'),
)
