// Wrong files: rules.
import { type Wrong } from './sound.ts'

const gone = `when: 'record.status == "canceled"'`
const large = `when: 'record.amount > 100'`

export const wrongRules: Wrong[] = [
  {
    why: 'an unknown field',
    change: [large, `when: 'record.amout > 100'`],
    line: 15,
    says: 'No such key: amout',
    hint: 'did you mean amount?',
  },
  {
    why: 'an unknown field inside has()',
    change: [large, `when: 'has(record.delivred)'`],
    line: 15,
    says: 'No such key: delivred',
    hint: 'did you mean delivered?',
  },
  {
    why: 'text compared with a number',
    change: [gone, `when: 'record.status > 5'`],
    line: 14,
    says: 'no such overload: string > int',
    hint: 'cannot be put together',
  },
  {
    why: 'a comparison with null',
    change: [large, `when: 'record.delivered != null'`],
    line: 15,
    says: 'timestamp != null',
    hint: 'has(record.name)',
  },
  {
    why: 'a condition that is no question',
    change: [large, `when: 'record.amount'`],
    line: 15,
    says: 'a question that is true or false, and this is of type double',
  },
  {
    why: 'an unclosed text',
    change: [gone, `when: 'record.status == "canceled'`],
    line: 14,
    says: 'a text is not closed',
  },
  {
    why: 'a secret in a rule',
    change: [large, `when: 'secret.KEY == "a"'`],
    line: 15,
    says: 'secret.NAME may stand only in texts that are sent',
  },
  {
    why: 'an unknown var',
    change: [large, `when: 'vars.shp == "a"'`],
    line: 15,
    says: 'No such key: shp',
    hint: 'did you mean shop?',
  },
  {
    why: 'a route that does not exist',
    change: ['route: check }', 'route: chek }'],
    line: 15,
    says: 'there is no route "chek"',
    hint: 'did you mean check?',
  },
  {
    why: 'two rules of one name',
    change: ['rule: large', 'rule: gone'],
    line: 15,
    says: 'two rules are called "gone"',
  },
  {
    why: 'a rule below one that takes all of it',
    change: [large, `when: 'record.status == "canceled" && record.amount > 5'`],
    line: 15,
    says: '"gone" above takes everything it asks for',
  },
  {
    why: 'a range inside an earlier one',
    change: [gone, `when: 'record.amount >= 50'`],
    line: 15,
    says: '"gone" above takes everything',
  },
  {
    why: 'a rule below a catch-all',
    change: [gone, `when: 'true'`],
    also: 1,
    line: 15,
    says: '"gone" above takes everything',
  },
  {
    why: 'a value the enum does not have',
    change: [gone, `when: 'record.status == "cancelled"'`],
    line: 14,
    says: 'record.status is never "cancelled"',
  },
  {
    why: 'a condition that contradicts itself',
    change: [large, `when: 'record.amount > 100 && record.amount < 50'`],
    line: 15,
    says: 'contradicts itself',
  },
  {
    why: 'a comparison that is never true',
    change: [large, `when: '1 > 2'`],
    line: 15,
    says: 'can never match',
  },
  {
    why: 'a rule below a comparison that is always true',
    change: [gone, `when: '!(1 == 2)'`],
    also: 1,
    line: 15,
    says: '"gone" above takes everything',
  },
  {
    why: 'a rule for times that an earlier one takes',
    change: [
      `${gone}, route: refund }\n  - { rule: large, ${large}`,
      `when: 'has(record.delivered) && record.delivered < timestamp("2026-01-01T00:00:00Z")', route: refund }
  - { rule: large, when: 'has(record.delivered) && record.delivered < timestamp("2025-01-01T00:00:00Z")'`,
    ],
    line: 15,
    says: '"gone" above takes everything',
  },
  {
    why: 'a number its field never has',
    change: ['{ type: number, missing', '{ type: number, maximum: 50, missing'],
    line: 15,
    says: 'record.amount is never so (it has maximum 50)',
  },
  { why: 'a constant false', change: [large, `when: 'false'`], line: 15, says: 'can never match' },
  {
    why: 'no catch-all',
    change: [`when: 'true'`, `when: 'record.amount > 5'`],
    line: 16,
    says: 'a last rule that catches all',
  },
  {
    why: 'an optional field read as if it were there',
    change: [large, `when: 'record.delivered > now'`],
    line: 15,
    says: 'which may be absent',
    hint: 'ask has(record.delivered) first',
    severity: 'warning',
  },
  {
    why: 'an expression that is too long',
    change: [large, `when: '${'1 + '.repeat(1000)}1 > 0'`],
    line: 15,
    says: 'at most 4000 characters',
  },
  {
    why: 'an expression that is too deep',
    change: [large, `when: '${'('.repeat(40)}true${')'.repeat(40)}'`],
    line: 15,
    says: 'nests deeper than 32',
  },
  {
    why: 'lists walked three deep',
    change: [large, `when: 'event.a.exists(x, x.b.exists(y, y.c.exists(z, z == 1)))'`],
    line: 15,
    says: 'two deep at most',
  },
  ...(
    [
      ['=', `record.amount = 5`, 'equality is written =='],
      ['and', `record.amount > 5 and record.amount < 9`, '"and" is written &&'],
      ['or', `record.amount > 5 or record.amount < 3`, '"or" is written ||'],
      ['not', `not has(record.delivered)`, '"not" is written !'],
      ['<>', `record.amount <> 5`, 'inequality is written !='],
      ['a list in round brackets', `record.status in ("a", "b")`, 'square brackets'],
      ['an open bracket', `(record.amount > 5`, 'a ( is not closed'],
    ] as const
  ).map(([sign, when, says]): Wrong => ({
    why: `a slip from another language: ${sign}`,
    change: [large, `when: '${when}'`],
    line: 15,
    says,
  })),
  {
    why: 'a field without record',
    change: [large, `when: 'amount > 100'`],
    line: 15,
    says: 'Unknown variable: amount',
    hint: 'did you mean record.amount?',
  },
  {
    why: 'a text without quotes',
    change: [gone, `when: 'record.status == canceled'`],
    line: 14,
    says: 'Unknown variable: canceled',
    hint: 'a text stands in quotes: "canceled"',
  },
  {
    why: 'a function with other arguments',
    change: [large, `when: 'businessHours(now) > 2.0'`],
    line: 15,
    says: 'no such function: businessHours(timestamp)',
    hint: 'it is called like businessHours(time, later time)',
  },
  {
    why: 'a function of another language',
    change: [large, `when: 'record.status.toLowerCase() == "a"'`],
    line: 15,
    says: 'no such function: string.toLowerCase()',
    hint: 'did you mean text.lowerAscii()?',
  },
  {
    why: 'a pattern that is none',
    change: [large, `when: 'record.status.matches("([")'`],
    line: 15,
    says: '"([" is not a regular expression',
  },
]
