// For every limit that Slack sets on blocks: what is exactly at it passes, one more is refused, and where.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limits, validateBlocks, validateView } from '../../src/local-slack/block-kit/index.ts'
import * as kit from './block-kit-samples.ts'

const { action, field, mrkdwn, plain, section, times } = kit

interface Limit {
  name: string
  max: number
  min?: number
  /** A message's blocks with this many. */
  blocks: (count: number) => unknown[]
  surface?: 'message' | 'modal' | 'home'
}

const table: Limit[] = [
  { name: 'blocks in a message', max: 50, blocks: (n) => times(n, () => ({ type: 'divider' })) },
  {
    name: 'blocks in a home tab',
    max: 100,
    blocks: (n) => times(n, () => ({ type: 'divider' })),
    surface: 'home',
  },
  { name: 'section text', max: 3000, min: 1, blocks: (n) => [section('x'.repeat(n))] },
  { name: 'code points, not UTF-16 units', max: 150, min: 1, blocks: (n) => [kit.header('🙂'.repeat(n))] },
  {
    name: 'section fields',
    max: 10,
    min: 1,
    blocks: (n) => [{ type: 'section', fields: times(n, () => mrkdwn('x')) }],
  },
  {
    name: 'field text',
    max: 2000,
    min: 1,
    blocks: (n) => [{ type: 'section', fields: [mrkdwn('x'.repeat(n))] }],
  },
  { name: 'header text', max: 150, min: 1, blocks: (n) => [kit.header('x'.repeat(n))] },
  {
    name: 'context elements',
    max: 10,
    min: 1,
    blocks: (n) => [{ type: 'context', elements: times(n, () => mrkdwn('x')) }],
  },
  {
    name: 'actions in a block',
    max: 25,
    min: 1,
    blocks: (n) => [{ type: 'actions', elements: times(n, (i) => kit.button({ action_id: `a${i}` })) }],
  },
  {
    name: 'button text',
    max: 75,
    min: 1,
    blocks: (n) => [action(kit.button({ text: plain('x'.repeat(n)) }))],
  },
  { name: 'button value', max: 2000, min: 1, blocks: (n) => [action(kit.button({ value: 'x'.repeat(n) }))] },
  {
    name: 'button accessibility label',
    max: 75,
    blocks: (n) => [action(kit.button({ accessibility_label: 'x'.repeat(n) }))],
  },
  {
    name: 'button url',
    max: 3000,
    blocks: (n) => [action(kit.button({ url: 'https://'.padEnd(n, 'x') }))],
  },
  { name: 'action_id', max: 255, min: 1, blocks: (n) => [action(kit.button({ action_id: 'x'.repeat(n) }))] },
  { name: 'block_id', max: 255, min: 1, blocks: (n) => [{ type: 'divider', block_id: 'x'.repeat(n) }] },
  {
    name: 'confirm title',
    max: 100,
    blocks: (n) => [action(kit.button({ confirm: { title: plain('x'.repeat(n)), text: plain('?') } }))],
  },
  {
    name: 'confirm text',
    max: 300,
    blocks: (n) => [action(kit.button({ confirm: { text: mrkdwn('x'.repeat(n)) } }))],
  },
  {
    name: 'confirm button',
    max: 30,
    blocks: (n) => [action(kit.button({ confirm: { text: plain('?'), confirm: plain('x'.repeat(n)) } }))],
  },
  {
    name: 'confirm deny button',
    max: 30,
    blocks: (n) => [action(kit.button({ confirm: { text: plain('?'), deny: plain('x'.repeat(n)) } }))],
  },
  { name: 'option text', max: 75, blocks: (n) => [action(kit.select([kit.option('v', 'x'.repeat(n))]))] },
  { name: 'option value', max: 150, blocks: (n) => [action(kit.select([kit.option('x'.repeat(n))]))] },
  {
    name: 'option description',
    max: 75,
    blocks: (n) => [action(kit.select([{ ...kit.option('v'), description: plain('x'.repeat(n)) }]))],
  },
  { name: 'options of a menu', max: 100, min: 1, blocks: (n) => [action(kit.select(kit.options(n)))] },
  {
    name: 'option groups',
    max: 100,
    min: 1,
    blocks: (n) => [
      action({
        type: 'static_select',
        option_groups: times(n, () => ({ label: plain('g'), options: kit.options(1) })),
      }),
    ],
  },
  {
    name: 'option group label',
    max: 75,
    blocks: (n) => [
      action({
        type: 'static_select',
        option_groups: [{ label: plain('x'.repeat(n)), options: kit.options(1) }],
      }),
    ],
  },
  {
    name: 'overflow options',
    max: 5,
    min: 1,
    blocks: (n) => [action({ type: 'overflow', options: kit.options(n) })],
  },
  {
    name: 'checkboxes',
    max: 10,
    min: 1,
    blocks: (n) => [action({ type: 'checkboxes', options: kit.options(n) })],
  },
  {
    name: 'radio buttons',
    max: 10,
    min: 1,
    blocks: (n) => [action({ type: 'radio_buttons', options: kit.options(n) })],
  },
  {
    name: 'placeholder',
    max: 150,
    blocks: (n) => [action({ type: 'users_select', placeholder: plain('x'.repeat(n)) })],
  },
  {
    name: 'input label',
    max: 2000,
    blocks: (n) => [field({ type: 'plain_text_input' }, { label: plain('x'.repeat(n)) })],
  },
  {
    name: 'input hint',
    max: 2000,
    blocks: (n) => [field({ type: 'plain_text_input' }, { hint: plain('x'.repeat(n)) })],
  },
  {
    name: 'initial text of an input',
    max: 3000,
    blocks: (n) => [field({ type: 'plain_text_input', initial_value: 'x'.repeat(n) })],
  },
  {
    name: 'max_length of an input',
    max: 3000,
    min: 1,
    blocks: (n) => [field({ type: 'plain_text_input', max_length: n })],
  },
  {
    name: 'min_length of an input',
    max: 3000,
    min: 0,
    blocks: (n) => [field({ type: 'plain_text_input', min_length: n })],
  },
  {
    name: 'files of an input',
    max: 10,
    min: 1,
    blocks: (n) => [field({ type: 'file_input', max_files: n })],
  },
  {
    name: 'image alt text',
    max: 2000,
    min: 1,
    blocks: (n) => [{ type: 'image', image_url: 'https://example.com/a.png', alt_text: 'x'.repeat(n) }],
  },
  { name: 'rows of a table', max: 100, min: 1, blocks: (n) => [kit.table(n, 1)] },
  { name: 'columns of a table', max: 20, min: 1, blocks: (n) => [kit.table(1, n)] },
  {
    name: 'rows of a data table',
    max: 201,
    min: 2,
    blocks: (n) => [{ ...kit.table(n, 1), type: 'data_table', caption: 'Orders' }],
  },
  { name: 'chart title', max: 50, min: 1, blocks: (n) => [kit.chart(1, 1, { title: 'x'.repeat(n) })] },
  { name: 'chart series', max: 6, min: 1, blocks: (n) => [kit.chart(n, 2)] },
  { name: 'chart points', max: 20, min: 1, blocks: (n) => [kit.chart(1, n)] },
  { name: 'pie segments', max: 6, min: 1, blocks: (n) => [kit.pie(n)] },
  { name: 'charts in a message', max: 2, blocks: (n) => times(n, () => kit.chart(1, 1)) },
  { name: 'tables in a message', max: 1, blocks: (n) => times(n, () => kit.table(1, 1)) },
  {
    name: 'context_actions elements',
    max: 5,
    min: 1,
    blocks: (n) => [
      {
        type: 'context_actions',
        elements: times(n, (i) => ({
          type: 'icon_button',
          icon: 'trash',
          text: plain('x'),
          action_id: `a${i}`,
        })),
      },
    ],
  },
  { name: 'card body', max: 200, blocks: (n) => [{ type: 'card', body: mrkdwn('x'.repeat(n)) }] },
  { name: 'card title', max: 150, blocks: (n) => [{ type: 'card', title: mrkdwn('x'.repeat(n)) }] },
  {
    name: 'cards in a carousel',
    max: 10,
    min: 1,
    blocks: (n) => [{ type: 'carousel', elements: times(n, () => ({ type: 'card', body: mrkdwn('x') })) }],
  },
  {
    name: 'blocks in a container',
    max: 10,
    min: 1,
    blocks: (n) => [
      { type: 'container', title: plain('x'), child_blocks: times(n, () => ({ type: 'divider' })) },
    ],
  },
  {
    name: 'alert text',
    max: 200,
    surface: 'modal',
    blocks: (n) => [{ type: 'alert', text: plain('x'.repeat(n)) }],
  },
  { name: 'markdown', max: 12_000, min: 1, blocks: (n) => [{ type: 'markdown', text: 'x'.repeat(n) }] },
  {
    name: 'all text of a message',
    max: 13_200,
    blocks: (n) => [...times(4, () => section('x'.repeat(3000))), section('x'.repeat(n - 12_000))],
  },
]

describe('a message of blocks', () => {
  for (const { name, max, min, blocks, surface = 'message' } of table) {
    test(`takes ${name} up to ${max} and refuses one more`, () => {
      assert.deepEqual(validateBlocks(blocks(max), surface), [])
      assert.notDeepEqual(validateBlocks(blocks(max + 1), surface), [])
    })
    if (min !== undefined)
      test(`takes ${name} from ${min} and refuses one less`, () => {
        assert.deepEqual(validateBlocks(blocks(min), surface), [])
        assert.notDeepEqual(validateBlocks(blocks(min - 1), surface), [])
      })
  }

  test('too much text together is told by the word Slack uses for it', () => {
    const blocks = times(5, () => section('x'.repeat(2900)))
    assert.deepEqual(
      validateBlocks(blocks, 'message').map(({ code, pointer }) => ({ code, pointer })),
      [{ code: 'msg_blocks_too_long', pointer: '' }],
    )
    assert.deepEqual(validateBlocks(blocks, 'home'), [])
  })

  test('an error says where, what was expected and what was given', () => {
    assert.deepEqual(validateBlocks([{ type: 'section', text: { type: 'invalid', text: 'x' } }], 'message'), [
      {
        pointer: '/0/text/type',
        code: 'failed_constraint',
        message: 'unsupported type: invalid',
        constraint: { type: 'enum', expected: ['plain_text', 'mrkdwn'], got: 'invalid' },
      },
    ])
  })
})

interface ViewLimit {
  name: string
  max: number
  view: (count: number) => unknown
}

const modal = (parts: object = {}) => ({ type: 'modal', title: plain('Title'), blocks: [], ...parts })

const viewLimits: ViewLimit[] = [
  { name: 'title', max: 24, view: (n) => modal({ title: plain('x'.repeat(n)) }) },
  { name: 'submit', max: 24, view: (n) => modal({ submit: plain('x'.repeat(n)) }) },
  { name: 'close', max: 24, view: (n) => modal({ close: plain('x'.repeat(n)) }) },
  { name: 'private_metadata', max: 3000, view: (n) => modal({ private_metadata: 'x'.repeat(n) }) },
  { name: 'callback_id', max: 255, view: (n) => modal({ callback_id: 'x'.repeat(n) }) },
  { name: 'external_id', max: 255, view: (n) => modal({ external_id: 'x'.repeat(n) }) },
  { name: 'blocks', max: 100, view: (n) => modal({ blocks: times(n, () => ({ type: 'divider' })) }) },
]

/** A view of exactly so many bytes. */
const sized = (size: number) => {
  const base = modal({ blocks: times(93, () => section('x'.repeat(2620))), private_metadata: '' })
  return { ...base, private_metadata: 'x'.repeat(size - Buffer.byteLength(JSON.stringify(base))) }
}

describe('a view', () => {
  for (const { name, max, view } of viewLimits)
    test(`takes ${name} up to ${max} and refuses one more`, () => {
      assert.deepEqual(validateView(view(max)), [])
      assert.notDeepEqual(validateView(view(max + 1)), [])
    })

  test('takes 250 KB and refuses one byte more', () => {
    assert.deepEqual(validateView(sized(limits.viewBytes)), [])
    assert.deepEqual(
      validateView(sized(limits.viewBytes + 1)).map(({ code }) => code),
      ['view_too_large'],
    )
  })
})
