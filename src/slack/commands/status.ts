// /workflow status [subject | run | workflow | source]
import { recentlyIgnored } from '../../db/digest/ignored.ts'
import { findRuns } from '../../db/runs/find-runs.ts'
import { nearSubjects } from '../../db/people/near.ts'
import { seeRun, withoutHidden } from '../../access/see.ts'
import { type WorkflowHealth, workflowHealth } from '../../db/workflows/workflow-health.ts'
import { sourceHealth } from '../../db/workflows/source-health.ts'
import { nearest } from '../../workflow/nearest.ts'
import { listAnswer } from '../answers/list.ts'
import { outlineAnswer } from '../answers/outline.ts'
import { readPage } from '../answers/pages.ts'
import {
  allStatusAnswer,
  nothingFoundAnswer,
  runStatusAnswer,
  sourceStatusAnswer,
  workflowStatusAnswer,
} from '../answers/status.ts'
import type { SlackDeps } from '../deps.ts'
import type { Reply } from '../app/slack-app.ts'
import type { Subcommand } from './command.ts'

/** What a target answered is contents of a run. */
const withoutContents = (health: WorkflowHealth): WorkflowHealth => ({
  ...health,
  failed: health.failed && { ...health.failed, error: 'you can’t see why' },
})

async function statusOf({ db, clock, accessFor }: SlackDeps, what: string, userId: string): Promise<Reply> {
  const tx = db.prisma
  const access = await accessFor(userId)
  const at = clock()
  const [health] = await workflowHealth(tx, { key: what, at })
  if (health) {
    const mayRead = await access.may('read', what)
    const runs = mayRead ? await findRuns(tx, { workflow: what }) : []
    const ignored = mayRead ? await recentlyIgnored(tx, at, [`/hooks/${what}`]) : []
    return workflowStatusAnswer(mayRead ? health : withoutContents(health), runs, ignored)
  }
  const [source] = await sourceHealth(tx, { name: what, at })
  if (source) return sourceStatusAnswer(source, await access.maySeeIgnored())
  const runs = await findRuns(tx, { text: what })
  const [first] = runs
  const seen = first && (await seeRun(tx, access, first.id))
  if (seen?.kind === 'outline') return outlineAnswer(seen)
  if (seen) return runStatusAnswer(seen.view, await withoutHidden(access, runs.slice(1)))
  const keys = [...(await workflowHealth(tx, { at })), ...(await sourceHealth(tx, { at }))].map((one) =>
    'key' in one ? one.key : one.name,
  )
  const near = nearest(what, keys)
  return nothingFoundAnswer(what, [
    ...(near === undefined ? [] : [near]),
    ...(await nearSubjects(tx, what, (workflow) => access.may('read', workflow))),
  ])
}

export const status: Subcommand = {
  name: 'status',
  usage: 'status [subject | run | workflow | source]',
  example: 'status 1042',
  does: 'how it stands: state, last success, failed action, owner, retry, outcome',
  async answer(deps, typed, { userId }) {
    const { words, page } = readPage(typed.words)
    if (words.length > 0) return statusOf(deps, words.join(' '), userId)
    const all = await workflowHealth(deps.db.prisma, { at: deps.clock() })
    const access = await deps.accessFor(userId)
    const shown = await Promise.all(
      all.map(async (one) => ((await access.may('read', one.key)) ? one : withoutContents(one))),
    )
    return shown.length === 0 ? listAnswer(shown) : allStatusAnswer(shown, page)
  },
}
