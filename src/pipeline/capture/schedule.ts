// Schedule triggers: a time that is due becomes an event. The schedule's row moves on in the same transaction, so any
// number of replicas run it once; of times that were missed while nothing ran, the last one is taken up.
import type { Logger } from 'pino'
import { insertEvents, type NewEvent } from '../../db/runs/events.ts'
import type { Database } from '../../db/store/open.ts'
import {
  type Due,
  dueNow,
  keepSchedules,
  readSchedules,
  scheduleKey,
  type ScheduleRow,
  takeDue,
} from '../../db/workflows/schedules.ts'
import { scheduledSince } from '../../db/workflows/workflows.ts'
import type { Queue } from '../../queue/queue.ts'
import type { Catalog, ReadyVersion } from '../../workflow/catalog.ts'
import { type Capture, newEvent } from './capture.ts'

export interface ScheduleDeps {
  db: Database
  queue: Queue
  catalog: Catalog
  log: Logger
  clock: () => Date
  /** Wraps a capture, to trace it. */
  traced?: ((capture: Capture) => Capture) | undefined
}

/** A scheduled event has its due time for a key, for whoever asks what came when. */
function eventOf({ id, compiled }: ReadyVersion, { dueAt, now }: { dueAt: Date; now: Date }): NewEvent {
  const body = { scheduled_for: dueAt.toISOString() }
  return newEvent({
    workflow: compiled.definition.workflow,
    versionId: id,
    source: 'schedule',
    dedupeKey: `schedule:${dueAt.toISOString()}`,
    subject: compiled.subject({ body, headers: {} }) ?? null,
    contentType: 'application/json',
    headers: {},
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    receivedAt: now,
    actor: null,
    replayOf: null,
  })
}

/** Takes it and writes its event, or neither. False: another replica was first, or it ran before a clock was set back. */
async function capture({ db, queue, traced }: ScheduleDeps, due: Due, event: NewEvent): Promise<boolean> {
  const enqueue = await queue.insertStatement('decide')
  const isNew = await db.transaction(async (tx) => {
    if (!(await takeDue(tx, due))) return false
    return (await insertEvents(tx, [event], enqueue.parts)).size > 0
  })
  if (!isNew) return false
  enqueue.wake()
  const { eventId, runId } = event
  await traced?.(() => Promise.resolve({ event: eventId, run: runId, duplicate: false }))(event)
  return true
}

/** True: an event was captured. */
async function look(
  deps: ScheduleDeps,
  version: ReadyVersion,
  { key, stored }: { key: string; stored: ScheduleRow | undefined },
): Promise<boolean> {
  const { db, clock } = deps
  const { schedule } = version.compiled.definition.trigger
  if (!schedule) return false
  const now = clock()
  // What was due before the schedule was published was never promised; a version that changes something else takes
  // nothing back.
  const since = () => scheduledSince(db.prisma, version.id)
  const due = await dueNow(db.prisma, { key, ...schedule }, { stored, now, since })
  return due !== undefined && capture(deps, due, eventOf(version, { dueAt: due.dueAt, now }))
}

/** Captures what is due and was not captured yet; resolves with how many. */
export async function captureDue(deps: ScheduleDeps): Promise<number> {
  const { db, catalog, log } = deps
  const rows = await readSchedules(db.prisma, 'workflow')
  const scheduled: string[] = []
  let captured = 0
  for (const name of await catalog.keys()) {
    const key = scheduleKey('workflow', name)
    try {
      const current = await catalog.current(name)
      if (current && !current.version.compiled.definition.trigger.schedule) continue
      scheduled.push(key)
      if (current && (await look(deps, current.version, { key, stored: rows.get(key) }))) captured += 1
    } catch (error) {
      // One wrong schedule keeps no other from its time; the next look tries again.
      scheduled.push(key)
      log.error({ err: error, workflow: name }, 'a schedule could not be captured')
    }
  }
  if ([...rows.keys()].some((key) => !scheduled.includes(key)))
    await keepSchedules(db.prisma, 'workflow', scheduled)
  return captured
}
