// What the expressions of a held run see, and what it would send if its record were another one.
import { storedEvent } from '../../db/runs/events.ts'
import { withChannelsOf } from '../../db/people/covered-channels.ts'
import { readOwnerOf } from '../../db/people/owner-facts.ts'
import { answersOf } from '../../db/runs/action-answers.ts'
import { lastEdit } from '../../db/runs/attempts.ts'
import { type Cover, coverOf } from '../../domain/exceptions/approval.ts'
import { keepsAnswers } from '../../domain/workflow-file/answers.ts'
import type { Scope } from '../../domain/rules/decision.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { ReadyVersion } from '../../workflow/catalog.ts'
import { inputOf } from '../decide/judge.ts'
import type { HeldException, ResolveDeps } from './held.ts'

/** What the expressions of a held run see at this moment. */
export async function scopeOf(
  { db, catalog, clock }: Pick<ResolveDeps, 'db' | 'catalog' | 'clock'>,
  { runId, run }: Pick<HeldException, 'runId' | 'run'>,
): Promise<{ version: ReadyVersion; scope: Scope }> {
  const version = await catalog.version(run.versionId)
  const event = await storedEvent(db.prisma, run.eventId)
  const record = await db.prisma.record.findUniqueOrThrow({ where: { runId } })
  const input = inputOf(event)
  const { vars } = version.standards
  const known = { record: record.fields as JsonObject, corrections: record.corrections as JsonObject }
  const owner = version.compiled.readsOwner ? await readOwnerOf(db.prisma, run.ownerId) : undefined
  const route = run.route ?? ''
  const actions = keepsAnswers(version.compiled.definition, route)
    ? await answersOf(db.prisma, runId, route)
    : {}
  return { version, scope: { ...known, input, vars, now: clock(), owner, actions } }
}

/** What it would send with this record. */
export async function coverWith(
  deps: Pick<ResolveDeps, 'db' | 'catalog' | 'clock'>,
  exception: Pick<HeldException, 'runId' | 'run'>,
  record: JsonObject,
): Promise<Cover> {
  const { version, scope } = await scopeOf(deps, exception)
  const { route, step } = exception.run
  const edited = await lastEdit(deps.db.prisma, exception.runId)
  const cover = coverOf(version.compiled, { route: route ?? '', step, edited }, { ...scope, record })
  return withChannelsOf(deps.db.prisma, exception.runId, cover)
}
