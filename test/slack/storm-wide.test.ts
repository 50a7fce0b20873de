// What waits for a channel is shown within two minutes, also where it is spread over many workflows and reasons.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { insertVersions } from '../../src/db/workflows/insert-versions.ts'
import type { Reason } from '../../src/domain/exceptions/reasons.ts'
import { until } from '../until.ts'
import { CHANNEL, definition, standards, startEdge, type TestEdge } from './edge.ts'

const REASONS: Reason[] = ['missing_field', 'needs_judgement', 'no_rule_matched']

describe('what is spread over many workflows', () => {
  let it: TestEdge
  before(async () => {
    it = await startEdge()
    const at = new Date()
    const versions = Array.from({ length: 160 }, (_, n) => ({
      definition: { ...definition, workflow: `w${n}`, title: `Workflow ${n}` },
      standards,
      source: '',
      contentHash: 'test',
      publishedBy: 'test',
      publishedAt: at,
    }))
    await insertVersions(it.db.prisma, versions, { at })
  })
  after(() => it.close())

  const messages = async () => (await it.slack.control.messages({ channel: CHANNEL, limit: 1000 })).messages
  /** Opens one of each reason in each of so many workflows, and resolves with the messages that show them. */
  const openAll = async ({ from, workflows }: { from: number; workflows: number }, reasons: Reason[]) => {
    const earlier = (await messages()).length
    // Nobody posts meanwhile: all of it waits, as after an outage.
    await it.edge.stop()
    for (let n = from; n < from + workflows; n += 1)
      for (const reason of reasons)
        await it.open({ workflow: `w${n}`, reason, fingerprint: `w${n}/${reason}` })
    await it.restartEdge()
    await until(
      'every card to be posted or folded',
      async () => {
        await it.edge.notifier.drain()
        const waiting = await it.db.prisma.card.count({
          where: { kind: { in: ['exception', 'storm'] }, ts: null, foldedInto: null },
        })
        return waiting === 0
      },
      60_000,
    )
    return (await messages()).slice(earlier).map((one) => JSON.stringify(one.blocks))
  }

  test('stands as a card a workflow, with all its reasons', async () => {
    const fresh = await openAll({ from: 0, workflows: 45 }, REASONS)
    assert.ok(fresh.length <= 105, `${fresh.length} messages`)
    const card = fresh.find((one) => /3 exceptions: Workflow \d+/.test(one)) ?? ''
    assert.match(card, /\*1\* of 1 needs attention/)
    assert.match(card, /storm_list/)
    assert.match(card, /\/workflow queue/)
  })

  test('stands as one card for the channel where even those would be too many', async () => {
    const fresh = await openAll({ from: 50, workflows: 110 }, REASONS.slice(0, 1))
    assert.ok(fresh.length <= 105, `${fresh.length} messages`)
    const card = fresh.find((one) => /\d+ exceptions in \d+ workflows/.test(one)) ?? ''
    assert.match(card, /and \d+ more/)
    assert.match(card, /storm_list/)
    assert.doesNotMatch(card, /storm_(retry|reject|reassign)/, 'each workflow has people of its own')
  })
})
