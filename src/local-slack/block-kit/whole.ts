// What only the whole list of blocks can break: ids used twice, too many of a kind, too much text together.

import { isObject, lengthOf, refuse, within, type Json, type Place } from './check.ts'
import { limits } from './limits.ts'

/** Every object below a value, itself included; a stack of its own, for what came in may be nested deeply. */
function* objectsIn(root: unknown): Generator<Json> {
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null) continue
    if (isObject(value)) yield value
    waiting.push(...Object.values(value))
  }
}

const uniqueBlockIds = (blocks: unknown[], at: Place): void => {
  const seen = new Set<string>()
  for (const [index, block] of blocks.entries()) {
    if (!isObject(block) || typeof block.block_id !== 'string') continue
    if (seen.has(block.block_id))
      refuse(
        within(within(at, index), 'block_id'),
        'duplicate_id',
        `block_id must be unique: ${block.block_id.slice(0, 100)}`,
      )
    seen.add(block.block_id)
  }
}

const uniqueActionIds = (blocks: unknown[], at: Place): void => {
  for (const [index, block] of blocks.entries()) {
    const seen = new Set<string>()
    for (const part of objectsIn(block)) {
      if (typeof part.action_id !== 'string') continue
      if (seen.has(part.action_id))
        refuse(
          within(at, index),
          'duplicate_id',
          `action_id must be unique in a block: ${part.action_id.slice(0, 100)}`,
        )
      seen.add(part.action_id)
    }
  }
}

const atMost = (blocks: unknown[], at: Place, rule: { type: string; max: number; code: string }): void => {
  const found = blocks.filter((block) => isObject(block) && block.type === rule.type).length
  if (found > rule.max)
    refuse(at, rule.code, `no more than ${rule.max} ${rule.type} blocks allowed`, {
      type: 'max_items',
      expected: [String(rule.max)],
      got: String(found),
    })
}

const oneFocus = (blocks: unknown[], at: Place): void => {
  const focused = [...objectsIn(blocks)].filter((part) => part.focus_on_load === true).length
  if (focused > 1) refuse(at, 'failed_constraint', 'only one element may set focus_on_load')
}

/** The text a reader would see: text, and the titles that plans, tasks and charts keep as bare strings. */
const textLength = (blocks: unknown): number => {
  let total = 0
  for (const part of objectsIn(blocks))
    for (const key of ['text', 'title']) if (typeof part[key] === 'string') total += lengthOf(part[key])
  return total
}

const textFits = (blocks: unknown[], at: Place): void => {
  const total = textLength(blocks)
  if (total > limits.textInMessage)
    refuse(
      at,
      'msg_blocks_too_long',
      `all text together must be at most ${limits.textInMessage} characters`,
      {
        type: 'max_length',
        expected: [String(limits.textInMessage)],
        got: String(total),
      },
    )
  const markdown = blocks.filter((block) => isObject(block) && block.type === 'markdown')
  if (textLength(markdown) > limits.markdownInMessage)
    refuse(at, 'msg_blocks_too_long', `markdown must be at most ${limits.markdownInMessage} characters`)
}

export const checkTogether = (blocks: unknown[], at: Place): void => {
  uniqueBlockIds(blocks, at)
  uniqueActionIds(blocks, at)
  atMost(blocks, at, { type: 'table', max: limits.tablesInMessage, code: 'only_one_table_allowed' })
  atMost(blocks, at, { type: 'data_visualization', max: limits.chartsInMessage, code: 'failed_constraint' })
  oneFocus(blocks, at)
  if (at.surface === 'message') textFits(blocks, at)
}
