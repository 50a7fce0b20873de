// A card is posted by whoever has it, and only as long as they have it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimDueCards, noteCardPost, wantCard } from '../../src/db/cards/cards.ts'
import { openTestDatabase } from '../database.ts'

test('whose card was folded or taken over meanwhile, by a clock that jumped, does not post it any more', async (t) => {
  const { database, close } = await openTestDatabase()
  t.after(close)
  const { prisma } = database
  const at = new Date('2026-01-12T08:00:00Z')
  const later = new Date('2026-01-12T08:10:00Z')
  const take = (now: Date) =>
    claimDueCards(prisma, { at: now, leaseMs: 60_000, limit: 1, resting: [], inHand: [] })
  await wantCard(prisma, { kind: 'storm', subjectId: 'some', channel: '#ops', at })
  const [card] = await take(at)
  assert.ok(card)
  const [again] = await take(later)
  assert.ok(again)
  const begun = { at: later, channel: 'C1' }
  assert.equal(await noteCardPost(prisma, card, begun), false, 'another took it')
  assert.equal((await prisma.card.findUniqueOrThrow({ where: { id: card.id } })).postStartedAt, null)
  assert.equal(await noteCardPost(prisma, again, begun), true)
  // What folding into a storm leaves.
  await prisma.card.update({ where: { id: card.id }, data: { leaseUntil: null } })
  assert.equal(await noteCardPost(prisma, again, begun), false)
})
