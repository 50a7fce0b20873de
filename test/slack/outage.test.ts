// Slack is away for a while: what opened meanwhile stands on few cards once it is back, and what was resolved meanwhile is
// never posted as open. The same with 2,000 at Slack's pace: test/faults/slack-outage.faults.ts.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { claimException } from '../../src/db/exceptions/exceptions.ts'
import { wantCardOf } from '../../src/db/cards/cards.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { cardText } from '../../src/domain/exceptions/card-state.ts'
import { statusText } from '../../src/slack/answers/status.ts'
import { CHANNEL, startEdge, type TestEdge } from './edge.ts'

const MANY = 60
const REASONS = ['action_failed', 'missing_field', 'approval_required'] as const

describe('after an outage', () => {
  let it: TestEdge
  before(async () => {
    it = await startEdge()
  })
  beforeEach(() => it.slack.control['clear-faults']({}))
  after(() => it.close())

  const resolve = async (id: string) => {
    const claim = { id, as: 'declined', by: 'cli:grace', at: new Date(), note: 'a test order' } as const
    assert.ok(await claimException(it.db.prisma, claim))
    await wantCardOf(it.db.prisma, id)
  }
  const standing = async () =>
    (await it.slack.control.messages({ channel: CHANNEL, limit: 1000 })).messages.map(({ blocks }) =>
      JSON.stringify(blocks),
    )
  const rowOf = (subjectId: string) => it.db.prisma.card.findFirstOrThrow({ where: { subjectId } })
  const runOf = async (id: string) => {
    const { runId } = await it.db.prisma.exception.findUniqueOrThrow({ where: { id } })
    const run = await readRun(it.db.prisma, runId)
    assert.ok(run)
    return run
  }
  /** Lets time pass until everything stands. */
  const catchUp = async () => {
    for (let turn = 0; turn < 12; turn += 1) {
      await it.edge.notifier.drain()
      it.advance(61_000)
    }
    const left = await it.db.prisma.$queryRaw`
      SELECT id, error FROM card WHERE wanted_revision > posted_revision AND folded_into IS NULL`
    assert.deepEqual(left, [])
  }

  test('one that was resolved before its card was posted says so, by whom, and has no buttons', async () => {
    await it.slack.control.fault({ kind: 'outage' })
    const id = await it.open({ subject: 'O-late' })
    await it.edge.notifier.drain()
    assert.match(statusText(await runOf(id)), /its card is not posted yet/)
    await resolve(id)
    const waiting = await runOf(id)
    assert.match(statusText(waiting), /its exception was resolved before its card was posted/)
    const [unposted] = waiting.cards
    assert.ok(unposted)
    assert.match(cardText(unposted, new Date()), /, not posted before it was resolved$/)
    await it.slack.control['clear-faults']({})
    await catchUp()
    const cards = (await standing()).filter((text) => text.includes('O-late'))
    assert.equal(cards.length, 1)
    assert.match(
      cards[0] ?? '',
      /\*Declined\* by cli:grace.*a test order.*Resolved before this card was posted\./,
    )
    assert.doesNotMatch(cards[0] ?? '', /"type":"actions"/)
    const run = await runOf(id)
    assert.match(statusText(run), /its exception was resolved before its card was posted/)
    const [card] = run.cards
    assert.ok(card)
    assert.match(
      cardText(card, run.exceptions[0]?.resolvedAt ?? null),
      /, message [\d.]+, posted after it was resolved$/,
    )
  })

  test('one that was resolved on its card says nothing of the kind', async () => {
    const id = await it.open({ subject: 'O-seen' })
    await it.edge.notifier.drain()
    await resolve(id)
    await it.edge.notifier.drain()
    const cards = (await standing()).filter((text) => text.includes('O-seen'))
    assert.match(cards[0] ?? '', /\*Declined\* by cli:grace/)
    assert.doesNotMatch(cards[0] ?? '', /before this card/)
    assert.doesNotMatch(statusText(await runOf(id)), /card/)
  })

  test('many kinds stand on a card for each workflow and reason; what was resolved is counted there as such', async () => {
    const earlier = (await standing()).length
    await it.slack.control.fault({ kind: 'outage' })
    const ids: string[] = []
    for (let at = 0; at < MANY; at += 1) {
      const reason = REASONS[at % REASONS.length] ?? 'action_failed'
      ids.push(await it.open({ subject: `O-${at}.`, reason, fingerprint: `refund-review/${reason}/${at}` }))
      it.edge.notifier.wake()
    }
    await it.edge.notifier.drain()
    for (const id of ids.slice(30, 36)) await resolve(id)
    await it.slack.control['clear-faults']({})
    await catchUp()
    const cards = (await standing()).slice(earlier)
    // Those that were tried before Slack was known to be away stand by themselves.
    assert.ok(cards.length <= REASONS.length + 8, `${cards.length} cards`)
    let open = 0
    let total = 0
    for (const id of ids) {
      const row = await rowOf(id)
      assert.ok(row.ts !== null || row.foldedInto !== null)
    }
    for (const text of cards) {
      const [, of, all] =
        /\*(\d+)\* of (\d+) need attention\. 2 resolved before this card was posted\./.exec(text) ?? []
      if (of === undefined) continue
      assert.match(text, /For example: Over 500\./)
      open += Number(of)
      total += Number(all)
    }
    const folded = await it.db.prisma.card.count({
      where: { subjectId: { in: ids }, NOT: { foldedInto: null } },
    })
    assert.deepEqual([open, total], [folded - 6, folded])
    const [shown] = (await runOf(ids[30] ?? '')).cards
    assert.ok(shown?.isOfMany)
    assert.match(
      cardText(shown, new Date(0)),
      /, together with others, message [\d.]+, posted after it was resolved$/,
    )
  })
})
