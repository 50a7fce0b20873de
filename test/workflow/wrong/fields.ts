// Wrong files: fields.
import { type Wrong } from './sound.ts'

export const wrongFields: Wrong[] = [
  {
    why: 'an unknown type',
    change: ['{ type: number,', '{ type: numbr,'],
    line: 11,
    says: 'cannot be "numbr"',
    hint: 'did you mean number?',
  },
  {
    why: 'a field name with a hyphen',
    change: ['  order_id: {', '  order-id: {'],
    line: 9,
    says: '"order-id" cannot be a name here',
  },
  {
    why: 'missing: default without one',
    change: ['missing: default, default: 0', 'missing: default'],
    line: 11,
    says: 'missing: default needs a default',
  },
  {
    why: 'a default that is not used',
    change: ['missing: default, default: 0', 'default: 0'],
    line: 11,
    says: 'a default is only used with missing: default',
  },
  {
    why: 'a default that breaks its own field',
    change: ['missing: default, default: 0', 'minimum: 5, missing: default, default: 0'],
    line: 11,
    says: 'the default must be at least 5, and is 0',
  },
  {
    why: 'an enum without values',
    change: ['{ type: string, enum: [created, shipped, delivered, canceled] }', '{ type: enum }'],
    line: 10,
    says: 'needs enum',
  },
  {
    why: 'a broken pattern',
    change: ['from: event.order_id }\n  status', 'pattern: "(" }\n  status'],
    line: 9,
    says: 'is not a regular expression',
  },
  {
    why: 'a bad `missing`',
    change: ['missing: ignore', 'missing: skip'],
    line: 12,
    says: 'cannot be "skip"',
    hint: 'ask, default, ignore',
  },
  {
    why: 'a field from an unknown function',
    change: ['{ type: timestamp, missing', `{ type: timestamp, from: 'parseTim(event.d, "M/d")', missing`],
    line: 12,
    says: 'parseTim',
    hint: 'did you mean parseTime?',
  },
  {
    why: 'a field from an unknown variable',
    change: ['from: event.order_id }\n', 'from: evnt.order_id }\n'],
    line: 9,
    says: 'Unknown variable: evnt',
    hint: 'did you mean event?',
  },
  {
    why: 'a field that does not parse',
    change: ['from: event.order_id }\n', `from: 'event.order_id +' }\n`],
    line: 9,
    says: 'Unexpected token',
  },
]
