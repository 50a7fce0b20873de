// What a lookup sees of a record: the fields, and of other lookups those it waits for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookupsChanged } from '../../src/domain/rules/lookups-changed.ts'
import { compiled, scopeOf } from './compiled.ts'

const table = (key: string) => ({ lookup: 'known', key })

test('a lookup waits for the earlier ones that it may read, and never sees a later one', () => {
  const workflow = compiled({
    fields: { amount: { type: 'number' } },
    enrich: {
      first: table('string(record.amount)'),
      second: table('record.first.tier'),
      third: table('string(record["fir" + "st"].tier)'),
      fourth: table('[record].exists(r, has(r.last)) ? "x" : string(record.amount)'),
      last: table('"k"'),
    },
  })
  assert.deepEqual(
    workflow.lookups.map(({ name, needs }) => [name, needs]),
    [
      ['first', []],
      ['second', ['first']],
      ['third', ['first', 'second']],
      ['fourth', ['first', 'second', 'third']],
      ['last', []],
    ],
  )
  const scope = scopeOf({ amount: 5, first: { tier: 'a' }, last: 'k' })
  assert.deepEqual(workflow.lookup('fourth', scope), { kind: 'table', table: 'known', key: '5' })
  const edited = { ...scope, record: { ...scope.record, amount: 5000 } }
  assert.deepEqual(lookupsChanged(workflow, scope, edited), ['first', 'fourth'])
})
