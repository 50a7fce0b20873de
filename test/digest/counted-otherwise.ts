// The figures of a window asked for in another way: one plain query a number, over whole tables, nothing shared with
// the queries of the digest.
import assert from 'node:assert/strict'
import type { Tx } from '../../src/db/store/open.ts'
import type { WindowFigures } from '../../src/domain/digest/digest.ts'

/** `"ends"` stands for a time inside the window, `"past"` for one before its end. */
const counts: Record<string, string> = {
  accepted: `SELECT count(*) FROM event x WHERE inside(x.received_at)`,
  ended: `SELECT count(*) FROM outcome x WHERE inside(x.ended_at)`,
  achieved: `SELECT count(*) FROM outcome x WHERE inside(x.ended_at) AND kind = 'achieved'`,
  declined: `SELECT count(*) FROM outcome x WHERE inside(x.ended_at) AND kind = 'declined'`,
  dismissed: `SELECT count(*) FROM outcome x WHERE inside(x.ended_at) AND kind = 'dismissed'`,
  failed: `SELECT count(*) FROM outcome x WHERE inside(x.ended_at) AND kind = 'failed'`,
  ignored: `SELECT count(*) FROM outcome x WHERE inside(x.ended_at) AND kind = 'ignored'`,
  automated: `SELECT count(*) FROM outcome x WHERE inside(x.ended_at)
    AND run_id NOT IN (SELECT run_id FROM exception) AND run_id NOT IN (SELECT run_id FROM audit)`,
  erred: `SELECT count(*) FROM (
    SELECT DISTINCT ON (run_id) run_id, workflow_key, at FROM (
      SELECT run_id, workflow_key, opened_at AS at FROM exception WHERE reason IN ('stale_data', 'lookup_failed',
        'action_failed', 'action_refused', 'timed_out', 'source_silent', 'internal_error')
      UNION ALL SELECT run_id, workflow_key, ended_at FROM outcome WHERE kind = 'failed') AS fault
    ORDER BY run_id, at) x WHERE inside(x.at)`,
  opened: `SELECT count(*) FROM exception x WHERE inside(x.opened_at) AND reason IS DISTINCT FROM BEFORE_`,
  reopened: `SELECT count(*) FROM exception x WHERE inside(x.opened_at) AND reason = BEFORE_`,
  resolved: `SELECT count(*) FROM exception x WHERE inside(FINAL_) AND resolved_as NOT IN ('recovered', 'expired')`,
  slaDue: `SELECT count(*) FROM exception x
    WHERE inside(FINAL_) AND resolved_as != 'recovered' AND due_at IS NOT NULL`,
  slaMet: `SELECT count(*) FROM exception x WHERE inside(FINAL_) AND resolved_as != 'recovered'
    AND (resolved_at <= due_at AND resolved_as != 'expired' OR acknowledged_at <= due_at)`,
  manualSteps: `SELECT count(*) FROM audit a JOIN outcome x USING (run_id) WHERE inside(x.ended_at)`,
  handOffs: `SELECT count(*) FROM audit a JOIN outcome x USING (run_id)
    WHERE inside(x.ended_at) AND a.action LIKE '%reassigned'`,
  // Cards that stand by themselves, and the lines in their threads.
  messages: `SELECT count(*) FROM outcome x JOIN (
      SELECT e.run_id FROM card c JOIN exception e ON e.id = c.subject_id WHERE c.folded_into IS NULL
      UNION ALL SELECT a.run_id FROM card c JOIN audit a ON 'audit:' || a.id = c.subject_id
    ) message USING (run_id) WHERE inside(x.ended_at)`,
  people: `SELECT count(DISTINCT (a.run_id, a.actor)) FROM audit a JOIN outcome x USING (run_id) WHERE inside(x.ended_at)`,
  carriedIn: `SELECT count(*) FROM event v JOIN run x ON x.event_id = v.id LEFT JOIN outcome o ON o.run_id = x.id
    WHERE v.received_at < FROM_ AND (o.ended_at IS NULL OR NOT o.ended_at < FROM_)`,
  open: `SELECT count(DISTINCT x.run_id) FROM exception x
    WHERE x.opened_at < TO_ AND NOT coalesce(x.resolved_at < TO_, false)`,
  inFlight: `SELECT count(*) FROM run x WHERE x.received_at < TO_
    AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.run_id = x.id AND o.ended_at < TO_)
    AND x.id NOT IN (SELECT run_id FROM exception WHERE opened_at < TO_ AND coalesce(resolved_at >= TO_, true))`,
}

const lists: Record<string, string> = {
  cycle: `SELECT x.cycle_ms AS ms FROM outcome x WHERE inside(x.ended_at)`,
  // From the first opening of an unbroken row of the same reason.
  resolve: `SELECT (extract(epoch FROM resolved_at) - extract(epoch FROM (
      SELECT min(n.opened_at) FROM exception n WHERE n.run_id = x.run_id AND n.id <= x.id AND NOT EXISTS (
        SELECT FROM exception m WHERE m.run_id = x.run_id AND m.id BETWEEN n.id AND x.id AND m.reason <> x.reason))
    ))::float8 * 1000 AS ms FROM exception x WHERE inside(FINAL_) AND resolved_as NOT IN ('recovered', 'expired')`,
}

const BEFORE = `(SELECT b.reason FROM exception b WHERE b.run_id = x.run_id AND b.id < x.id ORDER BY b.id DESC LIMIT 1)`
/** When a resolution proved final: its run stopped for something else, or ended; never, where the same came back. */
const FINAL = `(SELECT CASE WHEN n.reason = x.reason THEN NULL ELSE coalesce(n.opened_at, o.ended_at) END
  FROM (SELECT) AS one LEFT JOIN LATERAL (SELECT * FROM exception n WHERE n.run_id = x.run_id AND n.id > x.id
    ORDER BY n.id LIMIT 1) n ON true LEFT JOIN outcome o ON o.run_id = x.run_id)`

const within = (at: Date, from: Date, to: Date) => at >= from && at < to

/** Everything else that a digest says, by plain queries over whole tables. */
export async function restOtherwise(
  tx: Tx,
  {
    start,
    end,
    before,
    weeks,
  }: { start: Date; end: Date; before: Date; weeks: { start: Date; end: Date }[] },
) {
  const ask = <T>(text: string, ...values: Date[]) => tx.$queryRawUnsafe<T[]>(text, ...values)
  const reasons = await ask<{ reason: string; opened_at: Date }>(
    sql(`SELECT reason, opened_at FROM exception x WHERE reason IS DISTINCT FROM BEFORE_`, { start, end }),
  )
  const byReason = [...new Set(reasons.map(({ reason }) => reason))]
    .map((reason) => {
      const of = reasons.filter((one) => one.reason === reason)
      const between = (from: Date, to: Date) => of.filter(({ opened_at: at }) => within(at, from, to)).length
      return { reason, now: between(start, end), before: between(before, start) }
    })
    .filter((one) => one.now + one.before > 0)
  const events = await ask<{ workflow: string; at: Date }>(
    `SELECT workflow_key AS workflow, received_at AS at FROM event`,
  )
  const outcomes = await ask<{ at: Date; stops: number; manualSteps: number }>(
    `SELECT ended_at AS at, manual_steps AS "manualSteps", (SELECT count(*)::int FROM exception e WHERE e.run_id = o.run_id) AS stops FROM outcome o`,
  )
  const open = await ask<{ id: string }>(
    `SELECT id FROM exception WHERE opened_at < $1 AND (resolved_at IS NULL OR resolved_at >= $1)
     ORDER BY coalesce(case_opened_at, opened_at), id LIMIT 5`,
    end,
  )
  const heard = new Set(events.filter(({ at }) => at < end).map(({ workflow }) => workflow))
  const heardNow = new Set(events.filter(({ at }) => within(at, start, end)).map(({ workflow }) => workflow))
  return {
    reasons: byReason,
    weeks: weeks.map((week) => {
      const ended = outcomes.filter(({ at }) => within(at, week.start, week.end))
      const automated = ended.filter(({ stops, manualSteps }) => stops === 0 && manualSteps === 0).length
      const accepted = events.filter(({ at }) => within(at, week.start, week.end)).length
      return { accepted, automated, handled: ended.length - automated }
    }),
    oldest: open.map(({ id }) => id),
    silent: [...heard].filter((workflow) => !heardNow.has(workflow)).toSorted(),
    heard: [...heard].toSorted(),
  }
}

interface Worth {
  workflow: string
  route: string
  currency: string
  amount: string
}

/** Added up as whole thousandths, by whatever `of` says. */
function added(rows: Worth[], of: (row: Worth) => string): Record<string, { sum: bigint; count: number }> {
  const found: Record<string, { sum: bigint; count: number }> = {}
  for (const row of rows) {
    const one = (found[of(row)] ??= { sum: 0n, count: 0 })
    one.sum += thousandthsOf(row.amount)
    one.count += 1
  }
  return found
}

/** 12.5 → 12500n. */
export function thousandthsOf(amount: string): bigint {
  const [whole = '', part = ''] = amount.split('.')
  return BigInt(whole + part.padEnd(3, '0'))
}

/** The money of a window, from what each run is worth. */
export async function moneyOtherwise(tx: Tx, asked: Asked) {
  const ask = (text: string) => tx.$queryRawUnsafe<Worth[]>(sql(text, asked))
  const worth = `x.workflow_key AS workflow, r.route, r.currency, r.amount::text AS amount`
  const moved = await ask(`SELECT ${worth} FROM outcome x JOIN run r ON r.id = x.run_id
    WHERE r.currency IS NOT NULL AND inside(x.ended_at) AND x.kind = 'achieved'`)
  const open = await ask(`SELECT ${worth} FROM exception x JOIN run r ON r.id = x.run_id
    WHERE r.currency IS NOT NULL AND x.opened_at < TO_ AND NOT coalesce(x.resolved_at < TO_, false)`)
  return {
    atStake: added(open, ({ currency }) => currency),
    moved: added(moved, ({ workflow, route, currency }) => `${workflow} ${route} ${currency}`),
  }
}

/** Everything received in the window or carried over into it. */
export async function runsOtherwise(tx: Tx, asked: Asked): Promise<number> {
  let runs = 0
  for (const name of ['carriedIn', 'accepted']) {
    const [row] = await tx.$queryRawUnsafe<{ count: bigint }[]>(sql(counts[name] ?? '', asked))
    runs += Number(row?.count)
  }
  return runs
}

/** Who had how much, by the id of whom it says. */
export async function loadOtherwise(tx: Tx, asked: Asked): Promise<Record<string, Record<string, number>>> {
  const found: Record<string, Record<string, number>> = {}
  const count = async (what: string, text: string) => {
    const rows = await tx.$queryRawUnsafe<{ id: string | null }[]>(sql(text, asked))
    for (const { id } of rows) {
      const of = (found[id ?? 'Nobody'] ??= { completed: 0, resolved: 0, open: 0 })
      of[what] = (of[what] ?? 0) + 1
    }
  }
  await count(
    'completed',
    `SELECT r.owner_id AS id FROM outcome x JOIN run r ON r.id = x.run_id WHERE inside(x.ended_at)`,
  )
  await count(
    'resolved',
    `SELECT resolved_by AS id FROM exception x WHERE inside(FINAL_) AND resolved_as NOT IN ('recovered', 'expired')`,
  )
  await count(
    'open',
    `SELECT owner_id AS id FROM exception x WHERE x.opened_at < TO_ AND NOT coalesce(x.resolved_at < TO_, false)`,
  )
  return found
}

type Asked = { start: Date; end: Date; workflow?: string; team?: string }

function sql(text: string, { start, end, workflow, team }: Asked): string {
  const from = `'${start.toISOString()}'::timestamptz`
  const to = `'${end.toISOString()}'::timestamptz`
  const filled = text
    .replaceAll('inside(FINAL_)', `(${FINAL} >= ${from} AND ${FINAL} < ${to})`)
    .replaceAll('BEFORE_', BEFORE)
    .replaceAll(/inside\(([\w.]+)\)/g, `($1 BETWEEN ${from} AND ${to} AND $1 <> ${to})`)
    .replaceAll('FROM_', from)
    .replaceAll('TO_', to)
  if (team !== undefined)
    return `${filled} AND (SELECT team FROM workflow WHERE key = x.workflow_key) = '${team}'`
  return workflow === undefined ? filled : `${filled} AND x.workflow_key = '${workflow}'`
}

/** The ledger at `end`, from every row there is, or every row of a team. */
export async function ledgerOtherwise(tx: Tx, end: Date, team?: string): Promise<Record<string, number>> {
  const number = async (text: string) => {
    const [row] = await tx.$queryRawUnsafe<{ count: bigint }[]>(
      sql(text, { start: end, end, ...(team === undefined ? {} : { team }) }),
    )
    return Number(row?.count)
  }
  return {
    accepted: await number('SELECT count(*) FROM event x WHERE received_at < TO_'),
    outcomes: await number('SELECT count(*) FROM outcome x WHERE ended_at < TO_'),
    open: await number(counts['open'] ?? ''),
    inFlight: await number(counts['inFlight'] ?? ''),
    unaccounted: 0,
  }
}

/** The value that this share of all does not exceed: what PostgreSQL calls percentile_disc. */
const percentile = (values: number[], of: number): number | null =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * of) - 1)] ?? null

/** The same figures, counted the slow way. */
export async function countedOtherwise(tx: Tx, asked: Asked): Promise<WindowFigures> {
  const found: Record<string, number | null> = {}
  for (const [name, text] of Object.entries(counts)) {
    const [row] = await tx.$queryRawUnsafe<{ count: bigint }[]>(sql(text, asked))
    found[name] = Number(row?.count)
  }
  for (const [name, text] of Object.entries(lists)) {
    const values = (await tx.$queryRawUnsafe<{ ms: number }[]>(sql(text, asked))).map(({ ms }) => ms)
    found[`${name}P50Ms`] = percentile(values, 0.5)
    found[`${name}P90Ms`] = percentile(values, 0.9)
  }
  return { ...(found as unknown as WindowFigures), unaccounted: 0 }
}

const TIMES = ['cycleP50Ms', 'cycleP90Ms', 'resolveP50Ms', 'resolveP90Ms'] as const

const withoutTimes = (figures: WindowFigures) =>
  Object.fromEntries(Object.entries(figures).filter(([name]) => !TIMES.some((time) => time === name)))

/** Equal in every number; a digest says how long something took to 2.2 %, and nothing below a millisecond. */
export function assertSameFigures(told: WindowFigures, counted: WindowFigures): void {
  assert.deepEqual(withoutTimes(told), withoutTimes(counted))
  for (const name of TIMES) {
    const [is, exact] = [told[name], counted[name]]
    if (is === null || exact === null) assert.equal(is, exact, name)
    else
      assert.ok(Math.abs(is - Math.max(1, exact)) <= exact * 0.0221 + 0.001, `${name}: ${is}, not ${exact}`)
  }
}
