// What people do from Slack, each bound to the function of the pipeline that does it.
import type { Capture } from '../pipeline/capture/capture.ts'
import { runByCommand } from '../pipeline/capture/command.ts'
import { postDigest } from '../pipeline/digest/on-demand.ts'
import { acknowledge } from '../pipeline/exception/acknowledge.ts'
import { setAway } from '../pipeline/exception/away.ts'
import { editable } from '../pipeline/exception/edit.ts'
import { refusalFor, type ResolveDeps } from '../pipeline/exception/held.ts'
import { reassign } from '../pipeline/exception/reassign.ts'
import { resolve } from '../pipeline/exception/resolve.ts'
import { snooze } from '../pipeline/exception/snooze.ts'
import { comment, commentRefusal } from '../pipeline/exception/comment.ts'
import { pause, type Pauses, resume } from '../pipeline/resume/pauses.ts'
import { replay } from '../pipeline/resume/replay.ts'
import { planBatch } from '../pipeline/resume/plan-batch.ts'
import { cancelBatch, startBatch } from '../pipeline/resume/replay-batch.ts'
import { reveal } from '../pipeline/reveal/reveal.ts'
import type { Operations } from '../slack/deps.ts'

export function makeOperations(deps: ResolveDeps & { capture: Capture; pauses: Pauses }): Operations {
  const { db, clock, pauses } = deps
  return {
    resolve: (request) => resolve(deps, request),
    editable: (ask) => editable(deps, ask),
    reassign: (reassignment) => reassign(deps, reassignment),
    comment: (about) => comment(deps, about),
    commentRefusal: (ask) => commentRefusal(deps, ask),
    snooze: (request) => snooze(deps, request),
    acknowledge: (ask) => acknowledge(deps, ask),
    refusalFor: (ask) => refusalFor(deps, ask),
    replay: (what) => replay(deps, what),
    replayMany: {
      plan: (request) => planBatch(deps, request),
      start: (name, actor) => startBatch(deps, name, actor),
      cancel: (name, actor) => cancelBatch(deps, name, actor),
    },
    async pause(change) {
      const isNew = await pause(db, change, clock())
      await pauses.refresh()
      return isNew
    },
    async resume(change) {
      const wasPaused = await resume(db, change, clock())
      await pauses.refresh()
      return wasPaused
    },
    setAway: (away) => setAway(deps, away),
    postDigest: (asked) => postDigest(deps, asked),
    reveal: (ask) => reveal(deps, ask),
    runWorkflow: (run) => runByCommand(deps, { ...run, at: clock() }),
  }
}
