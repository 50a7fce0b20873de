// What a form on the page holds, and what it says before anything is sent.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formProblems, formValues, initialValue } from '../../../src/local-slack/page/elements/values.js'

const field = (block_id: string, element: object, more: object = {}) => ({
  type: 'input',
  block_id,
  element: { action_id: 'value', ...element },
  ...more,
})

const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value })

const initials: [element: object, expected: unknown][] = [
  [{ type: 'plain_text_input', initial_value: 'a' }, 'a'],
  [{ type: 'static_select', initial_option: option('b') }, 'b'],
  [{ type: 'checkboxes', initial_options: [option('a'), option('b')] }, ['a', 'b']],
  [{ type: 'multi_users_select', initial_users: ['U1'] }, ['U1']],
  [{ type: 'users_select' }, null],
  [{ type: 'datetimepicker', initial_date_time: 1_700_000_000 }, 1_700_000_000],
  [
    {
      type: 'rich_text_input',
      initial_value: { type: 'rich_text', elements: [{ elements: [{ type: 'text', text: 'words' }] }] },
    },
    'words',
  ],
]

describe('an input', () => {
  for (const [element, expected] of initials)
    test(`holds at first what the app gave: ${JSON.stringify(element)}`, () =>
      assert.deepEqual(initialValue(element), expected))
})

const problems: [name: string, element: object, value: unknown, problem: RegExp | null][] = [
  ['an empty field', { type: 'plain_text_input' }, null, /required/],
  ['words enough', { type: 'plain_text_input', min_length: 2 }, 'ab', null],
  ['too few words', { type: 'plain_text_input', min_length: 2 }, 'a', /at least 2/],
  ['too many words', { type: 'plain_text_input', max_length: 2 }, 'abc', /at most 2/],
  ['a number', { type: 'number_input', is_decimal_allowed: true }, '1.5', null],
  ['words for a number', { type: 'number_input', is_decimal_allowed: true }, 'x', /valid number/],
  ['a part where only wholes count', { type: 'number_input', is_decimal_allowed: false }, '1.5', /whole/],
  ['too much', { type: 'number_input', is_decimal_allowed: true, max_value: '9' }, '10', /no more than 9/],
  ['an address', { type: 'email_text_input' }, 'ada@example.com', null],
  ['half an address', { type: 'email_text_input' }, 'ada@', /email/],
  ['a link', { type: 'url_text_input' }, 'https://example.com', null],
  ['no link', { type: 'url_text_input' }, 'example', /URL/],
  ['no box ticked', { type: 'checkboxes', options: [] }, [], /required/],
]

describe('a form', () => {
  for (const [name, element, value, problem] of problems)
    test(`with ${name} ${problem ? 'is not sent' : 'is sent'}`, () => {
      const found = formProblems([field('b', element)], { b: { value } })
      if (problem) assert.match(found.b ?? '', problem)
      else assert.deepEqual(found, {})
    })

  test('leaves an optional field alone when it is empty', () => {
    const blocks = [field('b', { type: 'number_input' }, { optional: true })]
    assert.deepEqual(formProblems(blocks, { b: { value: null } }), {})
  })

  test('hands in what was typed, what was given at first, and nothing of buttons', () => {
    const blocks = [
      field('typed', { type: 'plain_text_input', initial_value: 'old' }),
      field('given', { type: 'plain_text_input', initial_value: 'kept' }),
      field('emptied', { type: 'plain_text_input', initial_value: 'gone' }),
      { type: 'actions', block_id: 'press', elements: [{ type: 'button', action_id: 'b' }] },
    ]
    assert.deepEqual(formValues(blocks, { typed: { value: 'new' }, emptied: { value: null } }), {
      typed: { value: 'new' },
      given: { value: 'kept' },
      emptied: { value: null },
    })
  })
})
