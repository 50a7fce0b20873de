// Reads Block Kit without knowing every block: fills in the ids Slack would, finds elements wherever they stand.
import type { Block } from '../contract.ts'
import { shortId } from './ids.ts'

export type Element = { type: string; action_id: string } & Record<string, unknown>

export interface PlacedElement {
  block: Block
  blockId: string
  element: Element
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const INTERACTIVE = /(button|select|_input|picker|checkboxes|overflow|radio_buttons|feedback_buttons)$/

const withActionIds = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withActionIds)
  if (!isRecord(value)) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withActionIds(part)]))
  if (typeof copy.type === 'string' && INTERACTIVE.test(copy.type)) copy.action_id ??= shortId()
  return copy
}

/** The blocks with a block_id on each and an action_id on each interactive element, as Slack answers them. */
export const withIds = (blocks: Block[]): Block[] =>
  blocks.map((block) => {
    const copy = withActionIds(block) as Block
    return copy.block_id ? copy : { ...copy, block_id: shortId() }
  })

const collect = (block: Block, value: unknown, found: PlacedElement[]): void => {
  if (Array.isArray(value)) for (const part of value) collect(block, part, found)
  if (!isRecord(value)) return
  if (typeof value.action_id === 'string' && typeof value.type === 'string')
    found.push({ block, blockId: block.block_id ?? '', element: value as Element })
  else for (const part of Object.values(value)) collect(block, part, found)
}

/** Every element with an action_id, in order, however deep (sections, actions, inputs, cards …). */
export const elementsOf = (blocks: Block[]): PlacedElement[] => {
  const found: PlacedElement[] = []
  for (const block of blocks) collect(block, { ...block, action_id: undefined }, found)
  return found
}

export const findElement = (
  blocks: Block[],
  actionId: string,
  blockId: string | undefined,
): PlacedElement | undefined =>
  elementsOf(blocks).find(
    (placed) =>
      placed.element.action_id === actionId && (blockId === undefined || placed.blockId === blockId),
  )
