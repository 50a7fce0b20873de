// /workflow status [subject | run | workflow]
import { findRuns, nearSubjects } from '../../db/find-runs.ts'
import { readRun } from '../../db/run-view.ts'
import { workflowHealth } from '../../db/workflow-health.ts'
import { nearest } from '../answers/help.ts'
import { listAnswer } from '../answers/list.ts'
import {
  nothingFoundAnswer,
  runStatusAnswer,
  severalRunsAnswer,
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
  if (first && runs.length === 1) {
    const run = await readRun(tx, first.id)
    if (run) return runStatusAnswer(run)
  }
  if (runs.length > 1) return severalRunsAnswer(what, runs)
  const keys = (await workflowHealth(tx, { at: clock() })).map(({ key }) => key)
  const near = nearest(what, keys)
  return nothingFoundAnswer(what, [...(near === undefined ? [] : [near]), ...(await nearSubjects(tx, what))])
}

export const status: Subcommand = {
  name: 'status',
  usage: 'status [subject | run | workflow]',
  does: 'how it stands: state, last success, failed action, owner, retry, outcome',
  async answer(deps, { words }) {
    const what = words.join(' ')
    if (what !== '') return statusOf(deps, what)
    return listAnswer(await workflowHealth(deps.db.prisma, { at: deps.clock() }))
  },
}
