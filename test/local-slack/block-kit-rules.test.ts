// Rules of Block Kit that are not numbers: required parts, unique ids, known types, where a block may stand.
// Each row is refused as it stands at the place named, and passes once it is mended.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { validateBlocks, validateView, type Surface } from '../../src/local-slack/block-kit/index.ts'
import * as kit from './block-kit-samples.ts'

const { action, button, field, mrkdwn, option, plain, section, select } = kit

interface Rule {
  name: string
  bad: unknown[]
  good: unknown[]
  pointer: string
  code?: string
  surface?: Surface
}

const input = (type: string, parts: object = {}) => field({ type, ...parts })

const optionOf = (value: string) => ({
  type: 'actions',
  elements: [{ type: 'static_select', action_id: 'a', options: [{ text: plain('x'), value }] }],
})

const rules: Rule[] = [
  {
    name: 'a block has a type',
    bad: [{}],
    good: [{ type: 'divider' }],
    pointer: '/0',
    code: 'missing_field',
  },
  {
    name: 'an unknown block is refused',
    bad: [{ type: 'hologram' }],
    good: [{ type: 'divider' }],
    pointer: '/0/type',
  },
  {
    name: 'a name that objects inherit is not a block',
    bad: [{ type: 'constructor' }],
    good: [{ type: 'divider' }],
    pointer: '/0/type',
  },
  {
    name: 'a section has text or fields',
    bad: [{ type: 'section' }],
    good: [section('x')],
    pointer: '/0',
    code: 'missing_field',
  },
  {
    name: 'a header is plain text',
    bad: [{ type: 'header', text: mrkdwn('x') }],
    good: [kit.header('x')],
    pointer: '/0/text/type',
  },
  {
    name: 'a misspelt part is pointed out',
    bad: [{ ...section('x'), acessory: button() }],
    good: [{ ...section('x'), accessory: button() }],
    pointer: '/0',
    code: 'unknown_property',
  },
  {
    name: 'emoji belongs to plain text only',
    bad: [{ type: 'section', text: { ...mrkdwn('x'), emoji: true } }],
    good: [{ type: 'section', text: { ...plain('x'), emoji: true } }],
    pointer: '/0/text',
    code: 'unknown_property',
  },
  {
    name: 'verbatim belongs to mrkdwn only',
    bad: [{ type: 'section', text: { ...plain('x'), verbatim: true } }],
    good: [{ type: 'section', text: { ...mrkdwn('x'), verbatim: true } }],
    pointer: '/0/text',
    code: 'unknown_property',
  },
  {
    name: 'a key that Slack does not know but nobody could mean otherwise is left alone',
    bad: [{ ...section('x'), text: 7 }],
    good: [{ ...section('x'), colour_of_the_day: 'red' }],
    pointer: '/0/text',
  },
  {
    name: 'block_id is unique in a message',
    bad: [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    good: [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'b' },
    ],
    pointer: '/1/block_id',
    code: 'duplicate_id',
  },
  {
    name: 'action_id is unique in a block',
    bad: [action(button({ action_id: 'a' }), button({ action_id: 'a' }))],
    good: [action(button({ action_id: 'a' })), action(button({ action_id: 'a' }))],
    pointer: '/0',
    code: 'duplicate_id',
  },
  {
    name: 'a button is default, primary or danger',
    bad: [action(button({ style: 'warning' }))],
    good: [action(button({ style: 'danger' }))],
    pointer: '/0/elements/0/style',
  },
  {
    name: 'an input element stands in an input block',
    bad: [action({ type: 'plain_text_input' })],
    good: [input('plain_text_input')],
    pointer: '/0/elements/0/type',
  },
  {
    name: 'a button does not stand in an input block',
    bad: [field(button())],
    good: [field(select([option('a')]))],
    pointer: '/0/element/type',
  },
  {
    name: 'a context shows no buttons',
    bad: [{ type: 'context', elements: [button()] }],
    good: [{ type: 'context', elements: [plain('x')] }],
    pointer: '/0/elements/0/type',
  },
  {
    name: 'a menu has options or groups, not both',
    bad: [action(select([option('a')], { option_groups: [{ label: plain('g'), options: [option('a')] }] }))],
    good: [action({ type: 'static_select', option_groups: [{ label: plain('g'), options: [option('a')] }] })],
    pointer: '/0/elements/0',
  },
  {
    name: 'an option has a value',
    bad: [action(select([{ text: plain('x') }]))],
    good: [action(select([option('a')]))],
    pointer: '/0/elements/0/options/0',
  },
  {
    name: 'what is chosen at first is among the options',
    bad: [action(select([option('a')], { initial_option: option('b') }))],
    good: [action(select([option('a')], { initial_option: option('a') }))],
    pointer: '/0/elements/0/initial_option',
  },
  {
    name: 'boxes ticked at first are among the options',
    bad: [action({ type: 'checkboxes', options: [option('a')], initial_options: [option('b')] })],
    good: [action({ type: 'checkboxes', options: [option('a')], initial_options: [option('a')] })],
    pointer: '/0/elements/0/initial_options/0',
  },
  {
    name: 'a date exists',
    bad: [action({ type: 'datepicker', initial_date: '2026-02-30' })],
    good: [action({ type: 'datepicker', initial_date: '2026-02-28' })],
    pointer: '/0/elements/0/initial_date',
  },
  {
    name: 'a time is HH:mm',
    bad: [action({ type: 'timepicker', initial_time: '24:00' })],
    good: [action({ type: 'timepicker', initial_time: '23:59' })],
    pointer: '/0/elements/0/initial_time',
  },
  {
    name: 'a date with time is ten digits',
    bad: [action({ type: 'datetimepicker', initial_date_time: 999_999_999 })],
    good: [action({ type: 'datetimepicker', initial_date_time: 1_628_633_820 })],
    pointer: '/0/elements/0/initial_date_time',
  },
  {
    name: 'a multi-select chooses at least one',
    bad: [action({ type: 'multi_users_select', max_selected_items: 0 })],
    good: [action({ type: 'multi_users_select', max_selected_items: 1 })],
    pointer: '/0/elements/0/max_selected_items',
  },
  {
    name: 'a number input says whether decimals are allowed',
    bad: [input('number_input')],
    good: [input('number_input', { is_decimal_allowed: false })],
    pointer: '/0/element',
  },
  {
    name: 'a number input has min below max',
    bad: [input('number_input', { is_decimal_allowed: true, min_value: '10', max_value: '9.5' })],
    good: [input('number_input', { is_decimal_allowed: true, min_value: '9.5', max_value: '10' })],
    pointer: '/0/element/min_value',
  },
  {
    name: 'text input has min_length up to max_length',
    bad: [input('plain_text_input', { min_length: 3, max_length: 2 })],
    good: [input('plain_text_input', { min_length: 2, max_length: 2 })],
    pointer: '/0/element/min_length',
  },
  {
    name: 'only one element takes the focus',
    bad: [
      input('email_text_input', { focus_on_load: true }),
      input('url_text_input', { focus_on_load: true }),
    ],
    good: [input('email_text_input', { focus_on_load: true }), input('url_text_input')],
    pointer: '',
  },
  {
    name: 'an image has one source',
    bad: [{ type: 'image', alt_text: 'x' }],
    good: [{ type: 'image', alt_text: 'x', slack_file: { id: 'F1' } }],
    pointer: '/0',
  },
  {
    name: 'rich text knows its marks',
    bad: [kit.richText({ type: 'blink', text: 'x' })],
    good: [kit.richText({ type: 'text', text: 'x', style: { bold: true } }, { type: 'user', user_id: 'U1' })],
    pointer: '/0/elements/0/elements/0/type',
  },
  {
    name: 'a list in rich text is bullets or numbers',
    bad: [{ type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'stars', elements: [] }] }],
    good: [
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_list',
            style: 'bullet',
            elements: [{ type: 'rich_text_section', elements: [] }],
          },
        ],
      },
    ],
    pointer: '/0/elements/0/style',
  },
  {
    name: 'a table cell is text, number or rich text',
    bad: [{ type: 'table', rows: [[plain('x')]] }],
    good: [{ type: 'table', rows: [[{ type: 'raw_number', value: 3, text: '3' }]] }],
    pointer: '/0/rows/0/0/type',
  },
  {
    name: 'a task is in a known state',
    bad: [
      {
        type: 'plan',
        title: 'Run',
        tasks: [{ type: 'task_card', task_id: '1', title: 'x', status: 'done' }],
      },
    ],
    good: [
      {
        type: 'plan',
        title: 'Run',
        tasks: [{ type: 'task_card', task_id: '1', title: 'x', status: 'complete' }],
      },
    ],
    pointer: '/0/tasks/0/status',
  },
  {
    name: 'a task of a plan may leave its type out, and is checked all the same',
    bad: [{ type: 'plan', title: 'Run', tasks: [{ task_id: '1', title: 'x', status: 'done' }] }],
    good: [{ type: 'plan', title: 'Run', tasks: [{ task_id: '1', title: 'x', status: 'complete' }] }],
    pointer: '/0/tasks/0/status',
  },
  {
    name: "an option's value has at most 150 characters",
    bad: [optionOf('v'.repeat(151))],
    good: [optionOf('v'.repeat(150))],
    pointer: '/0/elements/0/options/0/value',
  },
  {
    name: 'every series has a point for each category',
    bad: [
      {
        type: 'data_visualization',
        title: 'Runs',
        chart: {
          type: 'line',
          series: [{ name: 'a', data: [{ label: 'Mon', value: 1 }] }],
          axis_config: { categories: ['Mon', 'Tue'] },
        },
      },
    ],
    good: [kit.chart(2, 3)],
    pointer: '/0/chart/series/0/data',
  },
  {
    name: 'a slice of a pie is more than nothing',
    bad: [
      {
        type: 'data_visualization',
        title: 'Runs',
        chart: { type: 'pie', segments: [{ label: 'a', value: 0 }] },
      },
    ],
    good: [kit.pie(1)],
    pointer: '/0/chart/segments/0/value',
  },
  {
    name: 'a table does not stand in a home tab',
    bad: [kit.table(1, 1)],
    good: [section('x')],
    pointer: '/0/type',
    code: 'unsupported_surface',
    surface: 'home',
  },
  {
    name: 'an alert stands in modals only',
    bad: [{ type: 'alert', text: plain('x') }],
    good: [section('x')],
    pointer: '/0/type',
    code: 'unsupported_surface',
  },
]

describe('rules of blocks', () => {
  for (const { name, bad, good, pointer, code = 'failed_constraint', surface = 'message' } of rules)
    test(name, () => {
      const [first] = validateBlocks(bad, surface)
      assert.equal(first?.pointer, pointer)
      if (code !== 'failed_constraint') assert.equal(first?.code, code)
      assert.deepEqual(validateBlocks(good, surface), [])
    })

  test('what is no list of blocks is refused', () => {
    for (const value of [undefined, null, 'x', {}, [null], ['x'], [[]]])
      assert.notDeepEqual(validateBlocks(value, 'message'), [])
  })
})

const modal = (parts: object = {}) => ({ type: 'modal', title: plain('Fix'), blocks: [], ...parts })

describe('rules of views', () => {
  test('a modal that asks has something to submit with', () => {
    const blocks = [input('plain_text_input')]
    assert.equal(
      validateView(modal({ blocks }))[0]?.message,
      'submit is required when a view has input blocks',
    )
    assert.deepEqual(validateView(modal({ blocks, submit: plain('Save') })), [])
    assert.deepEqual(validateView({ type: 'home', blocks }), [])
  })

  test('a modal has a title and a home tab needs none', () => {
    assert.equal(validateView({ type: 'modal', blocks: [] })[0]?.code, 'missing_field')
    assert.deepEqual(validateView({ type: 'home', blocks: [] }), [])
  })

  test('errors within a view point from the view', () => {
    assert.equal(validateView(modal({ blocks: [{ type: 'section' }] }))[0]?.pointer, '/blocks/0')
    assert.equal(validateView(modal({ blocks: [kit.table(1, 1)] }))[0]?.pointer, '/blocks/0/type')
    assert.equal(validateView({ type: 'tab', blocks: [] })[0]?.pointer, '/type')
  })

  test('what is no view is refused', () => {
    for (const value of [undefined, null, [], 'x']) assert.notDeepEqual(validateView(value), [])
  })
})
