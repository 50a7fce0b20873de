// Schedule triggers: the last time that was due becomes an event. Its dedupe key is that time, so any number of
// replicas run it once; one that was missed while nothing ran is taken up at the next look (the last one, not all).
import type { Logger } from 'pino'
import type { Database } from '../../db/open.ts'
import { scheduledSince } from '../../db/workflows.ts'
import { readCron } from '../../domain/cron-line.ts'
import { lastDue } from '../../domain/due-times.ts'
import type { Catalog } from '../../workflow/catalog.ts'
import type { Capture } from './capture.ts'

export interface ScheduleDeps {
  db: Database
  catalog: Catalog
  capture: Capture
  log: Logger
  clock: () => Date
}

/** Captures what is due and was not captured yet; resolves with how many. */
export async function captureDue({ db, catalog, capture, log, clock }: ScheduleDeps): Promise<number> {
  const now = clock()
  let captured = 0
  for (const key of await catalog.keys()) {
    const current = await catalog.current(key)
    const schedule = current?.version.compiled.definition.trigger.schedule
    if (!current || !schedule) continue
    const { id, compiled } = current.version
    try {
      const line = readCron(schedule.cron)
      if ('message' in line) throw new Error(line.message)
      // What was due before the schedule was published was never promised; a version that changes something else
      // takes nothing back.
      const after = new Date((await scheduledSince(db.prisma, id)).getTime() - 1)
      const due = lastDue(line, schedule.timezone, { after, now })
      if (!due) continue
      const dedupeKey = `schedule:${due.toISOString()}`
      const where = { workflowKey_dedupeKey: { workflowKey: key, dedupeKey } }
      if (await db.prisma.event.findUnique({ where, select: { id: true } })) continue
      const body = { scheduled_for: due.toISOString() }
      const { duplicate } = await capture({
        workflow: key,
        versionId: id,
        source: 'schedule',
        dedupeKey,
        subject: compiled.subject({ body, headers: {} }) ?? null,
        contentType: 'application/json',
        headers: {},
        body: Buffer.from(JSON.stringify(body)).toString('base64'),
        receivedAt: now,
        actor: null,
        replayOf: null,
      })
      if (!duplicate) captured += 1
    } catch (error) {
      // One wrong schedule keeps no other from its time; the next look tries again.
      log.error({ err: error, workflow: key }, 'a schedule could not be captured')
    }
  }
  return captured
}
