// What one person sees of a run: all of it, or its outline (state and owner) where they may not read it.
import { readException, type ExceptionView } from '../db/exceptions/exception-view.ts'
import { readRun, type RunView } from '../db/runs/run-view.ts'
import type { Tx } from '../db/store/open.ts'
import type { Access } from './access.ts'

/** What everybody in the workspace may know of a run: no subject, no value, no text from outside. */
export interface RunOutline {
  id: string
  workflow: { key: string; title: string }
  state: string
  owner: string
  outcome: string | null
}

export type Seen<T> =
  | { kind: 'whole'; view: T }
  /** `whoMay` says in words who may read it. */
  | { kind: 'outline'; outline: RunOutline; whoMay: string }

const outlineOf = ({ id, workflow, status }: RunView): RunOutline => ({
  id,
  workflow: { key: workflow.key, title: workflow.title },
  state: status.state,
  owner: status.owner.label,
  outcome: status.outcome?.kind ?? null,
})

async function seen<T>(access: Access, run: RunView, view: T): Promise<Seen<T>> {
  const { key } = run.workflow
  if (await access.may('read', key, run.id)) return { kind: 'whole', view }
  return { kind: 'outline', outline: outlineOf(run), whoMay: await access.whoMay('read', key) }
}

/** The run as this person sees it; undefined when there is none with this id. */
export async function seeRun(tx: Tx, access: Access, runId: string): Promise<Seen<RunView> | undefined> {
  const run = await readRun(tx, runId)
  return run && seen(access, run, run)
}

/** The same of an exception with its run. */
export async function seeException(
  tx: Tx,
  access: Access,
  exceptionId: string,
): Promise<Seen<ExceptionView> | undefined> {
  const view = await readException(tx, exceptionId)
  return view && seen(access, view.run, view)
}

/** Lines of a list without the subjects that this person may not read. */
export async function withoutHidden<
  L extends { workflow: string; subject: string | null } & ({ id: string } | { runId: string }),
>(access: Access, lines: readonly L[]): Promise<L[]> {
  return Promise.all(
    lines.map(async (line) => {
      const runId = 'runId' in line ? line.runId : line.id
      return line.subject === null || (await access.may('read', line.workflow, runId))
        ? line
        : { ...line, subject: null }
    }),
  )
}
