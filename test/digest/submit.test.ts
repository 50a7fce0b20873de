import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { pino } from 'pino'
import { digestFiguresSchema } from '../../src/domain/digest/digest.ts'
import { digestText } from '../../src/domain/digest/digest-text.ts'
import { windowNamed } from '../../src/domain/digest/digest-window.ts'
import { noStandards, type Standards, standardsSchema } from '../../src/domain/workflow-file/standards.ts'
import { validateBlocks } from '../../src/local-slack/block-kit/index.ts'
import { digestCard } from '../../src/slack/cards/digest-card.ts'
import { startDigestSchedule } from '../../src/pipeline/digest/schedule.ts'
import { postDigest } from '../../src/pipeline/digest/on-demand.ts'
import { submitDigest, submitDueDigests } from '../../src/pipeline/digest/submit.ts'
import { openTestDatabase, type OpenTestDatabase } from '../database.ts'
import { type RunHistory, writeHistory, writeLate, writeWorkflows } from './history.ts'

const standards = standardsSchema.parse({
  digests: { weekly: { cron: '0 9 * * 1', timezone: 'Europe/Berlin', channel: '#leadership' } },
})
const week = windowNamed('2026-W47', 'Europe/Berlin') ?? assert.fail()
const run: RunHistory = {
  workflow: 'orders',
  offsetMs: 7_200_000,
  stops: [],
  endedAfterMs: 1000,
  kind: 'achieved',
}

let opened: OpenTestDatabase
let now = new Date()
let changes = 0
const deps = () => ({
  db: opened.database,
  clock: () => now,
  cardsChanged: () => (changes += 1),
  failed: (_name: string, error: unknown) => assert.fail(String(error)),
})
const digests = () => opened.database.prisma.digest.findMany({ orderBy: { submittedAt: 'asc' } })

const LEADERSHIP = 'C0LEADER1'
/** As a bot publishes it that Slack showed #leadership. */
async function publish(content: Standards) {
  const { prisma } = opened.database
  const { id } = await prisma.standards.create({
    data: { contentHash: 'test', source: '', content, publishedBy: 'test' },
  })
  await prisma.nameBinding.create({
    data: { scope: `standards:${id}`, name: '#leadership', slackId: LEADERSHIP },
  })
}

before(async () => {
  opened = await openTestDatabase()
  await writeWorkflows(opened.database)
  const { prisma } = opened.database
  const at = new Date()
  // Who asks for a digest is in its channel.
  for (const slackId of [LEADERSHIP, 'C0000001'])
    await prisma.channelMembers.create({ data: { slackId, members: ['UADA0001'], syncedAt: at } })
  await prisma.channel.create({ data: { id: LEADERSHIP, name: 'leadership', syncedAt: at } })
  await publish(noStandards)
})
beforeEach(async () => {
  changes = 0
  await opened.database.prisma.schedule.deleteMany()
  await writeHistory(opened.database, [run], { start: week.start, until: new Date('2030-01-01') })
})
after(() => opened.close())

const late = () => writeLate(opened.database, 'orders', new Date(week.end.getTime() - 1))

async function post(asked: { channel?: string }) {
  const posted = await postDigest(deps(), { actor: 'UADA0001', ...asked })
  return posted.kind === 'posted' ? posted : assert.fail(posted.kind)
}

describe('a digest', () => {
  test('is one for its window, however many replicas submit it at once, with one card', async () => {
    now = new Date('2026-11-23T08:00:00Z')
    const submission = { name: 'weekly', window: week, channel: '#leadership', by: 'schedule' }
    const ids = await Promise.all([1, 2, 3, 4].map(() => submitDigest(deps(), submission)))
    assert.equal(ids.filter((id) => id !== undefined).length, 1)
    const [digest, ...others] = await digests()
    assert.equal(others.length, 0)
    assert.ok(digest)
    assert.equal(digestFiguresSchema.parse(digest.figures).now.accepted, 1)
    const cards = await opened.database.prisma.card.findMany({ where: { kind: 'digest' } })
    assert.deepEqual(
      cards.map(({ subjectId, channel }) => [subjectId, channel]),
      [[digest.id, '#leadership']],
    )
    assert.equal(changes, 1)
  })

  test('is submitted when its time has come, not before and not again', async () => {
    const submitted: [at: string, ids: number][] = []
    for (const at of [
      '2026-11-23T07:59:58Z', // W46 was missed, but nothing had arrived by its end
      '2026-11-23T08:00:00Z',
      '2026-11-23T08:01:00Z',
      '2026-11-29T12:00:00Z',
      '2026-11-30T08:00:00Z',
    ]) {
      now = new Date(at)
      submitted.push([at, (await submitDueDigests(deps(), standards)).length])
    }
    assert.deepEqual(
      submitted.map(([, ids]) => ids),
      [0, 1, 0, 0, 1],
    )
    assert.deepEqual(
      (await digests()).map(({ windowStart }) => windowStart.toISOString()),
      ['2026-11-15T23:00:00.000Z', '2026-11-22T23:00:00.000Z'],
    )
  })

  test('that was missed is sent at the next start, only the last one', async () => {
    now = new Date('2026-12-16T20:00:00Z')
    assert.equal((await submitDueDigests(deps(), standards)).length, 1)
    const [digest] = await digests()
    assert.equal(digest?.windowStart.toISOString(), '2026-12-06T23:00:00.000Z')
  })

  test('that was due longer ago than its window is not sent', async () => {
    now = new Date('2026-12-16T20:00:00Z')
    const monthly = standardsSchema.parse({
      digests: { monthly: { cron: '0 9 1 * *', channel: '#leadership' } },
    })
    assert.deepEqual(await submitDueDigests(deps(), monthly), [])
  })

  test('is not sent again to a channel it moved to', async () => {
    now = new Date('2026-11-23T08:00:00Z')
    await submitDueDigests(deps(), standards)
    const moved = standardsSchema.parse({
      digests: { weekly: { cron: '0 9 * * 1', timezone: 'Europe/Berlin', channel: '#board' } },
    })
    assert.deepEqual(await submitDueDigests(deps(), moved), [])
  })

  test('is submitted once although the clock was set back, and the next one comes', async () => {
    const daily = standardsSchema.parse({
      digests: { daily: { cron: '0 9 * * *', channel: '#leadership', period: 'day' } },
    })
    const submitted: number[] = []
    for (const at of ['2026-11-23T09:00Z', '2026-11-23T07:00Z', '2026-11-23T09:00Z', '2026-11-24T09:00Z']) {
      now = new Date(at)
      submitted.push((await submitDueDigests(deps(), daily)).length)
    }
    assert.deepEqual(submitted, [1, 0, 0, 1])
  })

  test('is sent on the day whose midnight does not exist, with the hours of the day before', async () => {
    const daily = standardsSchema.parse({
      digests: {
        daily: { cron: '0 0 * * *', timezone: 'America/Santiago', channel: '#leadership', period: 'day' },
      },
    })
    const windows: string[] = []
    for (const at of [
      '2027-09-04T04:00Z',
      '2027-09-05T03:59:59Z',
      '2027-09-05T04:00Z',
      '2027-09-06T03:00Z',
    ]) {
      now = new Date(at)
      const ids = await submitDueDigests(deps(), daily)
      const [digest] = await opened.database.prisma.digest.findMany({ where: { id: { in: ids } } })
      windows.push(digest ? `${digest.windowStart.toISOString()} ${digest.windowEnd.toISOString()}` : '')
    }
    assert.deepEqual(windows, [
      '2027-09-03T04:00:00.000Z 2027-09-04T04:00:00.000Z',
      '',
      '2027-09-04T04:00:00.000Z 2027-09-05T04:00:00.000Z',
      '2027-09-05T04:00:00.000Z 2027-09-06T03:00:00.000Z',
    ])
  })

  test('that cannot be submitted stays due, and keeps no other from its time', async () => {
    now = new Date('2026-11-23T08:00:00Z')
    const weekly = { cron: '0 9 * * 1', timezone: 'Europe/Berlin' }
    const both = standardsSchema.parse({
      digests: {
        broken: { ...weekly, cron: '* * * * * *', channel: '#leadership' },
        weekly: { ...weekly, channel: '#leadership' },
      },
    })
    const failures: string[] = []
    const failed = (name: string) => failures.push(name)
    assert.equal((await submitDueDigests({ ...deps(), failed }, both)).length, 1)
    assert.deepEqual(failures, ['broken'])
    await submitDueDigests(deps(), standardsSchema.parse({ digests: {} }))
    assert.equal(await opened.database.prisma.schedule.count(), 0, 'gone with its digest')
  })

  test('on demand tells of this week so far, as often as it is asked for', async () => {
    now = new Date('2026-11-18T12:00:00Z')
    const first = await post({ channel: 'C0000001' })
    now = new Date('2026-11-18T12:00:01Z')
    const second = await post({})
    assert.notEqual(first.digestId, second.digestId)
    assert.deepEqual([first.channel, second.channel], ['C0000001', '#leadership'])
    const [digest] = await digests()
    const figures = digestFiguresSchema.parse(digest?.figures)
    assert.equal(figures.isSoFar, true)
    assert.equal(figures.now.accepted, 1)
    assert.equal(digest?.submittedBy, 'UADA0001')
  })

  test('that is due is submitted when the bot starts, with the standards published last', async () => {
    now = new Date('2026-11-24T08:00:00Z')
    await publish(standards)
    const submitted = new Promise<void>((resolve) => {
      const schedule = startDigestSchedule({
        ...deps(),
        cardsChanged: () => void schedule.stop().then(resolve),
        log: pino({ level: 'silent' }),
      })
    })
    await submitted
    assert.equal((await digests()).length, 1)
  })

  test('of a week that is over can be posted again: the same text, with what came to light since', async () => {
    now = new Date('2026-11-23T08:00:00Z')
    await submitDueDigests(deps(), standards)
    await late()
    now = new Date('2026-12-02T10:00:00Z')
    const again = { actor: 'UADA0001', label: '2026-w47' }
    assert.equal((await postDigest(deps(), again)).kind, 'posted')
    const [first, second] = (await digests()).map(({ figures }) => digestFiguresSchema.parse(figures))
    assert.ok(first && second)
    const { since, ...text } = digestText(second, week)
    assert.deepEqual({ ...text, since: [] }, digestText(first, week))
    assert.deepEqual(since, ['received: 1 corrected to 2', 'running at the end: 0 corrected to 1'])
    const asked = async (label: string) => (await postDigest(deps(), { actor: 'UADA0001', label })).kind
    assert.deepEqual(
      [await asked('2026-W54'), await asked('last'), await asked('2026-W49'), await asked('2027-W01')],
      ['no_such_window', 'no_such_window', 'not_over', 'not_over'],
    )
  })

  test('says what the one before had got wrong, and leaves that one as it was', async () => {
    now = new Date('2026-11-23T08:00:00Z')
    await submitDueDigests(deps(), standards)
    await late()
    now = new Date('2026-11-30T08:00:00Z')
    await submitDueDigests(deps(), standards)
    const [first, second] = (await digests()).map(({ figures }) => digestFiguresSchema.parse(figures))
    assert.equal(first?.now.accepted, 1)
    assert.equal(second?.before.accepted, 2)
    assert.deepEqual(second?.corrections, [
      { what: 'accepted', said: 1, is: 2 },
      { what: 'inFlight', said: 0, is: 1 },
    ])
  })

  test('of a team tells of its workflows alone, beside the digest of all in the same window', async () => {
    now = new Date('2026-11-23T08:00:00Z')
    await opened.database.prisma.workflow.update({ where: { key: 'leads' }, data: { team: 'sales' } })
    await writeHistory(opened.database, [run, run, { ...run, workflow: 'leads' }], {
      start: week.start,
      until: new Date('2030-01-01'),
    })
    const weekly = { cron: '0 9 * * 1', timezone: 'Europe/Berlin' }
    const both = standardsSchema.parse({
      digests: {
        weekly: { ...weekly, channel: '#leadership' },
        sales: { ...weekly, channel: '#sales', team: 'sales' },
      },
    })
    assert.equal((await submitDueDigests(deps(), both)).length, 2)
    const [all, sales] = (await digests()).toSorted((a, b) => (a.channel < b.channel ? -1 : 1))
    assert.deepEqual([all?.channel, sales?.channel], ['#leadership', '#sales'])
    assert.equal(digestFiguresSchema.parse(all?.figures).now.accepted, 3)
    const figures = digestFiguresSchema.parse(sales?.figures)
    assert.equal(figures.now.accepted, 1)
    assert.deepEqual(
      figures.workflows.map(({ workflow }) => workflow),
      ['leads'],
    )
    const card = digestCard(sales ?? assert.fail())
    assert.match(card.text, /^Weekly digest of sales, /)
    assert.deepEqual(validateBlocks(card.blocks, 'message'), [])
    now = new Date('2026-11-30T08:00:00Z')
    await submitDueDigests(deps(), both)
    const later = (await digests()).filter(({ windowStart }) => windowStart >= week.end)
    assert.equal(later.length, 2)
    for (const { figures: said } of later) assert.deepEqual(digestFiguresSchema.parse(said).corrections, [])
  })

  test('to owners goes to each person for whom something waits, once a day, and to nobody else', async () => {
    const stop: RunHistory['stops'][number] = {
      reason: 'action_failed',
      afterMs: 0,
      dueAfterMs: 1000,
      acknowledgedAfterMs: null,
      tookMs: null,
      as: 'approved',
      by: 'UADA0001',
      comesBack: false,
      handOffs: [],
    }
    const waiting: RunHistory = { ...run, stops: [stop] }
    await writeHistory(opened.database, [run, waiting, waiting], {
      start: week.start,
      until: new Date('2030-01-01'),
    })
    const daily = standardsSchema.parse({ digests: { mine: { cron: '0 8 * * *', to: 'owners' } } })
    now = new Date('2026-11-23T08:00:30Z')
    assert.equal((await submitDueDigests(deps(), daily)).length, 1)
    assert.deepEqual(await submitDueDigests(deps(), daily), [])
    const [digest] = await digests()
    assert.equal(digest?.channel, 'UADA0001')
    const again = async () => {
      await opened.database.prisma.digest.deleteMany()
      await opened.database.prisma.schedule.deleteMany()
    }
    await again()
    const ada = { id: 'UADA0001' }
    for (const away of ['awayUntil', 'statusAwayUntil']) {
      const adaIs = (until: Date | null) =>
        opened.database.prisma.person.update({ where: ada, data: { [away]: until } })
      await adaIs(new Date('2026-11-25T00:00:00Z'))
      assert.deepEqual(await submitDueDigests(deps(), daily), [], `${away}: nothing while she is away`)
      await again()
      await adaIs(null)
    }
    await opened.database.prisma.exception.updateMany({
      data: { ownerSince: new Date('2026-11-23T08:00:10Z') },
    })
    assert.deepEqual(await submitDueDigests(deps(), daily), [], 'what came after eight waits for tomorrow')
    const card = digestCard(digest ?? assert.fail())
    assert.match(card.text, /^2 exceptions are assigned to you, 2 past due\.$/)
    assert.deepEqual(validateBlocks(card.blocks, 'message'), [])
    await writeHistory(opened.database, [run], { start: week.start, until: new Date('2030-01-01') })
    now = new Date('2026-11-24T08:00:30Z')
    assert.deepEqual(await submitDueDigests(deps(), daily), [])
  })
})
