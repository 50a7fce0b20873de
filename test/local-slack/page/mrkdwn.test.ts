// mrkdwn as the page reads it: marks, mentions, links that may be followed, and text that is only text.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseInline, parseMrkdwn, safeUrl } from '../../../src/local-slack/page/text/mrkdwn.js'

const text = (words: string) => ({ kind: 'text', text: words })

const lines: [name: string, given: string, expected: object[]][] = [
  [
    'bold, italic and strike',
    '*a* _b_ ~c~',
    [
      { kind: 'bold', children: [text('a')] },
      text(' '),
      { kind: 'italic', children: [text('b')] },
      text(' '),
      { kind: 'strike', children: [text('c')] },
    ],
  ],
  [
    'marks within marks',
    '*a _b_*',
    [{ kind: 'bold', children: [text('a '), { kind: 'italic', children: [text('b')] }] }],
  ],
  ['no mark inside a word', 'snake_case_name 2*3*4', [text('snake_case_name 2*3*4')]],
  ['no mark around spaces', '* a *', [text('* a *')]],
  ['code keeps its marks', '`*a* <b>`', [{ kind: 'code', text: '*a* <b>' }]],
  ['the three entities become characters', '&lt;b&gt; &amp;amp;', [text('<b> &amp;')]],
  [
    'a link with words',
    '<https://example.com/a?b=1&amp;c=2|here>',
    [{ kind: 'link', url: 'https://example.com/a?b=1&c=2', text: 'here' }],
  ],
  [
    'a bare address, without the full stop after it',
    'see https://example.com/a.',
    [text('see '), { kind: 'link', url: 'https://example.com/a', text: 'https://example.com/a' }, text('.')],
  ],
  ['a link that must not be followed is its words', '<javascript:alert(1)|click>', [text('click')]],
  ['a person', '<@U1>', [{ kind: 'user', id: 'U1', text: '' }]],
  ['a channel', '<#C1|general>', [{ kind: 'channel', id: 'C1', text: 'general' }]],
  ['a group, its mark not doubled', '<!subteam^S1|@finance>', [{ kind: 'group', id: 'S1', text: 'finance' }]],
  ['everyone here', '<!here>', [{ kind: 'broadcast', text: 'here' }]],
  [
    'a date',
    '<!date^1700000000^{date_short}^https://example.com|then>',
    [
      {
        kind: 'date',
        timestamp: 1_700_000_000,
        format: '{date_short}',
        url: 'https://example.com',
        fallback: 'then',
      },
    ],
  ],
  ['an emoji', ':wave:', [{ kind: 'emoji', name: 'wave' }]],
  ['a time is not an emoji', '10:30:00', [text('10:30:00')]],
]

describe('a line of mrkdwn', () => {
  for (const [name, given, expected] of lines)
    test(name, () => assert.deepEqual(parseInline(given), expected))
})

describe('a text of mrkdwn', () => {
  test('quotes stand together, code between fences is left alone', () => {
    assert.deepEqual(
      parseMrkdwn('a\n&gt; b\n&gt; c\n```\n*d*\n```\ne').map((part) => part.kind),
      ['line', 'quote', 'pre', 'line'],
    )
  })
  test('a fence that never closes is three characters', () => {
    assert.deepEqual(parseMrkdwn('a ```b'), [{ kind: 'line', children: [text('a ```b')] }])
  })
  test('whatever arrives is read, and only safe links can be followed', () => {
    const odd = fc.string({
      unit: fc.constantFrom(...Array.from('*_~`<>|&!@#^:/hjtps \nab1')),
      maxLength: 200,
    })
    fc.assert(
      fc.property(odd, (given) => {
        for (const url of JSON.stringify(parseMrkdwn(given)).matchAll(/"kind":"link","url":"([^"]*)"/g))
          assert.equal(safeUrl(url[1] ?? ''), url[1])
      }),
    )
  })
  test('40,000 odd characters take no time', () => {
    // The processor's time: a busy machine must not look like slow code.
    const before = process.cpuUsage()
    parseMrkdwn('*a '.repeat(13_000))
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 1_000_000, `${user + system} µs`)
  })
})
