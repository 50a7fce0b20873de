// Schedules by their next due time, which is stored as an instant and moved on by whoever takes what is due: any number
// of replicas may look, one of them takes it.
import { readCron } from '../../domain/time/cron-line.ts'
import { nextRun } from '../../domain/time/next-run.ts'
import type { Tx } from '../store/open.ts'

export type ScheduleKind = 'workflow' | 'digest'

export interface ScheduleRow {
  /** `workflow:<key>` or `digest:<name>` */
  key: string
  cron: string
  timezone: string
  nextAt: Date
  /** The due time that was taken last. */
  lastAt: Date | null
}

export const scheduleKey = (kind: ScheduleKind, name: string): string => `${kind}:${name}`

export async function readSchedules(tx: Tx, kind: ScheduleKind): Promise<Map<string, ScheduleRow>> {
  const rows = await tx.schedule.findMany({ where: { key: { startsWith: scheduleKey(kind, '') } } })
  return new Map(rows.map((row) => [row.key, row]))
}

/**
 * Writes what was planned, in place of `was` (undefined: there was no row). Whatever another replica wrote since stays:
 * it planned the same.
 */
async function planSchedule(tx: Tx, plan: ScheduleRow, was: ScheduleRow | undefined): Promise<void> {
  const { key, ...planned } = plan
  if (was) await tx.schedule.updateMany({ where: was, data: planned })
  else await tx.schedule.createMany({ data: [{ key, ...planned }], skipDuplicates: true })
}

export interface Due {
  row: ScheduleRow
  dueAt: Date
  nextAt: Date
}

/** What is due of a schedule, for `takeDue`; undefined when nothing is. Plans it where it must. */
export async function dueNow(
  tx: Tx,
  { key, cron, timezone }: Pick<ScheduleRow, 'key' | 'cron' | 'timezone'>,
  { stored, now, since }: { stored: ScheduleRow | undefined; now: Date; since: () => Promise<Date> },
): Promise<Due | undefined> {
  const line = readCron(cron)
  // Checked when it was published, by what that release took for a cron line.
  if ('message' in line) throw new Error(`${line.message}: ${line.hint}`)
  const schedule = { cron, line, timezone }
  let row = stored
  let run = await nextRun(schedule, row, { now, since })
  if (run.do === 'plan') {
    const plan = { key, cron, timezone, nextAt: run.nextAt, lastAt: row?.lastAt ?? null }
    await planSchedule(tx, plan, row)
    row = plan
    run = await nextRun(schedule, row, { now, since })
  }
  return row && run.do === 'take' ? { row, dueAt: run.dueAt, nextAt: run.nextAt } : undefined
}

/** Takes what is due: moves the row on. False: somebody else took it, or planned anew. */
export async function takeDue(tx: Tx, { row, dueAt, nextAt }: Due): Promise<boolean> {
  const { count } = await tx.schedule.updateMany({ where: row, data: { nextAt, lastAt: dueAt } })
  return count > 0
}

/** Forgets the schedules that are not there any more. */
export async function keepSchedules(tx: Tx, kind: ScheduleKind, keys: string[]): Promise<void> {
  await tx.schedule.deleteMany({ where: { key: { startsWith: scheduleKey(kind, ''), notIn: keys } } })
}
