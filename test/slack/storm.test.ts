// Storms stay readable: many exceptions of one kind are one card, over the real wire.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { pino } from 'pino'
import { validateBlocks, validateView } from '../../src/local-slack/block-kit/index.ts'
import type { Message } from '../../src/local-slack/contract.ts'
import { watchExceptions } from '../../src/pipeline/exception/watch.ts'
import { makeCatalog } from '../../src/workflow/catalog.ts'
import { actOnAll } from '../../src/slack/bulk.ts'
import { caseOf } from '../../src/domain/exceptions/ways.ts'
import { stormCard } from '../../src/slack/cards/storm-card.ts'
import { bulkModal, stormListModal } from '../../src/slack/modals/storm.ts'
import { reasons } from '../../src/domain/exceptions/reasons.ts'
import { nasty } from './any-view.ts'
import { CHANNEL, startEdge, type TestEdge } from './edge.ts'
import { until } from '../until.ts'
import { waitForModal } from './waiting.ts'

const MANY = 200
const never = new AbortController().signal
const textOf = (message: Message): string => JSON.stringify(message.blocks)

describe('a storm', () => {
  let it: TestEdge
  before(async () => {
    it = await startEdge()
  })
  after(() => it.close())

  const inChannel = async () => (await it.slack.control.messages({ channel: CHANNEL, limit: 1000 })).messages
  const storm = () =>
    until('the card of the storm', async () =>
      (await inChannel()).find((one) => /×\d+: Refund review/.test(textOf(one))),
    )
  const rowOf = (fingerprint: string) =>
    it.db.prisma.card.findFirst({ where: { kind: 'storm', subjectId: { startsWith: `${fingerprint}@` } } })
  /** The card of a storm of this kind, however many of it stood by themselves before it was one. */
  const cardOf = (fingerprint: string) =>
    until('the card', async () => {
      const card = await rowOf(fingerprint)
      return (await inChannel()).find(({ ts }) => ts === card?.ts)
    })
  const press = (message: Message, actionId: string) =>
    it.slack.control.press({
      user: '@ada',
      container: { channel: message.channel, ts: message.ts },
      actionId,
    })

  test('of failures makes at most three new messages, counts right, and opens its list meanwhile', async () => {
    const earlier = (await inChannel()).length
    for (let at = 0; at < MANY; at += 1) {
      await it.open({ subject: `S-${at}`, reason: 'action_failed', fingerprint: 'refund/action_failed/pay' })
      it.edge.notifier.wake()
    }
    const message = await storm()
    const begun = performance.now()
    await press(message, 'storm_list')
    await waitForModal(it.slack, '@ada', 'The list')
    assert.ok(performance.now() - begun < 1000)
    await it.slack.control.close({ user: '@ada', all: true })
    await it.edge.notifier.drain()
    assert.ok((await inChannel()).length - earlier <= 3)
    const folded = await it.db.prisma.card.count({ where: { NOT: { foldedInto: null } } })
    assert.ok(folded >= MANY - 2)
    assert.match(
      textOf(await storm()),
      new RegExp(`×${folded}: Refund review.*\\*${folded}\\* of ${folded} need attention`),
    )
  })

  test('counts down when one of it is resolved from its list', async () => {
    const message = await storm()
    await press(message, 'storm_list')
    const view = await waitForModal(it.slack, '@ada', 'The list')
    const block = view.blocks.find(({ type }) => type === 'actions')
    await it.slack.control.press({
      user: '@ada',
      container: { viewId: view.id },
      blockId: block?.block_id ?? '',
      actionId: 'retry',
      confirmed: true,
    })
    await it.slack.control.close({ user: '@ada', all: true })
    const { total } = { total: await it.db.prisma.card.count({ where: { NOT: { foldedInto: null } } }) }
    await until('one less', async () =>
      textOf(await storm()).includes(`*${total - 1}* of ${total} need attention`) ? true : undefined,
    )
  })

  test('shows its plan before anything is done to all of it', async () => {
    const message = await storm()
    const earlier = it.resolved.length
    await press(message, 'storm_retry')
    const view = await waitForModal(it.slack, '@ada', 'Retry all')
    assert.match(
      JSON.stringify(view.blocks),
      /This applies to \*\d+\* open exceptions and takes about \d+ s \(10 a second\)/,
    )
    await it.slack.control.close({ user: '@ada', all: true })
    assert.equal(it.resolved.length, earlier)
  })

  test('its list has pages', async () => {
    await press(await storm(), 'storm_list')
    const first = await waitForModal(it.slack, '@ada', 'The list')
    assert.match(JSON.stringify(first.blocks), /page 1 of/)
    await it.slack.control.press({
      user: '@ada',
      container: { viewId: first.id },
      blockId: 'turn',
      actionId: 'storm_page:on',
    })
    await until('the second page', async () => {
      const [view] = (await it.slack.control.views('@ada')).views
      return view && /page 2 of/.test(JSON.stringify(view.blocks)) ? true : undefined
    })
    await it.slack.control.close({ user: '@ada', all: true })
  })

  test('is resolved as a whole at a rate; what others resolved meanwhile is counted', async () => {
    const card = await it.db.prisma.card.findFirstOrThrow({ where: { kind: 'storm' } })
    let at = 0
    const result = await actOnAll({
      db: it.db,
      stormId: card.id,
      perSecond: 5000,
      clock: () => new Date(),
      stopping: never,
      act: async (exceptionId) => {
        at += 1
        if (at === 5) return { kind: 'already_resolved', as: 'retried', by: 'U1', at: new Date() }
        await it.db.prisma.exception.update({
          where: { id: exceptionId },
          data: { state: 'resolved', resolvedAs: 'retried', resolvedBy: 'U1', resolvedAt: new Date() },
        })
        return { kind: 'resolved', as: 'retried', runId: 'r' }
      },
    })
    assert.equal(result.others, 1)
    assert.equal(result.done, at - 1)
    assert.equal(result.stopped, undefined)
  })

  test('stops when one may not be resolved', async () => {
    const card = await it.db.prisma.card.findFirstOrThrow({ where: { kind: 'storm' } })
    const result = await actOnAll({
      db: it.db,
      stormId: card.id,
      perSecond: 5000,
      clock: () => new Date(),
      stopping: never,
      act: async () => ({ kind: 'not_allowed', who: '@ada' }),
    })
    assert.match(result.stopped ?? '', /@ada/)
    assert.equal(result.done, 0)
  })

  test('stops when what they call fails again, and when they come back as fast as they go', async () => {
    const fresh = async (fingerprint: string) => {
      for (let at = 0; at < 25; at += 1)
        await it.open({ subject: `B-${at}`, reason: 'action_failed', fingerprint })
      await it.edge.notifier.drain()
      const card = await rowOf(fingerprint)
      assert.ok(card)
      return card.id
    }
    const bulk = { db: it.db, perSecond: 5000, clock: () => new Date(Date.now() - 1000), stopping: never }
    let tried = 0
    const failing = await actOnAll({
      ...bulk,
      stormId: await fresh('refund/down'),
      act: async (exceptionId) => {
        tried += 1
        const { runId } = await it.db.prisma.exception.findUniqueOrThrow({ where: { id: exceptionId } })
        const at = new Date()
        await it.db.prisma.attempt.create({
          data: {
            id: `att_${tried}`,
            runId,
            step: 0,
            number: 1,
            action: 'pay back',
            target: 'shop.example',
            request: {},
            idempotencyKey: `k${tried}`,
            state: 'failed',
            startedAt: at,
            finishedAt: at,
          },
        })
        return { kind: 'resolved', as: 'retried', runId }
      },
    })
    assert.match(failing.stopped ?? '', /still down/)
    assert.equal(failing.done, 10)
    const stormId = await fresh('refund/again')
    const returning = await actOnAll({
      ...bulk,
      stormId,
      act: async () => {
        const id = await it.open({ subject: 'B-new', reason: 'action_failed', fingerprint: 'refund/again' })
        await it.db.prisma.card.updateMany({ where: { subjectId: id }, data: { foldedInto: stormId } })
        return { kind: 'resolved', as: 'retried', runId: 'r' }
      },
    })
    assert.match(returning.stopped ?? '', /new ones open as fast/)
    assert.equal(returning.done, 10)
  })

  test('that is retried as a whole ends with the bot, which tells who asked how many are left', async () => {
    for (let at = 0; at < 60; at += 1)
      await it.open({ subject: `E-${at}`, reason: 'action_failed', fingerprint: 'refund/ends' })
    await it.edge.notifier.drain()
    const card = await cardOf('refund/ends')
    const earlier = it.resolved.length
    await press(card, 'storm_retry')
    await waitForModal(it.slack, '@ada', 'Retry all')
    await it.slack.control.submit({ user: '@ada', values: {} })
    await until('the first', async () => (it.resolved.length > earlier ? true : undefined))
    await it.restartEdge()
    assert.ok(it.resolved.length - earlier < 60)
    const { channel } = await it.slack.control.dm({ user: 'ada', with: 'signalbox' })
    const { text } = await it.slack.control.waitForMessage({ channel: channel.id }, ({ text: said }) =>
      /left/.test(said),
    )
    assert.match(text, /^Done: \d+\. Stopped with \d+ left: Signalbox was told to stop\.$/)
  })

  test('what is judged one by one is not folded before it is many', async () => {
    for (let at = 0; at < 5; at += 1) await it.open({ subject: `J-${at}`, fingerprint: 'refund/approval' })
    await it.edge.notifier.drain()
    assert.equal((await inChannel()).filter((one) => /Refund review J-/.test(textOf(one))).length, 5)
  })

  test('that is overdue reminds and escalates in its thread: one line for all of it, at most one in four hours', async () => {
    const { people } = await it.slack.control.state()
    const [ada, grace] = ['ada', 'grace'].map(
      (name) => people.find(({ handle }) => handle === name)?.id ?? '',
    )
    const monday = DateTime.now().setZone('Europe/Berlin').plus({ weeks: 1 }).startOf('week')
    const hour = (at: number) => monday.set({ hour: at }).toJSDate()
    it.advance(hour(11).getTime() - Date.now())
    for (let at = 0; at < 12; at += 1)
      await it.open({
        subject: `L-${at}`,
        reason: 'action_failed',
        fingerprint: 'refund/late',
        ...(ada === undefined ? {} : { ownerId: ada }),
        at: hour(9),
        dueAt: hour(10),
      })
    await it.edge.notifier.drain()
    const card = await cardOf('refund/late')
    let said = hour(11).getTime()
    /** The lines once there are so many: the notifier's own look may have one in hand when `drain` returns. */
    const linesAfter = async (at: Date, count: number) => {
      it.advance(at.getTime() - said)
      said = at.getTime()
      await watchExceptions({
        db: it.db,
        catalog: makeCatalog(it.db, { publicUrl: () => 'http://127.0.0.1' }),
        clock: () => at,
        cardsChanged: () => {},
        log: pino({ level: 'silent' }),
      })
      await it.edge.notifier.drain()
      return until(`${count} lines`, async () => {
        const { messages } = await it.slack.control.messages({ channel: CHANNEL, thread: card.ts })
        const lines = messages.filter(({ ts }) => ts !== card.ts).map(({ text }) => text)
        return lines.length < count ? undefined : lines
      })
    }
    const reminder = `<@${ada}>, some of these are overdue and assigned to you`
    assert.deepEqual(await linesAfter(hour(11), 1), [reminder])
    assert.deepEqual(await linesAfter(monday.set({ hour: 11, minute: 30 }).toJSDate(), 1), [reminder])
    const escalation = `Some of these are overdue and were escalated to <@${grace}>`
    assert.deepEqual(await linesAfter(hour(12), 2), [reminder, escalation])
    assert.deepEqual(await linesAfter(hour(16), 3), [reminder, escalation, reminder])
  })

  test('whatever arrives, its card and modals are ones that Slack takes', () => {
    const anyKind = fc
      .record({ reason: fc.constantFrom(...reasons), origin: fc.constantFrom('run', 'route', 'finding') })
      .map(({ reason, origin }) => caseOf({ reason, data: { origin } }))
    const member = fc.record({
      id: fc.uuid(),
      runId: nasty,
      workflow: nasty,
      subject: fc.option(nasty),
      reason: fc.constantFrom(...reasons),
      kind: anyKind,
      ownerSpec: nasty,
      ownerId: fc.option(fc.constant('U0ADA0000')),
      openedAt: fc.constant(new Date(0)),
      dueAt: fc.option(fc.constant(new Date(0))),
      revision: fc.nat(99),
    })
    const anyStorm = fc.record({
      id: fc.constant('card_1'),
      workflow: nasty,
      ownChannel: fc.record({ name: nasty, id: nasty }),
      source: fc.constant('webhook'),
      title: nasty,
      reason: fc.constantFrom(...reasons),
      kind: anyKind,
      detail: nasty,
      total: fc.nat(),
      open: fc.nat(),
      running: fc.nat(),
      again: fc.record({ open: fc.nat(), of: fc.nat() }),
      resolvedBefore: fc.nat(),
      parts: fc.array(
        fc.record({
          workflow: nasty,
          title: nasty,
          reason: fc.constantFrom(...reasons),
          total: fc.nat(),
          open: fc.nat(),
        }),
        { maxLength: 40 },
      ),
      kinds: fc.nat(),
      firstAt: fc.constant(new Date(0)),
      lastAt: fc.constant(new Date(0)),
      members: fc.uniqueArray(member, { maxLength: 15, selector: ({ id }) => id }),
    })
    fc.assert(
      fc.property(anyStorm, fc.option(nasty, { nil: undefined }), (view, note) => {
        assert.deepEqual(validateBlocks(stormCard(view, note).blocks, 'message'), [])
        assert.deepEqual(validateView(stormListModal(view, new Date(0), 1)), [])
        for (const way of ['retry', 'done', 'dismiss', 'reassign'] as const)
          assert.deepEqual(
            validateView(bulkModal(view, way, [{ id: 'S1', handle: view.title, name: view.detail }])),
            [],
          )
      }),
    )
  })
})
