// What time does to open exceptions: snoozes end, owners who left are replaced, what is overdue is reminded of and
// escalated. Each step is a compare-and-set, so any number of replicas may look at once.
import type { Logger } from 'pino'
import { changeException } from '../../db/exceptions/exception-acts.ts'
import { boundIn, specWithIds } from '../../db/people/name-bindings.ts'
import type { Database } from '../../db/store/open.ts'
import { assignOwner } from '../../db/people/owners.ts'
import { ownRuns } from '../../db/runs/run-owner.ts'
import { newestStandards } from '../../db/workflows/standards.ts'
import {
  decayedExceptions,
  isAnyWatched,
  overdueExceptions,
  orphanedExceptions,
  snoozesOver,
  type WatchedException,
} from '../../db/exceptions/watched.ts'
import { businessMsBetween } from '../../domain/time/business-time.ts'
import { parseDuration } from '../../domain/time/duration.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import { isReason } from '../../domain/exceptions/reasons.ts'
import { ACKNOWLEDGED_FOR_MS } from './acknowledge.ts'
import { stoppedBy } from '../../domain/exceptions/ways.ts'
import { plus, type Promised, promisedFor } from './due.ts'
import { engine } from '../../domain/exceptions/resolution.ts'

export interface WatchDeps {
  db: Database
  catalog: Catalog
  clock: () => Date
  cardsChanged: () => void
  log: Logger
}

const REMIND_EVERY_MS = 4 * 3_600_000
const MINUTE_MS = 60_000

async function wake({ db }: WatchDeps, { id, snoozedUntil }: WatchedException, at: Date): Promise<boolean> {
  return db.transaction((tx) =>
    changeException(tx, {
      exceptionId: id,
      where: { snoozedUntil },
      data: { snoozedUntil: null },
      actor: engine,
      action: 'exception.woke',
      at,
    }),
  )
}

/** Whoever was on it did nothing since: it waits as before. */
async function decay(
  { db }: WatchDeps,
  { id }: WatchedException,
  { before, at }: { before: Date; at: Date },
): Promise<boolean> {
  return db.transaction((tx) =>
    changeException(tx, {
      exceptionId: id,
      where: { acknowledgedAt: { lte: before } },
      data: { acknowledgedAt: null },
      actor: engine,
      action: 'exception.decayed',
      at,
    }),
  )
}

/**
 * Who left is replaced by who the owner's name means now (their backup, the next of a role), else by the workflow's
 * owner, else by nobody in person; what is nobody's is given to the first who comes.
 */
async function succeed(
  { db }: WatchDeps,
  exception: WatchedException,
  { at, nobody }: { at: Date; nobody: Set<string> },
): Promise<boolean> {
  const asked = `${exception.ownerSpec}\n${exception.workflowOwnerSpec}`
  // A thousand that wait for the same nobody are one question a look.
  if (exception.ownerId === null && nobody.has(asked)) return false
  return db.transaction(async (tx) => {
    const standards = await newestStandards(tx)
    const owner =
      (await assignOwner(tx, exception.ownerSpec, standards, at)) ??
      (await assignOwner(tx, exception.workflowOwnerSpec, standards, at))
    if (!owner) nobody.add(asked)
    if (!owner && exception.ownerId === null) return false
    const { reason, data } = exception
    const isChanged = await changeException(tx, {
      exceptionId: exception.id,
      where: { ownerId: exception.ownerId },
      data: {
        ownerId: owner?.id ?? null,
        ownerSince: at,
        // What the one before said about time, they said for themselves.
        acknowledgedAt: null,
        snoozedUntil: null,
        ...(owner && isReason(reason) ? { reason: stoppedBy({ reason, data }) } : {}),
      },
      actor: engine,
      action: 'exception.succeeded',
      at,
      before: { owner: exception.ownerId },
      after: { owner: owner?.id ?? exception.workflowOwnerSpec },
    })
    if (isChanged && owner) await ownRuns(tx, [{ runId: exception.runId, ownerId: owner.id }])
    return isChanged
  })
}

async function promised({ catalog }: WatchDeps, exception: WatchedException): Promise<Promised | undefined> {
  const { compiled, standards } = await catalog.version(exception.versionId)
  return promisedFor(compiled.definition, standards, exception.route)
}

/** Who it is escalated to may resolve it. A review stays with those whom the workflow names for it. */
const widened = ({ reason, policy }: WatchedException, id: string) =>
  reason === 'approval_required' ? policy : { ...policy, by: [...new Set([...policy.by, id])] }

/** The next step of escalation, if its time has come; where it names nobody who is there, at once the one after. */
async function escalate(deps: WatchDeps, exception: WatchedException, { sla, calendar }: Promised, at: Date) {
  const [due] = sla.escalate.slice(exception.escalation)
  if (!due || plus(exception.ownerSince, parseDuration(due.after), calendar) > at) return false
  for (const [step, next] of sla.escalate.entries()) {
    if (step < exception.escalation) continue
    const done = await deps.db.transaction(async (tx) => {
      const to = specWithIds(next.to.join(', '), await boundIn(tx, exception.versionId))
      const owner = await assignOwner(tx, to, await newestStandards(tx), at)
      if (!owner) return undefined
      return changeException(tx, {
        exceptionId: exception.id,
        where: { escalation: exception.escalation },
        data: { escalation: step + 1, remindedAt: at, policy: widened(exception, owner.id) },
        actor: engine,
        action: 'exception.escalated',
        at,
        after: { to: owner.id, step: step + 1 },
      })
    })
    if (done !== undefined) return done
  }
  return false
}

/** At most one reminder in four hours, and none while the calendar is closed. */
async function remind({ db }: WatchDeps, exception: WatchedException, { calendar }: Promised, at: Date) {
  const { remindedAt } = exception
  if (remindedAt !== null && at.getTime() - remindedAt.getTime() < REMIND_EVERY_MS) return false
  const isOpenHour = !calendar || businessMsBetween(new Date(at.getTime() - MINUTE_MS), at, calendar) > 0
  if (!isOpenHour) return false
  return db.transaction((tx) =>
    changeException(tx, {
      exceptionId: exception.id,
      where: { remindedAt },
      data: { remindedAt: at, acknowledgedAt: null },
      actor: engine,
      action: 'exception.reminded',
      at,
      after: { to: exception.ownerId ?? exception.ownerSpec },
    }),
  )
}

/** One look at all open exceptions whose time has come; resolves with how many changed. */
export async function watchExceptions(deps: WatchDeps): Promise<number> {
  const { db, clock, cardsChanged, log } = deps
  const at = clock()
  const before = new Date(at.getTime() - ACKNOWLEDGED_FOR_MS)
  if (!(await isAnyWatched(db.prisma, at, before))) return 0
  let changed = 0
  const each = async (
    found: AsyncIterable<WatchedException>,
    act: (one: WatchedException) => Promise<boolean>,
  ) => {
    for await (const one of found) {
      try {
        if (await act(one)) changed += 1
      } catch (error) {
        log.error({ err: error, exception: one.id }, 'exception could not be watched')
      }
    }
  }
  await each(snoozesOver(db.prisma, at), (one) => wake(deps, one, at))
  await each(decayedExceptions(db.prisma, before), (one) => decay(deps, one, { before, at }))
  const nobody = new Set<string>()
  await each(orphanedExceptions(db.prisma), (one) => succeed(deps, one, { at, nobody }))
  await each(overdueExceptions(db.prisma, at), async (one) => {
    const sla = await promised(deps, one)
    if (!sla) return false
    return (await escalate(deps, one, sla, at)) || remind(deps, one, sla, at)
  })
  if (changed > 0) cardsChanged()
  return changed
}
