// /workflow status [subject | run | workflow]
import { findRuns } from '../../db/find-runs.ts'
import { nearSubjects } from '../../db/near.ts'
import { readRun } from '../../db/run-view.ts'
import { workflowHealth } from '../../db/workflow-health.ts'
import { nearest } from '../../workflow/nearest.ts'
import { listAnswer } from '../answers/list.ts'
import { readPage } from '../answers/pages.ts'
import {
  allStatusAnswer,
  nothingFoundAnswer,
  runStatusAnswer,
  workflowStatusAnswer,
} from '../answers/status.ts'
import type { SlackDeps } from '../deps.ts'
import type { Said } from '../wire.ts'
import type { Subcommand } from './command.ts'

async function statusOf({ db, clock }: SlackDeps, what: string): Promise<Said> {
  const tx = db.prisma
  const [health] = await workflowHealth(tx, { key: what, at: clock() })
  if (health) return workflowStatusAnswer(health, await findRuns(tx, { workflow: what }))
  const runs = await findRuns(tx, { text: what })
  const [first] = runs
  const run = first && (await readRun(tx, first.id))
  if (run) return runStatusAnswer(run, runs.slice(1))
  const keys = (await workflowHealth(tx, { at: clock() })).map(({ key }) => key)
  const near = nearest(what, keys)
  return nothingFoundAnswer(what, [...(near === undefined ? [] : [near]), ...(await nearSubjects(tx, what))])
}

export const status: Subcommand = {
  name: 'status',
  usage: 'status [subject | run | workflow]',
  example: 'status 1042',
  does: 'how it stands: state, last success, failed action, owner, retry, outcome',
  async answer(deps, typed) {
    const { words, page } = readPage(typed.words)
    if (words.length > 0) return statusOf(deps, words.join(' '))
    const all = await workflowHealth(deps.db.prisma, { at: deps.clock() })
    return all.length === 0 ? listAnswer(all) : allStatusAnswer(all, page)
  },
}
