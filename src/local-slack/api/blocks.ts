// blocks.validate: what Slack would refuse in blocks, a message or a view, without posting it.
import { validateBlocks, validateView, type BlockError } from '../block-kit/index.ts'
import type { Slack } from '../slack.ts'
import { structure, type Arguments } from './arguments.ts'
import type { Methods } from './method.ts'
import { Refusal, invalidArguments } from './refusal.ts'

const under = (root: string, errors: BlockError[]): BlockError[] =>
  errors.map((error) => ({ ...error, pointer: `${root}${error.pointer}` }))

const errorsOf = (name: string, value: unknown): BlockError[] => {
  if (name === 'view') return under('/view', validateView(value))
  if (name === 'blocks') return under('/blocks', validateBlocks(value, 'message'))
  const blocks = typeof value === 'object' && value !== null && 'blocks' in value ? value.blocks : undefined
  return under('/message/blocks', validateBlocks(blocks ?? [], 'message'))
}

const validate = (_slack: Slack, args: Arguments) => {
  const given = ['blocks', 'message', 'view'].filter((name) => args[name] !== undefined)
  const [name] = given
  if (name === undefined || given.length > 1) throw invalidArguments('exactly one of blocks, message, view')
  const { value, isBroken } = structure(args, name)
  if (isBroken) throw invalidArguments(`must be JSON: ${name}`)
  const errors = errorsOf(name, value)
  if (errors.length > 0) throw new Refusal('invalid_blocks', { errors })
  return {}
}

export const blockMethods: Methods = {
  'blocks.validate': { tier: 4, scopes: [], token: 'either', run: validate },
}
