// A step with its answer, where its file keeps that for later ones. What an earlier run did under the same key is not done again:
// its answer is that run's.
import { answersOf } from '../../db/runs/action-answers.ts'
import type { Database } from '../../db/store/open.ts'
import type { KeptAnswer } from '../../domain/rules/decision.ts'
import type { Step } from './after-fault.ts'
import type { Planned } from './ask-again.ts'
import type { Perform, Performed } from './perform.ts'

type Named = KeptAnswer & { name: string }
export type Answered = Omit<Performed, 'kept'> & { kept?: Named | undefined }

/** `earlier`: the run that did it before; null: none did. Throws FaultError. */
export async function performed(
  { db, perform }: { db: Database; perform: Perform },
  { run, version, action, channelId }: Step,
  { index, key, earlier }: { index: number; key: string; earlier: string | null },
): Promise<Answered> {
  const name = version.compiled.definition.routes[run.route]?.actions[index]?.as
  const named = (kept: KeptAnswer | undefined): Named | undefined =>
    kept && name !== undefined ? { ...kept, name } : undefined
  if (earlier !== null) {
    const before = name === undefined ? {} : await answersOf(db.prisma, earlier, run.route)
    return { answer: `done before, in ${earlier}`, kept: named(before[name ?? '']) }
  }
  const { kept, ...done } = await perform(action, {
    key,
    runId: run.id,
    workflow: run.workflow,
    headers: run.headers,
    channelId,
  })
  return { ...done, kept: name === undefined ? undefined : named(kept?.()) }
}

/** What is known of the run from then on. */
export function withAnswer({ run, version, scope }: Planned, kept: Named | undefined): Planned {
  if (!kept) return { run, version, scope }
  const { name, ...answer } = kept
  return { run, version, scope: { ...scope, actions: { ...scope.actions, [name]: answer } } }
}
