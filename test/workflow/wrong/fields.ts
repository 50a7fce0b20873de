// Wrong files: fields.
import { type Wrong } from './sound.ts'

const worth = (value: string): Wrong['change'] => [
  'subject: event.order_id\nfields:\n',
  `subject: event.order_id\nvalue: ${value}\nfields:\n  paid: { type: money, currency: EUR, secret: true, missing: ignore }\n`,
]

export const wrongFields: Wrong[] = [
  {
    why: 'a value that is no money',
    change: worth('record.amount * 2.0'),
    line: 8,
    says: 'the value must be money, and this is of type double',
  },
  {
    why: 'a value that is read past the record',
    change: worth('money(event.total, "EUR")'),
    line: 8,
    says: 'the value comes from the record alone, so that a correction counts; event is not part of it',
  },
  {
    why: 'a value that is secret',
    change: worth('record.paid'),
    line: 8,
    says: 'digests show the value; "paid" is secret or personal',
  },
  {
    why: 'a value of a field that is not there',
    change: worth('record.totl'),
    line: 8,
    says: 'totl',
  },
  {
    why: 'an unknown type',
    change: ['{ type: number,', '{ type: numbr,'],
    line: 11,
    says: 'cannot be "numbr"',
    hint: 'did you mean number?',
  },
  {
    why: 'a field that shows a part of a masked one',
    change: [
      '  delivered: {',
      '  pin: { type: string, secret: true, missing: ignore }\n  last: { type: string, missing: ignore, from: record.pin.substring(2) }\n  delivered: {',
    ],
    line: 13,
    says: 'this shows a part of "pin", which is masked',
    hint: 'mark it too',
    severity: 'warning',
  },
  {
    why: 'a field that shows what a masked one is made of in the event',
    change: [
      '  delivered: {',
      '  mail: { type: string, personal: true, missing: ignore, from: event.customer.mail }\n  customer: { type: object, missing: ignore }\n  delivered: {',
    ],
    line: 13,
    says: 'this shows a part of "mail", which is masked',
    severity: 'warning',
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
    why: 'a bound in quotes',
    change: ['missing: default, default: 0', 'minimum: "5", missing: default, default: 6'],
    line: 11,
    says: 'minimum must be a number, and is the text "5"',
    hint: 'write it without quotes: 5',
  },
  {
    why: 'a switch in quotes',
    change: ['missing: default, default: 0', 'secret: "true", missing: default, default: 0'],
    line: 11,
    says: 'secret must be true or false, and is the text "true"',
    hint: 'write it without quotes: true',
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
    says: 'the expression ends too early',
  },
  {
    why: 'a keyword of another type',
    change: ['{ type: number, missing', '{ type: number, minLength: 2, missing'],
    line: 11,
    says: 'fields.amount.minLength: it is for type string, and this is of type number',
  },
  {
    why: 'an enum of another type',
    change: ['enum: [created, shipped, delivered, canceled]', 'enum: [created, shipped, 3, canceled]'],
    line: 10,
    says: 'status.enum[3]: 3 is not of type string',
  },
  {
    why: 'bounds that no value keeps',
    change: ['{ type: string, from', '{ type: string, minLength: 9, maxLength: 5, from'],
    line: 9,
    says: 'it is less than minLength, so no value fits',
  },
  {
    why: 'an unknown keyword deep inside',
    change: ['{ type: timestamp, missing', '{ type: array, items: { type: string, minLenght: 1 }, missing'],
    line: 12,
    says: 'items.minLenght: this is no keyword',
    hint: 'did you mean minLength?',
  },
  {
    why: 'a field that reads a later one',
    change: ['from: event.order_id }\n', 'from: string(record.amount) }\n'],
    line: 9,
    says: 'order_id reads record.amount, which is only known after it: put amount first',
  },
  {
    why: 'an enrichment with the name of a field',
    change: [
      'rules:',
      'enrich: { amount: { lookup: prices, key: record.order_id, missing: ignore } }\nrules:',
    ],
    line: 13,
    says: 'a field is called amount too',
  },
  ...(
    [
      ['default: {}', 'a default is only used with missing: default'],
      ['missing: ignore, default: {}', 'a default is only used with missing: default'],
      ['missing: ignore, max_age: 1h', 'leave max_age out'],
      ['missing: ignore, key: record.order_id', 'a key is only used with lookup'],
    ] as const
  ).map(([unused, says]): Wrong => ({
    why: `what an enrichment would not use, ${unused}`,
    change: [
      'rules:',
      `enrich: { earlier: { history: { same: record.order_id, within: 30d }, ${unused} } }\nrules:`,
    ],
    line: 13,
    says,
  })),
  {
    why: 'a number that would be another one',
    change: ['missing: default, default: 0', 'missing: default, default: 9007199254740993'],
    line: 11,
    says: '9007199254740993 has more digits than a number in a file keeps, and would be 9007199254740992',
  },
  {
    why: 'a number in a rule that would be another one',
    change: ['record.amount > 100', 'record.amount > 0.12345678901234567890'],
    line: 15,
    says: '0.12345678901234567890 has more digits than a number here keeps',
  },
  {
    why: 'approximate for what is not rounded',
    change: ['order_id: { type: string', 'order_id: { type: string, approximate: true'],
    line: 9,
    says: 'it is for type number, and this is of type string',
  },
  {
    why: 'money compared with a number',
    change: [
      'delivered: { type: timestamp, missing: ignore }\nrules:',
      'paid: { type: money, currency: EUR, missing: ignore }\nrules:\n  - { rule: dear, when: has(record.paid) && record.paid > 500, route: check }',
    ],
    line: 14,
    says: 'money is compared with money, and this is a number: write record.total > money("500 EUR")',
  },
  {
    why: 'a currency that nobody has',
    change: ['order_id: { type: string', 'order_id: { type: money, currency: EUX'],
    line: 9,
    says: 'ISO 4217 has no currency EUX',
  },
  {
    why: 'money without a currency',
    change: ['delivered: { type: timestamp', 'delivered: { type: money'],
    line: 12,
    says: 'money needs its currency: EUR, or where it stands, like event.currency',
  },
]
