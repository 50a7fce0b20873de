// What comes from outside stays text in every kind of text that is sent: Slack, addresses, headers, mail.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { RenderedAction } from '../../src/domain/compile/compiled-workflow.ts'
import type { JsonValue } from '../../src/domain/values/json.ts'
import { clean } from '../../src/domain/text/mrkdwn.ts'
import { parseMrkdwn } from '../../src/local-slack/page/text/mrkdwn.js'
import { inline } from '../../src/slack/text.ts'
import { compiled, scopeOf } from './compiled.ts'

const rendered = (action: object, value: JsonValue): RenderedAction => {
  const workflow = compiled({
    fields: { x: { type: 'string', minLength: 0 } },
    routes: { end: { actions: [{ action: 'tell', ...action }], outcome: 'achieved' } },
  })
  const [found] = workflow.actions('end', scopeOf({ x: value }))
  assert.ok(found)
  return found
}
const slackText = (template: string, value: JsonValue): string => {
  const action = rendered({ slack: { channel: '#ops', text: template } }, value)
  assert.ok(action.kind === 'slack')
  return action.text
}
const call = (http: object, value: JsonValue) => {
  const action = rendered({ http: { url: 'https://shop.example/', ...http } }, value)
  assert.ok(action.kind === 'http')
  return action.call
}
const mail = (email: object, value: JsonValue) => {
  const action = rendered({ email: { to: 'ada@shop.example', subject: 's', text: 't', ...email } }, value)
  assert.ok(action.kind === 'email')
  return action
}

/** Every inline node of a mrkdwn text; a quote or a fence stands as its kind. */
const nodesOf = (text: string): { kind: string; text?: string; url?: string }[] =>
  parseMrkdwn(text).flatMap((part): { kind: string; text?: string; url?: string }[] =>
    part.kind === 'line' ? part.children : [{ kind: part.kind }],
  )
/** Slack makes a link of an address that stands there to be read; nothing else may come of a value. */
const onlyText = (text: string): void => {
  for (const { kind, ...node } of nodesOf(text))
    assert.ok(
      kind === 'text' || (kind === 'link' && node.text === node.url),
      `${kind} in ${JSON.stringify(text)}`,
    )
}
/** The words that are shown, without the joiners that nobody sees. */
const seen = (text: string): string =>
  nodesOf(text)
    .map((node) => node.text ?? '')
    .join('')
    .replaceAll('\u2060', '')

const hostile: [name: string, value: string][] = [
  ['a mention of the channel', '<!channel>'],
  ['a mention of everyone, with a label', '<!everyone|nobody>'],
  ['a mention of a person', '<@U0123456>'],
  ['a mention of a group', '<!subteam^S0123456|@leads>'],
  ['a channel', '<#C0123456|general>'],
  ['a link with a false label', '<https://evil.example/login|Sign in>'],
  ['a date that shows other words', '<!date^0^{date}|paid>'],
  ['an ampersand and an entity', 'Tom & Jerry &lt;!channel&gt;'],
  ['bold', '*approved by Ada*'],
  ['italic', '_approved_'],
  ['strike', '~cancelled~'],
  ['code', '`refund`'],
  ['a fence', '```\nrefund\n```'],
  ['a quote', '> Ada said yes'],
  ['a quote on a later line', 'no\n> Ada said yes'],
  ['an emoji', ':white_check_mark: approved'],
  ['nested marks', '*_~`x`~_*'],
  ['marks beside zero-width spaces', '\u200b*bold*\u200b'],
]

describe('a value in a Slack text', () => {
  for (const [name, value] of hostile)
    test(`${name} stays text`, () => {
      const text = slackText('Ticket ${record.x}', value)
      onlyText(text)
      assert.equal(seen(text).replaceAll('\n', ''), `Ticket ${value}`.replaceAll('\n', ''))
      onlyText(slackText('${record.x}', value))
    })

  test('whatever it is, it makes nothing but text, and a link only of an address that can be read', () => {
    const unit = fc.constantFrom(
      ...Array.from('*_~`<>&|:!@#^ab1 \n-.,('),
      'https://x.example/',
      '\u200b',
      '\u2060',
      'é',
    )
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
        const value = units.join('')
        for (const text of [slackText('a ${record.x} b', value), inline(value, 1000)]) onlyText(text)
      }),
      { numRuns: 500 },
    )
  })

  test('is shown as it came: ids, times and plain sentences are not touched at all', () => {
    for (const value of ['order_1042_b', '12:30:45', 'Zoë & Söhne', 'a-b (c), d/e'])
      assert.equal(slackText('${record.x}', value), value.replace('&', '&amp;'))
  })

  test('control characters and turned directions do not get through', () =>
    assert.equal(slackText('${record.x}', 'a\u202eb\u0007c\u009bd'), 'abcd'))

  test("the author's own marks, mentions and vars stay", () => {
    const text = slackText('<!here> *New* lead `${record.x}` at ${vars.shop}', 'A*B')
    assert.ok(text.startsWith('<!here> *New* lead `A'))
    assert.ok(text.endsWith('at https://shop.example/a b'))
    assert.deepEqual(
      nodesOf(text).map(({ kind }) => kind),
      ['broadcast', 'text', 'bold', 'text', 'code', 'text', 'link', 'text'],
    )
  })

  test("within the author's <…> it is a part of the address, the label or the id, and ends none of them", () => {
    assert.equal(
      slackText('<https://shop.example/o/${record.x}|Order>', '1|x> <!channel'),
      '<https://shop.example/o/1%7Cx%3E%20%3C!channel|Order>',
    )
    const label = slackText('<https://shop.example|Order ${record.x}>', '1> <!channel>')
    assert.equal(label, '<https://shop.example|Order 1&gt; &lt;!channel&gt;>')
    assert.equal(slackText('<@${record.x}>', 'U0123'), '<@U0123>')
    assert.throws(() => slackText('<@${record.x}>', 'U1> <!channel'), /must be a Slack id/)
    assert.equal(
      slackText('<${record.x}|Track>', 'https://dhl.example/?a=1&b=<2>'),
      '<https://dhl.example/?a=1&amp;b=%3C2%3E|Track>',
    )
    for (const value of ['!channel', '@U0123', 'javascript:alert(1)', ''])
      assert.throws(() => slackText('<${record.x}|Track>', value), /must be a web, mail or phone link here/)
    assert.equal(slackText('3 < 4 > ${record.x}', '<b>'), '3 < 4 > &lt;b&gt;')
  })
})

const url = (template: string, value: JsonValue) => call({ url: template }, value).url

describe('a value in an address', () => {
  test('is one segment of the path, or one value of the query', () => {
    for (const value of ['../admin', 'a/b', 'a?b', 'a#b', 'a&b=c', '%2e%2e', '\\..\\x', '@evil.example', 'é'])
      for (const template of [
        'https://shop.example/o/${record.x}/pay',
        'https://shop.example/o?q=${record.x}&z=1',
      ]) {
        const read = new URL(url(template, value))
        assert.equal(read.host, 'shop.example')
        if (read.search === '') {
          assert.equal(read.pathname.split('/').length, 4)
          assert.equal(decodeURIComponent(read.pathname.split('/')[2] ?? ''), value)
        } else
          assert.deepEqual(
            [...read.searchParams],
            [
              ['q', value],
              ['z', '1'],
            ],
          )
      }
  })
  test('cannot leave the path, or be nothing in it', () => {
    for (const value of ['.', '..'])
      assert.throws(() => url('https://shop.example/${record.x}', value), /is not allowed in a URL path/)
    assert.throws(() => url('https://shop.example/users/${record.x}', ''), /must not be empty/)
    assert.equal(url('https://shop.example/users?q=${record.x}', ''), 'https://shop.example/users?q=')
  })
  test('half a character is a sign of its own, not an error', () =>
    assert.equal(url('https://shop.example/${record.x}', 'a\ud800'), 'https://shop.example/a%EF%BF%BD'))
})

test('a value in a header begins no other header', () => {
  const { headers } = call({ headers: { 'x-note': 'about ${record.x}' } }, 'a\r\nx-admin: 1\n\u0000b')
  assert.deepEqual(headers, { 'x-note': 'about a x-admin: 1 b' })
})

describe('a value in a mail', () => {
  test('begins no header in the subject', () =>
    assert.equal(
      mail({ subject: 'About ${record.x}' }, 'a\r\nBcc: x@evil.example').subject,
      'About a Bcc: x@evil.example',
    ))
  test('adds no recipient', () => {
    assert.equal(
      mail({ to: 'ops@shop.example, ${record.x}' }, ' ada@b.example ').to,
      'ops@shop.example, ada@b.example',
    )
    for (const value of [
      'a@b.example,c@evil.example',
      'a@b.example;c@evil.example',
      'a@b.example c@evil.example',
    ])
      assert.throws(() => mail({ to: '${record.x}' }, value), /not one mail address/)
  })
  test('is plain text without control characters', () =>
    assert.equal(mail({ text: '${record.x}' }, '<b>a</b>\u001b[2J\r\nb').text, '<b>a</b>[2J\nb'))
})

test('what is cleaned is well-formed', () => assert.ok(clean('\ud800').isWellFormed()))
