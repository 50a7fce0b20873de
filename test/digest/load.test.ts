// Load by owner: the busiest by name, the rest together, and the whole however many they are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadLines, loadRows, loadTable } from '../../src/domain/digest/digest-load.ts'

const owner = (who: string, resolved: number, open = 0, completed = 0) => ({ who, resolved, open, completed })

test('the busiest stand first, twelve by name, and all rows are the whole', () => {
  const many = Array.from({ length: 15 }, (_, n) => owner(`@p${n}`, n + 1, 1, 10))
  const rows = loadRows([owner('@idle', 0), ...many], { resolved: 130, open: 15, completed: 151 })
  assert.deepEqual(
    rows.slice(0, 2).map(({ who }) => who),
    ['@p14', '@p13'],
  )
  assert.deepEqual(rows.slice(-2), [
    { who: '3 others', kind: 'others', resolved: 6, open: 3, completed: 30 },
    { who: 'Nobody', kind: 'nobody', resolved: 10, open: 0, completed: 1 },
  ])
  assert.equal(rows.length, 14)
})

test('a week in which nobody had anything has no rows', () => {
  assert.deepEqual(loadRows([], { resolved: 0, open: 0, completed: 0 }), [])
})

test('Slack gets five lines and the rest in one, without those who only own what ran by itself', () => {
  const rows = loadRows(
    [...[1, 2, 3, 4, 5, 6, 7].map((n) => owner(`@p${n}`, 1000 * n, n)), owner('@robot-owner', 0, 0, 9000)],
    { resolved: 28_000, open: 30, completed: 9000 },
  )
  assert.deepEqual(loadLines(rows), [
    '@p7: 7,000 resolved, 7 open',
    '@p6: 6,000 resolved, 6 open',
    '@p5: 5,000 resolved, 5 open',
    '@p4: 4,000 resolved, 4 open',
    '@p3: 3,000 resolved, 3 open',
    'Everyone else: 3,000 resolved, 5 open',
  ])
  assert.deepEqual(loadTable(rows).rows.at(-1), ['Nobody', '0', '2', '0'])
})
