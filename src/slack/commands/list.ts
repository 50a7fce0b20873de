// /workflow list
import { workflowHealth } from '../../db/workflows/workflow-health.ts'
import { listAnswer } from '../answers/list.ts'
import { readPage } from '../answers/pages.ts'
import type { Subcommand } from './command.ts'

export const list: Subcommand = {
  name: 'list',
  usage: 'list [page <n>]',
  example: 'list',
  does: 'all workflows',
  answer: async ({ db, clock }, { words }) =>
    listAnswer(await workflowHealth(db.prisma, { at: clock() }), readPage(words).page),
}
