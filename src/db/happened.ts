// What an announcement is about, as it stands now.
import type { AnnouncedDigest, AnnouncedException, AnnouncedRun, Happened } from '../domain/announcement.ts'
import type { DueAnnouncement } from './announcements.ts'
import { labelsOf } from './people/people.ts'
import { BODY, withBody } from './runs/event-body.ts'
import type { Tx } from './store/open.ts'

async function runOf(tx: Tx, id: string): Promise<AnnouncedRun | undefined> {
  const run = await tx.run.findUnique({ where: { id }, include: { outcome: true } })
  if (!run) return undefined
  const { workflowKey: workflow, subject, receivedAt, outcome } = run
  return {
    id,
    workflow,
    subject,
    receivedAt,
    outcome: outcome?.kind ?? null,
    route: outcome?.route ?? run.route,
    endedAt: outcome?.endedAt ?? null,
  }
}

async function exceptionOf(tx: Tx, id: string): Promise<AnnouncedException | undefined> {
  const found = await tx.exception.findUnique({ where: { id } })
  if (!found) return undefined
  const { reason, ownerId, openedAt, dueAt, escalation, resolvedAs, resolvedBy, resolvedAt } = found
  const names = await labelsOf(
    tx,
    [ownerId, resolvedBy].flatMap((one) => one ?? []),
  )
  const person = (one: string | null) => (one === null ? null : { id: one, name: names.get(one) ?? one })
  return {
    id,
    reason,
    owner: person(ownerId),
    openedAt,
    dueAt,
    escalation,
    resolvedAs,
    resolvedBy: person(resolvedBy),
    resolvedAt,
  }
}

async function digestOf(tx: Tx, id: string): Promise<AnnouncedDigest | undefined> {
  const found = await tx.digest.findUnique({ where: { id } })
  return found ? { id, name: found.name, from: found.windowStart, to: found.windowEnd } : undefined
}

export async function readHappened(tx: Tx, due: DueAnnouncement): Promise<Happened> {
  const { type, at, runId, exceptionId, digestId } = due
  return {
    type,
    at,
    run: runId === null ? undefined : await runOf(tx, runId),
    exception: exceptionId === null ? undefined : await exceptionOf(tx, exceptionId),
    digest: digestId === null ? undefined : await digestOf(tx, digestId),
  }
}

/** The event and the version of a run, for its callback. */
export async function eventOfRun(tx: Tx, id: string) {
  const run = await tx.run.findUnique({
    where: { id },
    select: {
      versionId: true,
      event: { select: { ...BODY, headers: true } },
    },
  })
  return run && { versionId: run.versionId, event: withBody(run.event) }
}
