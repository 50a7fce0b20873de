// /workflow replay <subject | run>: the same event once more, as a run of its own. Many: replay-many.ts.
import { findRuns } from '../../db/runs/find-runs.ts'
import { nearSubjects } from '../../db/people/near.ts'
import { withoutHidden } from '../../access/see.ts'
import { nothingFoundAnswer, severalRunsAnswer } from '../answers/status.ts'
import { code, inline } from '../text.ts'
import type { Subcommand } from './command.ts'
import { mayNot } from './pause.ts'
import { listMany, MANY_USAGE, moveMany, planMany } from './replay-many.ts'

export const replay: Subcommand = {
  name: 'replay',
  takesPairs: true,
  flags: ['original'],
  usage: 'replay <subject | run> [--original]',
  example: 'replay 1042',
  does: 'runs it again on the current version (or its own); what was done is not done twice. Many: `replay workflow=<key> since=2d where="…" name=<name>`, then `replay start|cancel <name>`, `replay list`',
  async answer(deps, { all: words, pairs, flags }, { userId }) {
    const { prisma } = deps.db
    if (pairs['workflow'] !== undefined) return planMany(deps, pairs, userId)
    const what = words.join(' ')
    if (what === '') return `Replay what? Like \`/workflow replay 1042\`. ${MANY_USAGE}`
    const access = await deps.accessFor(userId)
    const near = () => nearSubjects(prisma, what, (workflow) => access.may('read', workflow))
    if (what === 'list') return listMany(deps, access)
    const [to, ...name] = words
    if (to === 'start' || to === 'cancel')
      return name.length > 0
        ? moveMany(deps, { to, name: name.join(' ') }, userId)
        : `Which plan? ${code(`/workflow replay ${to} <name>`)}; ${code('/workflow replay list')} names them.`
    const runs = await findRuns(prisma, { text: what })
    const [run] = runs
    if (!run) return nothingFoundAnswer(what, await near())
    if (runs.length > 1) return severalRunsAnswer(what, await withoutHidden(access, runs))
    const answer = await deps.replay({
      runId: run.id,
      version: flags.has('original') ? 'original' : 'current',
      actor: { id: userId, surface: 'slack' },
    })
    switch (answer.kind) {
      case 'replayed':
        return `${inline(what)} runs again as ${code(answer.runId)}.`
      case 'in_flight':
        return `${inline(what)} is on its way: it can be replayed once it waits or has ended.`
      case 'already':
        return `Not replayed: ${inline(answer.because, 200)}.`
      case 'not_allowed':
        return mayNot(answer.who)
      case 'unknown':
        return nothingFoundAnswer(what, await near())
    }
  },
}
