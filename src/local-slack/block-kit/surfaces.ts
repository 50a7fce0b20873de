// Where a block may stand. Blocks that are not named here may stand anywhere.

import { isObject, refuse, within, type Check, type Surface } from './check.ts'

const only: Record<string, Surface[]> = {
  alert: ['modal'],
  carousel: ['message', 'home'],
  container: ['message'],
  context_actions: ['message'],
  data_table: ['message'],
  data_visualization: ['message'],
  file: ['message'],
  markdown: ['message'],
  plan: ['message'],
  table: ['message'],
  task_card: ['message'],
}

export const standsHere: Check = (block, at) => {
  const type = isObject(block) && typeof block.type === 'string' ? block.type : ''
  const allowed = Object.hasOwn(only, type) ? only[type] : undefined
  if (allowed && !allowed.includes(at.surface))
    refuse(within(at, 'type'), 'unsupported_surface', `${type} is not supported in a ${at.surface}`, {
      type: 'enum',
      expected: allowed,
      got: at.surface,
    })
}
