// What a resolution brings besides its name, checked before anything is claimed: corrected fields, a changed record, an
// edited input. It is kept with the decision, and written in the transaction of the claim.
import type { Tx } from '../../db/store/open.ts'
import type { Cover } from '../../domain/exceptions/approval.ts'
import { asJson, type JsonObject } from '../../domain/values/json.ts'
import { approvedWithChange } from './change.ts'
import { type Corrections, correct } from './correct.ts'
import { lookupsIn } from '../../domain/exceptions/lookups.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import { checkEdit } from './edit.ts'
import type { HeldException, ResolveDeps } from './held.ts'
import { prepareChoice } from './choose.ts'
import { type Move, planMove } from './move.ts'
import type { Resolution, ResolveRequest, ResolveAnswer } from './resolution.ts'

export interface Prepared {
  kind: 'prepared'
  /** For the decision: what was changed, from what to what. */
  inputs: JsonObject
  /** approve: the changed record, with which the held action goes on. */
  change?: Corrections
  /** fix: what validation starts from. */
  fix?: Corrections
  /** approve: what would be sent with the change. */
  covers?: Cover
  /** choose: its label, the record with what was entered, and where the run goes or how it ends. */
  choice?: string
  added?: Pick<Corrections, 'fields' | 'sources'>
  move?: Move
  ends?: Outcome
}

const asksWhy = (resolution: Resolution): resolution is Extract<Resolution, { do: 'decline' | 'dismiss' }> =>
  resolution.do === 'decline' || resolution.do === 'dismiss'

export async function prepareResolution(
  deps: ResolveDeps,
  exception: HeldException,
  request: ResolveRequest,
): Promise<Prepared | Extract<ResolveAnswer, { kind: 'invalid' | 'not_applicable' }>> {
  const { resolution, actor } = request
  if (resolution.do === 'choose') return prepareChoice(deps, exception, { ...request, resolution })
  if (asksWhy(resolution) && resolution.note.trim() === '') {
    const message = 'Say why: the reason is kept with the run.'
    return { kind: 'invalid', problems: [{ field: 'reason', message }] }
  }
  if (resolution.do === 'decline') return prepareDecline(deps, exception)
  if (resolution.do === 'retry' && resolution.input !== undefined) {
    const edit = await checkEdit(deps, exception, resolution.input)
    if (edit && edit.kind !== 'edit') return edit
    return {
      kind: 'prepared',
      inputs: edit ? asJson({ edited: edit.edited, changes: edit.changes }) : {},
    }
  }
  if (resolution.do === 'fix') {
    const fix = await correct(deps, exception, resolution.corrections, lookupsIn(exception.data))
    if (fix.kind === 'invalid') return fix
    const { corrections, changes } = fix
    return { kind: 'prepared', inputs: asJson({ corrections, changes }), fix }
  }
  if (resolution.do === 'approve' && resolution.change !== undefined)
    return approvedWithChange(deps, exception, { typed: resolution.change, actor })
  return { kind: 'prepared', inputs: {} }
}

/** Where a declined run goes on, or how it ends, by its file. */
async function prepareDecline(deps: ResolveDeps, exception: HeldException): Promise<Prepared> {
  const { run } = exception
  const { compiled } = await deps.catalog.version(run.versionId)
  const { route, outcome } = compiled.definition.routes[run.route ?? '']?.declined ?? {}
  if (route === undefined)
    return { kind: 'prepared', inputs: {}, ...(outcome === undefined ? {} : { ends: outcome }) }
  const move = await planMove(deps, exception, { route, because: 'Declined' })
  return { kind: 'prepared', inputs: { moved: true }, move }
}

/** Writes what was prepared into the run's record. */
export async function writePrepared(
  tx: Tx,
  runId: string,
  { change, fix, added }: Pick<Prepared, 'change' | 'fix' | 'added'>,
  at: Date,
): Promise<void> {
  if (fix) await tx.record.update({ where: { runId }, data: { corrections: fix.corrections } })
  if (added) await tx.record.update({ where: { runId }, data: { ...added, updatedAt: at } })
  if (!change) return
  const { corrections, fields, sources } = change
  await tx.record.update({ where: { runId }, data: { corrections, fields, sources, updatedAt: at } })
}
