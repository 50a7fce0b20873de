// Owner strategies: fair, and of two that choose at once never the same turn.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase, type Tx } from '../../src/db/store/open.ts'
import { takeTurns } from '../../src/db/people/owner-strategy.ts'
import { testDatabase } from '../database.ts'

const who = (...names: (string | [string, number])[]) =>
  names.map((name) => {
    const [id, weight] = typeof name === 'string' ? [name, 1] : name
    return { owner: { id, label: `@${id}` }, weight }
  })

async function open(t: { after(close: () => Promise<void>): void }) {
  const { options, kind } = await testDatabase(t)
  const db = await openDatabase(options)
  t.after(() => db.close())
  return { db, kind }
}
const turns = async (tx: Tx, n: number, choice: Parameters<typeof takeTurns>[1]) => {
  const chosen: string[] = []
  for (let at = 0; at < n; at += 1) chosen.push((await takeTurns(tx, choice, 1))[0]?.id ?? 'nobody')
  return chosen.join('')
}

test('turns go round; weights are kept; who comes back or is new is not given all that they missed', async (t) => {
  const { db } = await open(t)
  const robin = { strategy: 'round_robin', key: 'rr', candidates: who('a', 'b', 'c') }
  assert.equal(await turns(db.prisma, 7, robin), 'abcabca')
  const alone = { ...robin, candidates: who('b') }
  assert.equal(await turns(db.prisma, 5, alone), 'bbbbb')
  const back = await turns(db.prisma, 6, { ...robin, candidates: who('a', 'b', 'c', 'd') })
  for (const one of 'abcd') assert.ok(back.split(one).length - 1 <= 2, `${one} has too many of ${back}`)
  const weighted = await turns(db.prisma, 40, {
    strategy: 'weighted',
    key: 'w',
    candidates: who(['a', 3], 'b'),
  })
  assert.equal(weighted.split('a').length - 1, 30)
  assert.equal(
    await turns(db.prisma, 4, { strategy: 'least_loaded', key: 'l', candidates: who('a', 'b') }),
    'abab',
  )
})

test('twenty transactions that choose at once share the turns evenly', async (t) => {
  const { db, kind } = await open(t)
  const choice = { strategy: 'round_robin', key: 'rr', candidates: who('a', 'b', 'c', 'd') }
  const atOnce = kind === 'server' ? 20 : 8
  const chosen = await Promise.all(
    Array.from({ length: atOnce }, () =>
      db.transaction(async (tx) => (await takeTurns(tx, choice, 1))[0]?.id),
    ),
  )
  for (const one of ['a', 'b', 'c', 'd']) assert.equal(chosen.filter((id) => id === one).length, atOnce / 4)
})

test('many turns of one call are those of as many calls', async (t) => {
  const { db } = await open(t)
  const candidates = who(['a', 3], 'b', 'c')
  for (const strategy of ['round_robin', 'weighted', 'least_loaded']) {
    const singly = await turns(db.prisma, 11, { strategy, key: `${strategy} singly`, candidates })
    const atOnce = await takeTurns(db.prisma, { strategy, key: `${strategy} at once`, candidates }, 11)
    assert.equal(atOnce.map(({ id }) => id).join(''), singly, strategy)
  }
})
