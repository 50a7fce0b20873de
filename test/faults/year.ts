// npm run faults:year: a year of schedules and digests in a minute or two: two replicas in five zones, whose clock is set to what is due next, against a
// calendar that walks. Response times: test/domain/year-of-slas.test.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standardsSchema } from '../../src/domain/workflow-file/standards.ts'
import { captureDue } from '../../src/pipeline/capture/schedule.ts'
import { submitDueDigests } from '../../src/pipeline/digest/submit.ts'
import { startBot } from '../bot.ts'
import { type Clock, type DrawnLine } from '../calendar/lines.ts'
import { duesByWalk, walk } from '../calendar/walk.ts'

const MINUTE = 60_000
const FROM = Date.UTC(2027, 0, 1)
const TO = Date.UTC(2028, 0, 1)
/** Of the days before it, digests tell. */
const WALKED_FROM = FROM - 3 * 1440 * MINUTE

const at = (hour: number, minute: number) => (clock: Clock) => clock.hour === hour && clock.minute === minute
const line = (text: string, matches: (clock: Clock) => boolean): DrawnLine => ({
  text,
  matches,
  isEveryHour: false,
})
const CASES: { key: string; timezone: string; line: DrawnLine }[] = [
  { key: 'berlin', timezone: 'Europe/Berlin', line: line('30 2 * * *', at(2, 30)) },
  { key: 'santiago', timezone: 'America/Santiago', line: line('0 0 * * *', at(0, 0)) },
  {
    key: 'havana',
    timezone: 'America/Havana',
    line: line('30 0 * * 0', (clock) => at(0, 30)(clock) && clock.weekday === 0),
  },
  {
    key: 'cairo',
    timezone: 'Africa/Cairo',
    line: line('0 0 L,15 * *', (clock) => at(0, 0)(clock) && (clock.date === 15 || clock.daysLeft === 0)),
  },
  {
    key: 'lordhowe',
    timezone: 'Australia/Lord_Howe',
    line: line(
      '15 2 1-7,25-31 4,10 *',
      (clock) => at(2, 15)(clock) && [4, 10].includes(clock.month) && (clock.date <= 7 || clock.date >= 25),
    ),
  },
]
const flow = ({ key, timezone, line: { text } }: (typeof CASES)[number]) => `
workflow: ${key}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { schedule: { cron: "${text}", timezone: ${timezone} } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`
const failed = (...what: unknown[]) => assert.fail(JSON.stringify(what))
const iso = (time: number) => new Date(time).toISOString()

/** When each date of the zone begins, by the minute that first shows it. */
function datesOf(walked: Int32Array): Map<number, number> {
  const begins = new Map<number, number>()
  for (const [minute, wall] of walked.entries()) {
    const date = Math.floor(wall / 1440)
    if (!begins.has(date)) begins.set(date, WALKED_FROM + minute * MINUTE)
  }
  return begins
}

test('a year of schedules and digests in five zones is what the calendar says, for two replicas too', async (t) => {
  let now = new Date(FROM)
  const bot = await startBot(t, { clock: () => now, roles: ['web'] })
  await bot.publish(Object.fromEntries(CASES.map((one) => [one.key, flow(one)])))
  const { db, queue, catalog } = bot.app
  const deps = {
    db,
    queue,
    catalog,
    log: { error: failed } as never,
    clock: () => now,
    cardsChanged: () => {},
    failed,
  }
  const standards = standardsSchema.parse({
    digests: Object.fromEntries(
      CASES.map(({ key, timezone, line: { text } }) => [
        key,
        { cron: text, timezone, channel: '#general', period: 'day' },
      ]),
    ),
  })
  const look = () => Promise.all([captureDue(deps), captureDue(deps), submitDueDigests(deps, standards)])
  await look()
  for (;;) {
    const {
      _min: { nextAt },
    } = await db.prisma.schedule.aggregate({ _min: { nextAt: true } })
    if (!nextAt || nextAt.getTime() >= TO) break
    assert.ok(nextAt > now, 'what is due is taken')
    now = nextAt
    await look()
  }
  for (const { key, timezone, line: drawn } of CASES) {
    const walked = walk(timezone, { from: WALKED_FROM, to: TO - MINUTE })
    const dues = duesByWalk(drawn, walked, WALKED_FROM)
      .filter((due) => due > FROM)
      .map(iso)
    const events = await db.prisma.event.findMany({
      // What was due before the year, and after the bot's publishing, was caught up.
      where: { workflowKey: key, dedupeKey: { gt: `schedule:${iso(FROM)}` } },
      orderBy: { receivedAt: 'asc' },
    })
    assert.deepEqual(
      events.map(({ dedupeKey }) => dedupeKey),
      dues.map((due) => `schedule:${due}`),
      key,
    )
    const begins = datesOf(walked)
    const digests = await db.prisma.digest.findMany({
      where: { name: key, submittedAt: { gt: new Date(FROM) } },
      orderBy: { windowStart: 'asc' },
    })
    const windows = dues.flatMap((due) => {
      const date = Math.floor((walked[(Date.parse(due) - WALKED_FROM) / MINUTE] ?? 0) / 1440)
      const [start, end] = [begins.get(date - 1), begins.get(date)]
      return start === undefined || end === undefined ? [] : [`${iso(start)} ${iso(end)}`]
    })
    const sent = digests.map(
      ({ windowStart, windowEnd }) => `${iso(windowStart.getTime())} ${iso(windowEnd.getTime())}`,
    )
    // None is sent for a day before the first event.
    assert.ok(windows.length - sent.length <= 2, `${key}: ${windows.length} days, ${sent.length} digests`)
    assert.deepEqual(sent, windows.slice(windows.length - sent.length), key)
  }
})
