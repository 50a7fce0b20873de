// The one validator of Block Kit: says of a message's blocks, or of a view, what Slack would refuse.

import { anyBlock } from './blocks.ts'
import { isObject, list, type BlockError, type Check, type Place, type Surface } from './check.ts'
import { limits } from './limits.ts'
import { standsHere } from './surfaces.ts'
import { viewFits, viewShape } from './view.ts'
import { checkTogether } from './whole.ts'

export { lengthOf, type BlockError, type Constraint, type Surface } from './check.ts'
export { limits } from './limits.ts'

const start = (surface: Surface): Place => ({ pointer: '', surface, errors: [] })

const blockHere: Check = (block, at) => {
  anyBlock(block, at)
  standsHere(block, at)
}

const everyBlock =
  (max: number): Check =>
  (blocks, at) => {
    list(blockHere, { min: 0, max })(blocks, at)
    if (Array.isArray(blocks) && blocks.length <= max) checkTogether(blocks, at)
  }

/**
 * What Slack would refuse in these blocks; pointers start at the list (`/0/text/text`). Empty: it would take them.
 * The code `msg_blocks_too_long` is Slack's own error word; every other one is answered as `invalid_blocks`.
 */
export const validateBlocks = (blocks: unknown, surface: Surface): BlockError[] => {
  const at = start(surface)
  everyBlock(surface === 'message' ? limits.blocksInMessage : limits.blocksInView)(blocks, at)
  return at.errors
}

/** The same of a view; pointers start at the view (`/title/text`, `/blocks/0/…`). `view_too_large` is Slack's word. */
export const validateView = (view: unknown): BlockError[] => {
  const at = start(isObject(view) && view.type === 'home' ? 'home' : 'modal')
  viewShape(everyBlock(limits.blocksInView))(view, at)
  viewFits(view, at)
  return at.errors
}
