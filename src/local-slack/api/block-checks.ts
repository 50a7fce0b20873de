// Blocks and views as an app sends them, refused where Slack would refuse them.
import { validateBlocks, validateView, type BlockError } from '../block-kit/index.ts'
import type { Block } from '../contract.ts'
import { structure, type Arguments } from './arguments.ts'
import { Refusal, invalidArguments } from './refusal.ts'

const lines = (errors: BlockError[], root: string) => ({
  errors: errors.map(({ message, pointer }) => `${message} [json-pointer:${root}${pointer}]`),
  response_metadata: {
    messages: errors.map(({ message, pointer }) => `[ERROR] ${message} [json-pointer:${root}${pointer}]`),
  },
})

/** Why these blocks can't stand in a message; null: they can. */
export const blocksProblem = (blocks: unknown): Refusal | null => {
  const errors = validateBlocks(blocks, 'message')
  if (errors.length === 0) return null
  const isTooLong = errors.some((error) => error.code === 'msg_blocks_too_long')
  return new Refusal(isTooLong ? 'msg_blocks_too_long' : 'invalid_blocks', lines(errors, '/blocks'))
}

/** Why this view can't be shown; null: it can. */
export const viewProblem = (view: Record<string, unknown>, type: 'modal' | 'home'): Refusal | null => {
  if (view.type !== type) return invalidArguments(`must be one of: ${type} [json-pointer:/view/type]`)
  const errors = validateView(view)
  if (errors.length === 0) return null
  if (errors.some((error) => error.code === 'view_too_large')) return new Refusal('view_too_large')
  return new Refusal('invalid_arguments', lines(errors, '/view'))
}

/** Undefined: the argument was left out. Throws Refusal invalid_blocks_format, invalid_blocks. */
export const blocksOf = (args: Arguments, name = 'blocks'): Block[] | undefined => {
  const { value, isBroken } = structure(args, name)
  if (isBroken) throw new Refusal('invalid_blocks_format')
  if (value === undefined) return undefined
  if (!Array.isArray(value)) throw new Refusal('invalid_blocks_format')
  const problem = blocksProblem(value)
  if (problem) throw problem
  return value as Block[]
}

/** Throws Refusal invalid_arguments, view_too_large. */
export const viewOf = (args: Arguments, type: 'modal' | 'home'): Record<string, unknown> => {
  const { value, isBroken } = structure(args, 'view')
  if (isBroken || typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidArguments('failed to match all allowed schemas [json-pointer:/view]')
  const view = value as Record<string, unknown>
  const problem = viewProblem(view, type)
  if (problem) throw problem
  return view
}
