// What time does to open exceptions. Time is given, not waited for.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pino } from 'pino'
import { respondBy } from '../../src/pipeline/exception/due.ts'
import { acknowledge } from '../../src/pipeline/exception/acknowledge.ts'
import { snooze } from '../../src/pipeline/exception/snooze.ts'
import type { ResolveDeps } from '../../src/pipeline/exception/held.ts'
import { watchExceptions } from '../../src/pipeline/exception/watch.ts'
import { makeCatalog } from '../../src/workflow/catalog.ts'
import { startEdge, type TestEdge } from './edge.ts'

describe('open exceptions in time', () => {
  let it: TestEdge
  let ids: Record<string, string>
  let now = new Date()
  before(async () => {
    it = await startEdge()
    const { people } = await it.slack.control.state()
    ids = Object.fromEntries(people.map(({ handle, id }) => [handle, id]))
  })
  after(() => it.close())

  const watch = (at: string) => {
    now = new Date(at)
    return watchExceptions({
      db: it.db,
      catalog: makeCatalog(it.db, { publicUrl: () => 'http://127.0.0.1' }),
      clock: () => now,
      cardsChanged: () => {},
      log: pino({ level: 'silent' }),
    })
  }
  const open: TestEdge['open'] = (about) => it.open({ ownerId: ids['ada'] ?? null, ...about })
  const done = async (id: string) =>
    (await it.db.prisma.audit.findMany({ where: { target: id }, orderBy: { id: 'asc' } })).map(
      ({ action, after: to, at }) => [
        action.replace('exception.', ''),
        (to as { to?: string } | null)?.to,
        at.toISOString().slice(0, 16),
      ],
    )
  const resolveAll = () =>
    it.db.prisma.exception.updateMany({
      where: { state: 'open' },
      data: { state: 'resolved', resolvedAs: 'approved', resolvedBy: 'engine', resolvedAt: now },
    })

  test('Friday 16:50 with two hours and 9 to 17 is due Monday 10:50', async () => {
    const { compiled, standards } = await makeCatalog(it.db, { publicUrl: () => 'http://127.0.0.1' }).version(
      (await it.db.prisma.workflowVersion.findFirstOrThrow()).id,
    )
    const due = respondBy(compiled.definition, standards, 'refund', new Date('2026-01-09T16:50:00+01:00'))
    assert.equal(due?.toISOString(), '2026-01-12T09:50:00.000Z')
  })

  test('nothing happens before it is due; then it is escalated over an empty step, and reminded once in four hours', async () => {
    const id = await open({
      subject: 'W-1',
      reason: 'action_failed',
      at: new Date('2026-01-12T08:00:00Z'),
      dueAt: new Date('2026-01-12T10:00:00Z'),
    })
    assert.equal(await watch('2026-01-12T09:59:00Z'), 0)
    await watch('2026-01-12T10:01:00Z')
    await watch('2026-01-12T10:30:00Z')
    assert.deepEqual(await done(id), [['reminded', ids['ada'], '2026-01-12T10:01']])
    await watch('2026-01-12T11:00:00Z')
    await watch('2026-01-12T14:59:00Z')
    assert.deepEqual((await done(id)).at(-1), ['escalated', ids['grace'], '2026-01-12T11:00'])
    await watch('2026-01-12T15:00:00Z')
    assert.deepEqual((await done(id)).at(-1), ['reminded', ids['ada'], '2026-01-12T15:00'])
    assert.equal(await watch('2026-01-12T20:00:00Z'), 0, 'nobody is reminded while the calendar is closed')
    const { policy } = await it.db.prisma.exception.findUniqueOrThrow({ where: { id } })
    assert.deepEqual((policy as { by: string[] }).by, [ids['ada'], ids['grace']])
    await resolveAll()
  })

  test('a review that is escalated stays with those whom the workflow names for it', async () => {
    const id = await open({
      subject: 'W-2',
      at: new Date('2026-01-12T08:00:00Z'),
      dueAt: new Date('2026-01-12T10:00:00Z'),
    })
    await watch('2026-01-12T11:00:00Z')
    const { policy, escalation } = await it.db.prisma.exception.findUniqueOrThrow({ where: { id } })
    assert.deepEqual((policy as { by: string[] }).by, [ids['ada']])
    assert.equal(escalation, 2)
    await resolveAll()
  })

  test('what is snoozed is left alone until then', async () => {
    const id = await open({
      subject: 'W-3',
      dueAt: new Date('2026-01-12T10:00:00Z'),
      at: new Date('2026-01-12T08:00:00Z'),
    })
    await it.db.prisma.exception.update({
      where: { id },
      data: { snoozedUntil: new Date('2026-01-13T09:00:00Z') },
    })
    assert.equal(await watch('2026-01-12T12:00:00Z'), 0)
    await watch('2026-01-13T09:00:00Z')
    assert.equal((await done(id))[0]?.[0], 'woke')
    await resolveAll()
  })

  test('a snooze of an hour is over after an hour, though its window said that somebody is on it', async () => {
    const id = await open({
      subject: 'W-9',
      at: new Date('2026-01-12T08:00:00Z'),
      dueAt: new Date('2026-01-12T10:00:00Z'),
    })
    now = new Date('2026-01-12T09:30:00Z')
    const deps = { db: it.db, clock: () => now, cardsChanged: () => {} } as ResolveDeps
    const actor = { id: ids['ada'] ?? '', surface: 'slack' as const }
    await acknowledge(deps, { exceptionId: id, actor })
    const until = new Date('2026-01-12T10:30:00Z')
    assert.equal((await snooze(deps, { exceptionId: id, actor, until })).kind, 'snoozed')
    assert.equal(await watch('2026-01-12T10:29:00Z'), 0)
    await watch('2026-01-12T10:30:00Z')
    assert.deepEqual((await done(id)).slice(2), [
      ['woke', undefined, '2026-01-12T10:30'],
      ['reminded', ids['ada'], '2026-01-12T10:30'],
    ])
    const late = await snooze(deps, { exceptionId: id, actor, until })
    assert.match(late.kind === 'not_eligible' ? late.because : late.kind, /That time is over/)
    await resolveAll()
  })

  test("who leaves is replaced by the workflow's owner", async () => {
    const leaver =
      Object.entries(ids).find(([handle]) => !['ada', 'grace', 'signalbox'].includes(handle))?.[1] ?? ''
    const id = await open({ subject: 'W-4', ownerId: leaver })
    await it.db.prisma.exception.update({ where: { id }, data: { ownerSpec: leaver } })
    assert.equal(await watch('2026-01-12T12:00:00Z'), 0)
    await it.db.prisma.person.update({ where: { id: leaver }, data: { isDeleted: true } })
    assert.equal(await watch('2026-01-12T12:00:00Z'), 1)
    const { ownerId } = await it.db.prisma.exception.findUniqueOrThrow({ where: { id } })
    assert.equal(ownerId, ids['ada'])
    await resolveAll()
  })

  test("a group in which nobody is left is replaced too; what was nobody's is given to the first who comes", async () => {
    const where = { handle: { in: ['left-alone', 'back-again'] } }
    await it.db.prisma.personGroup.create({
      data: { id: 'SEMPTY01', handle: 'left-alone', name: 'Left alone', members: [], syncedAt: now },
    })
    const ofGroup = await open({ subject: 'W-7', ownerId: 'SEMPTY01' })
    const nobodys = await open({
      subject: 'W-8',
      ownerId: null,
      reason: 'no_eligible_owner',
      data: { instead_of: 'missing_field' },
    })
    await it.db.prisma.exception.updateMany({
      where: { id: { in: [ofGroup, nobodys] } },
      data: { ownerSpec: 'UBACK01' },
    })
    await it.db.prisma.workflow.updateMany({ data: { ownerSpec: 'UBACK01' } })
    await watch('2026-01-12T12:00:00Z')
    const owners = async () =>
      (
        await it.db.prisma.exception.findMany({
          where: { id: { in: [ofGroup, nobodys] } },
          orderBy: { id: 'asc' },
        })
      ).map(({ ownerId, reason }) => [ownerId, reason])
    assert.deepEqual(await owners(), [
      [null, 'approval_required'],
      [null, 'no_eligible_owner'],
    ])
    assert.equal(await watch('2026-01-12T12:01:00Z'), 0, 'nobody is there yet, and nothing is written')
    const { teamId } = await it.db.prisma.workspace.findFirstOrThrow()
    await it.db.prisma.person.create({
      data: { id: 'UBACK01', handle: 'back-again', name: 'Back', teamId, syncedAt: now },
    })
    await watch('2026-01-12T12:02:00Z')
    assert.deepEqual(await owners(), [
      ['UBACK01', 'approval_required'],
      ['UBACK01', 'missing_field'],
    ])
    await it.db.prisma.person.deleteMany({ where })
    await it.db.prisma.personGroup.deleteMany({ where })
    await it.db.prisma.workflow.updateMany({ data: { ownerSpec: ids['ada'] ?? '' } })
    await resolveAll()
  })

  test('while somebody is on it nobody is reminded; when nothing comes of it, it waits as before', async () => {
    const id = await open({
      subject: 'W-6',
      at: new Date('2026-01-12T08:00:00Z'),
      dueAt: new Date('2026-01-12T10:00:00Z'),
    })
    now = new Date('2026-01-12T09:30:00Z')
    const deps = { db: it.db, clock: () => now, cardsChanged: () => {} } as ResolveDeps
    const ask = (handle: string) =>
      acknowledge(deps, { exceptionId: id, actor: { id: ids[handle] ?? '', surface: 'slack' } })
    assert.equal((await ask('grace')).kind, 'not_allowed')
    assert.equal((await ask('ada')).kind, 'acknowledged')
    await ask('ada')
    assert.equal(await watch('2026-01-12T10:30:00Z'), 0)
    await watch('2026-01-12T13:30:00Z')
    assert.deepEqual(
      (await done(id)).map(([action]) => action),
      ['acknowledged', 'decayed', 'escalated'],
    )
    await resolveAll()
  })

  test('who says again that they are on it has four hours from then; another who begins is named', async () => {
    const id = await open({
      subject: 'W-10',
      at: new Date('2026-01-12T08:00:00Z'),
      dueAt: new Date('2026-01-12T09:00:00Z'),
    })
    await it.db.prisma.exception.update({
      where: { id },
      data: { policy: { by: [ids['ada'] ?? '', ids['grace'] ?? ''], approvals: 1, self: true } },
    })
    const deps = { db: it.db, clock: () => now, cardsChanged: () => {} } as ResolveDeps
    const says = async (handle: string, time: string) => {
      now = new Date(time)
      await acknowledge(deps, { exceptionId: id, actor: { id: ids[handle] ?? '', surface: 'slack' } })
    }
    await says('ada', '2026-01-12T08:30:00Z')
    await says('ada', '2026-01-12T08:40:00Z')
    await says('ada', '2026-01-12T12:00:00Z')
    assert.equal(await watch('2026-01-12T12:30:00Z'), 0, 'she has just said so again')
    await says('grace', '2026-01-12T12:05:00Z')
    await watch('2026-01-12T16:04:00Z')
    const acts = await it.db.prisma.audit.findMany({ where: { target: id }, orderBy: { id: 'asc' } })
    const onIt = 'exception.acknowledged'
    assert.deepEqual(
      acts.map(({ action, actor }) => [action, actor]),
      [
        [onIt, ids['ada']],
        [onIt, ids['ada']],
        [onIt, ids['grace']],
      ],
    )
    await watch('2026-01-12T16:05:00Z')
    assert.equal((await done(id))[3]?.[0], 'decayed')
    await resolveAll()
  })

  test('however many are overdue, one look reminds of all of them', async () => {
    await resolveAll()
    const many = 501
    for (let n = 0; n < many; n += 1)
      await open({
        subject: `M-${n}`,
        at: new Date('2026-01-12T08:00:00Z'),
        dueAt: new Date('2026-01-12T10:00:00Z'),
      })
    await watch('2026-01-12T10:05:00Z')
    assert.equal(
      await it.db.prisma.exception.count({ where: { state: 'open', remindedAt: { not: null } } }),
      many,
    )
    await resolveAll()
  })

  test('two replicas that look at once remind once', async () => {
    const id = await open({
      subject: 'W-5',
      at: new Date('2026-01-12T08:00:00Z'),
      dueAt: new Date('2026-01-12T10:00:00Z'),
    })
    await Promise.all([watch('2026-01-12T10:30:00Z'), watch('2026-01-12T10:30:00Z')])
    assert.equal((await done(id)).length, 1)
  })
})
