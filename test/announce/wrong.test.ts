// Subscriptions and callbacks that cannot work are errors of check, with the place where they stand.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isCallable } from '../../src/domain/announcement.ts'
import { checkAll } from '../../src/workflow/file/load.ts'

const workflow = (callback = '') => `workflow: orders
owner: "@ops-lead"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
${callback}
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`
const said = (files: { callback?: string; subscription?: string }): string[] =>
  checkAll(
    [{ file: 'orders.yaml', source: workflow(files.callback && `callback: ${files.callback}`) }],
    files.subscription === undefined ? undefined : `subscriptions: { s: ${files.subscription} }`,
    'signalbox.yaml',
    { secretIsSet: (name) => name === 'SET' },
  ).problems.map(({ severity, message }) => `${severity}: ${message}`)

const http = 'http: { url: "https://a.example", sign: "${secret.SET}" }'

describe('a subscription', () => {
  test('as it should be', () =>
    assert.deepEqual(said({ subscription: `{ events: [run.completed], workflows: [orders], ${http} }` }), []))
  for (const [why, subscription, says] of [
    ['without events', `{ ${http} }`, /events/],
    ['to an event that there is not', `{ events: [run.ended], ${http} }`, /cannot be "run\.ended"/],
    [
      'that goes where a record says',
      '{ events: [run.completed], http: { url: "https://${record.host}" } }',
      /only \$\{vars/,
    ],
    [
      'with a body that reads a record',
      '{ events: [run.completed], http: { url: "https://a.example", json: { x: "${record.x}" } } }',
      /No such key: x/,
    ],
    [
      'with a header that reads what happened',
      '{ events: [run.completed], http: { url: "https://a.example", headers: { x: "${event.type}" } } }',
      /only \$\{vars/,
    ],
    ['by GET', '{ events: [run.completed], http: { method: GET, url: "https://a.example" } }', /POST or PUT/],
    [
      'through a connection that is not there',
      '{ events: [run.completed], http: { connection: nowhere } }',
      /nowhere/,
    ],
    [
      'with a secret that is not set',
      '{ events: [run.completed], http: { url: "https://a.example", sign: "${secret.UNSET}" } }',
      /secret\.UNSET is not set/,
    ],
    [
      'to a workflow that is not there',
      `{ events: [run.completed], workflows: [oders], ${http} }`,
      /^warning: there is no workflow "oders"/,
    ],
  ] as const)
    test(why, () => assert.match(said({ subscription }).join('\n'), says))
})

describe('a callback', () => {
  test('as it should be', () =>
    assert.deepEqual(
      said({ callback: '{ url: event.?back.orValue(""), hosts: [a.example], secret: secret.SET }' }),
      [],
    ))
  for (const [why, callback, says] of [
    ['without hosts', '{ url: event.back, hosts: [], secret: secret.SET }', /name the hosts/],
    ['to any host', '{ url: event.back, hosts: ["*"], secret: secret.SET }', /write a host like/],
    ['without a signature', '{ url: event.back, hosts: [a.example] }', /secret/],
    ['of the record', '{ url: string(now), hosts: [a.example], secret: secret.SET }', /only event, headers/],
    [
      'with a secret that is not set',
      '{ url: event.back, hosts: [a.example], secret: secret.UNSET }',
      /secret\.UNSET is not set/,
    ],
  ] as const)
    test(why, () => assert.match(said({ callback }).join('\n'), says))
})

describe('an address that an event brings', () => {
  const hosts = ['a.example', '*.b.example', 'c.example:8443', 'http://d.example']
  for (const [url, expected] of [
    ['https://a.example/x', true],
    ['https://A.EXAMPLE/x', true],
    ['https://one.b.example', true],
    ['https://c.example:8443/', true],
    ['http://d.example', true],
    ['https://d.example', false],
    ['http://a.example/x', false],
    ['https://b.example', false],
    ['https://evil-b.example', false],
    ['https://a.example.evil.example', false],
    ['https://a.example:8443', false],
    ['https://c.example', false],
    ['https://a.example@evil.example', false],
    ['https://user:pw@a.example', false],
    ['https:/\\evil.example\\a.example', false],
    ['ftp://a.example', false],
    ['javascript:alert(1)', false],
    ['//a.example', false],
    ['', false],
  ] as const)
    test(JSON.stringify(url), () => assert.equal(isCallable(url, hosts), expected))
})
