// A comparison of a number with a text that looks like one is told, however the parts of the event are named.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { comparedIn, unlikeIn } from '../../src/domain/cel/unlike.ts'
import { expressionsOver } from './expression-of.ts'

const event = {
  amount: '100',
  total: 100,
  flag: true,
  lines: [
    { qty: '2', sku: 'a' },
    { qty: '3', sku: 'b' },
  ],
  tags: ['1', '2'],
}
const compile = expressionsOver({})
const said = (when: string) => unlikeIn(event, comparedIn(compile(when).tree))

const unlike: [when: string, said: string][] = [
  ['event.amount == 100', 'event.amount is compared with a number, and is a text: they are never equal'],
  ['event["amount"] == 100', 'event.amount is compared with a number, and is a text: they are never equal'],
  [
    'event.lines[0].qty == 2',
    'event.lines[0].qty is compared with a number, and is a text: they are never equal',
  ],
  [
    'event.lines.exists(line, line.qty == 2)',
    'event.lines[…].qty is compared with a number, and is a text: they are never equal',
  ],
  [
    'event.lines.filter(line, line["qty"] != 2).size() > 0',
    'event.lines[…].qty is compared with a number, and is a text: they are never equal',
  ],
  [
    'event.tags.all(tag, tag == 1)',
    'event.tags[…] is compared with a number, and is a text: they are never equal',
  ],
  [
    'event.tags.map(tag, tag in [1, 2])[0]',
    'event.tags[…] is compared with a number, and is a text: they are never equal',
  ],
  [
    'event.amount == event.total',
    'event.amount is compared with event.total, a number, and is a text: they are never equal',
  ],
  [
    '(event.flag ? event.amount : event.other) == 100',
    'event.amount is compared with a number, and is a text: they are never equal',
  ],
  ['[event.amount] == [100]', 'event.amount is compared with a number, and is a text: they are never equal'],
  ['100 == event.amount', 'event.amount is compared with a number, and is a text: they are never equal'],
]
const alike = [
  'event.amount == "100"',
  'event.total == 100',
  'event.none == 100',
  'event.lines.exists(line, line.sku == "a" && line.qty == "2")',
  'event.lines[7].qty == 2',
  'event.amount == event.lines[0].qty',
  '[1, 2].exists(tag, tag == 1)',
  'event.flag == true',
]

describe('a condition', () => {
  for (const [when, wanted] of unlike) test(`${when} is told`, () => assert.deepEqual(said(when), [wanted]))
  for (const when of alike) test(`${when} is not`, () => assert.deepEqual(said(when), []))
})
