// /workflow list
import { workflowHealth } from '../../db/workflow-health.ts'
import { listAnswer } from '../answers/list.ts'
import type { Subcommand } from './command.ts'

export const list: Subcommand = {
  name: 'list',
  usage: 'list',
  does: 'all workflows',
  answer: async ({ db, clock }) => listAnswer(await workflowHealth(db.prisma, { at: clock() })),
}
