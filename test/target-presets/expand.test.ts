// A preset in a connection: what it needs and does not take, and that the author's own keys count first.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { presetNames, targetPresets } from '../../src/domain/target-presets/expand.ts'
import { connectionSchema } from '../../src/domain/workflow-file/connection.ts'
import { checkAll } from '../../src/workflow/file/load.ts'

const example = (name: string): Record<string, unknown> => {
  const { inputs = {}, needsAuth } = targetPresets[name] ?? {}
  return {
    preset: name,
    ...Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input.example])),
    ...(needsAuth === undefined ? {} : { auth: { bearer: 'secret.TOKEN' } }),
  }
}
const problemsOf = (connection: unknown) =>
  checkAll([], `connections: { mine: ${JSON.stringify(connection)} }\n`, 'signalbox.yaml').problems.map(
    ({ message, hint }) => (hint === undefined ? message : `${message} | ${hint}`),
  )
const faultsOf = (connection: unknown) =>
  connectionSchema
    .safeParse(connection)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('each preset', () => {
  test('is one of the twenty-two targets, or a way of its own to one', () =>
    assert.ok(presetNames.length >= 22, String(presetNames.length)))
  for (const name of presetNames)
    test(`${name} is a sound connection with what it takes, and reads all of it`, () => {
      assert.deepEqual(problemsOf(example(name)), [])
      const written = JSON.stringify(connectionSchema.parse(example(name)))
      assert.ok(!/<\w+>/.test(written), written)
      for (const { kind, example: given } of Object.values(targetPresets[name]?.inputs ?? {}))
        if (kind === 'secret') assert.ok(written.includes(given), `${given} in ${written}`)
    })
  test('written out, reads as the same connection again', () => {
    for (const name of presetNames) {
      const once = connectionSchema.parse(example(name))
      assert.deepEqual(connectionSchema.parse(structuredClone(once)), once)
    }
  })
  test('takes a key for a secret or for a text, as all others do', () => {
    const kinds = new Map<string, string>()
    for (const { inputs } of Object.values(targetPresets))
      for (const [key, { kind }] of Object.entries(inputs)) {
        assert.equal(kinds.get(key) ?? kind, kind, key)
        kinds.set(key, kind)
      }
  })
  test('keeps its secrets by name', () => {
    for (const name of presetNames) {
      const secrets = Object.values(targetPresets[name]?.inputs ?? {}).filter(({ kind }) => kind === 'secret')
      for (const { example: given } of secrets) assert.match(given, /^secret\./)
    }
  })
})

const desk = { preset: 'zendesk', subdomain: 'mabel', email: 'ops@mabel.example', token: 'secret.DESK' }

describe('a connection with a preset', () => {
  test('has what the author gives in the texts of the preset', () => {
    const { url, auth } = connectionSchema.parse(desk)
    assert.equal(url, 'https://mabel.zendesk.com/api/v2')
    assert.deepEqual(auth, { basic: { username: 'ops@mabel.example/token', password: 'secret.DESK' } })
    const { auth: other } = connectionSchema.parse({ preset: 'opsgenie', key: 'secret.GENIE' })
    assert.deepEqual(other, { header: { name: 'Authorization', value: 'GenieKey ${secret.GENIE}' } })
    const { url: account } = connectionSchema.parse({
      preset: 'twilio',
      account: 'secret.SID',
      token: 'secret.T',
    })
    assert.equal(account, 'https://api.twilio.com/2010-04-01/Accounts/${secret.SID}')
  })
  test('has the author’s own keys before those of the preset, headers and parameters one by one', () => {
    const github = connectionSchema.parse({
      preset: 'github',
      token: 'secret.GH',
      url: 'https://github.mabel.example/api/v3',
      headers: { accept: 'application/json', 'X-Ours': '1' },
      retry_when: 'answer.status == 418',
      test: { path: '/meta' },
    })
    assert.equal(github.url, 'https://github.mabel.example/api/v3')
    assert.deepEqual(github.headers, {
      'X-GitHub-Api-Version': '2022-11-28',
      accept: 'application/json',
      'X-Ours': '1',
    })
    assert.equal(github.retry_when, 'answer.status == 418')
    assert.equal(github.test?.path, '/meta')
    const hook = connectionSchema.parse({
      preset: 'discord-webhook',
      webhook: 'secret.HOOK',
      query: { thread_id: 7 },
    })
    assert.deepEqual(hook.query, { wait: true, thread_id: 7 })
  })
  test('needs nothing for auth that is written out, in auth or in the header itself', () => {
    assert.equal(faultsOf({ preset: 'github', auth: { bearer: 'secret.APP' } }), undefined)
    const { auth } = connectionSchema.parse({
      preset: 'gitlab',
      headers: { 'private-token': '${secret.GL}' },
    })
    assert.equal(auth, undefined)
    assert.deepEqual(faultsOf({ preset: 'github', auth: { bearer: 'secret.APP' }, token: 'secret.GH' }), [
      'token: remove it: your own keys replace the part of github that uses it',
    ])
  })
  test('is told what it lacks, what it does not take, and what looks otherwise', () => {
    const table: [connection: unknown, ...says: string[]][] = [
      [
        { preset: 'zendesk', subdomain: 'mabel' },
        ': zendesk needs email: ops@mabel.example (Of the agent who owns the token), and token: secret.ZENDESK_TOKEN (An API token)',
      ],
      [{ ...desk, shop: 'mabel' }, 'shop: zendesk takes no shop (it takes subdomain, email, token)'],
      [
        { ...desk, subdomain: 'mabel.zendesk.com' },
        'subdomain: write only what stands before .zendesk.com, like mabel',
      ],
      [
        { ...desk, subdomain: '${record.desk}' },
        'subdomain: only ${vars.…} and ${secret.…} stand in a connection',
      ],
      [
        { ...desk, token: 'abc' },
        'token: name a secret like secret.ORDER_HOOK; its value never stands in a file',
      ],
      [
        { preset: 'quickbooks', realm: '123' },
        ': quickbooks needs auth: { bearer: secret.NAME } with a token that somebody else renews',
      ],
    ]
    for (const [connection, ...says] of table) assert.deepEqual(faultsOf(connection), says)
    assert.match(
      faultsOf({ url: 'https://a.example', token: 'secret.T' })?.[0] ?? '',
      /^token: token only goes with a preset \(airtable, discord, github, .*\): add preset$/,
    )
  })
  test('has a name that is known, and one complaint for one mistake', () => {
    assert.deepEqual(problemsOf({ preset: 'strip', key: 'secret.K' }), [
      'connections.mine.preset cannot be "strip" | did you mean stripe?',
    ])
    assert.deepEqual(problemsOf({ preset: 'stripe', kee: 'secret.K' }).length, 1)
    assert.deepEqual(problemsOf({ preset: 'stripe' }).length, 1)
    assert.deepEqual(problemsOf({}), ['connections.mine.url is missing | like url: https://api.example.com'])
  })
  test('may hold vars', () => {
    const vars = `vars: { desk: mabel }\nconnections: { mine: ${JSON.stringify({ ...desk, subdomain: '${vars.desk}' })} }\n`
    assert.deepEqual(checkAll([], vars, 'signalbox.yaml').problems, [])
    assert.deepEqual(
      problemsOf({ ...desk, subdomain: '${vars.nowhere}' }).map((text) => /No such key/.test(text)),
      [true],
    )
  })
})
