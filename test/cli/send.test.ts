// `npm start` with nothing set, then `signalbox send` word for word as the README has it, the demo's signer, and the page's Send.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { controlOf } from '../../src/local-slack/control-client.ts'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'
import { signalbox } from './command.ts'

const ROOT = join(import.meta.dirname, '../..')
const dir = mkdtempSync(join(tmpdir(), 'signalbox-send-'))
const dataDir = join(dir, 'data')
const [port, pagePort] = [await freePort(), await freePort()]
const env = { DATA_DIR: dataDir, PORT: String(port), LOCAL_SLACK_PORT: String(pagePort) }
const url = `http://127.0.0.1:${port}`
const secretsFile = join(dataDir, 'secrets.json')
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

describe('events that are sent from here', () => {
  let bot: ChildProcess
  let said = ''
  before(async () => {
    bot = spawn(process.execPath, ['src/main.js'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], TZ: 'UTC', ...env },
    })
    bot.stdout?.on('data', (part: Buffer) => (said += part.toString()))
    await until('the bot runs', () => said.includes('Send a first event'), 90_000)
  })
  after(async () => {
    bot.kill('SIGTERM')
    if (bot.exitCode === null) await new Promise((resolve) => bot.once('exit', resolve))
    rmSync(dir, { recursive: true, force: true })
  })

  test('the secrets that the folder names were made at the start, for their owner alone', () => {
    const secrets = JSON.parse(readFileSync(secretsFile, 'utf8')) as Record<string, string>
    assert.deepEqual(Object.keys(secrets).toSorted(), [
      'HELPDESK',
      'LEAD_HOOK',
      'ORDER_HOOK',
      'SHOPIFY',
      'STRIPE',
    ])
    for (const secret of Object.values(secrets)) assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
    assert.equal(new Set(Object.values(secrets)).size, 5)
    assert.equal(statSync(secretsFile).mode & 0o777, 0o600)
    for (const secret of Object.values(secrets)) assert.ok(!said.includes(secret), 'a start says none')
  })

  test('an event without a signature is refused', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"order_id":"1"}' }
    for (const workflow of [
      'order-delivery',
      'lead-routing',
      'refund-review',
      'finance-handoff',
      'support-triage',
    ])
      assert.equal((await fetch(`${url}/hooks/${workflow}`, init)).status, 401, workflow)
  })

  test("the README's first event and the start's are sent word for word, and the next command follows", async () => {
    const lines = [...`${readme}\n${said}`.matchAll(/npx signalbox send (order-delivery) --data '([^']+)'/g)]
    assert.equal(lines.length, 2, 'one in the README, one in what the start says')
    for (const [n, [, workflow = '', data = '']] of lines.entries()) {
      const { code, stdout, stderr } = await signalbox(env, 'send', workflow, '--data', data)
      assert.equal(code, 0, stderr)
      assert.match(stdout, n === 0 ? /^Accepted: event evt_\w+, run run_\w+\./ : /^Already received/)
      assert.match(stdout, /^Next: npx signalbox explain 1042$/m)
    }
    const explained = await signalbox(env, 'explain', '1042')
    assert.equal(explained.code, 0, explained.stderr)
  })

  test('a file, standard input by name and --json are taken; each scheme of the examples is signed', async () => {
    for (const sample of ['refund-review/book--large', 'renewal-risk/call', 'support-triage/billing']) {
      const file = join(ROOT, `workflows/samples/${sample}.json`)
      const { code, stdout, stderr } = await signalbox(
        env,
        'send',
        sample.split('/')[0] ?? '',
        file,
        '--json',
      )
      assert.equal(code, 0, stderr)
      assert.equal((JSON.parse(stdout) as { status: number }).status, 202)
    }
  })

  test("the page's Send is signed by the bot", async () => {
    const control = controlOf(`http://127.0.0.1:${pagePort}`)
    const { examples } = await control.state()
    for (const workflow of [
      'order-delivery',
      'refund-review',
      'finance-handoff',
      'support-triage',
      'lead-routing',
    ]) {
      const example = examples.find((one) => one.workflow === workflow)
      assert.ok(example)
      const { status, body } = await control.webhook({ workflow, body: example.body, fresh: true })
      assert.ok(status === 202, `${workflow}: ${status} ${body}`)
    }
  })

  test('what goes wrong says what to do', async () => {
    const send = (...words: string[]) => signalbox(env, 'send', ...words)
    const unknown = await send('order-delivry', '--data', '{}')
    assert.deepEqual([unknown.code, /order-delivery/.test(unknown.stderr)], [1, true], unknown.stderr)
    assert.match(
      (await send('order-delivery')).stderr,
      /^Give one event: a file, - for standard input, or --data/,
    )
    assert.match((await send('order-delivery', '--data', '{')).stderr, /^--data isn't valid JSON: /)
    const tooLong = await send('order-delivery', '--data', '{"id":1e9999}')
    assert.equal(tooLong.stderr, "--data isn't valid JSON: a number has more than 1000 digits\n")
    assert.equal(tooLong.code, 2)
    assert.match((await send('order-delivery', join(dir, 'none.json'))).stderr, /none\.json/)
    const away = await signalbox(
      { ...env, PORT: String(await freePort()) },
      'send',
      'order-delivery',
      '--data',
      '{}',
    )
    assert.match(away.stderr, /^The bot isn't answering at http:.*npm start/)
    assert.equal(away.code, 1)
    const other = await signalbox(
      { ...env, ORDER_HOOK: 'whsec_bmV3IG9uZSBuZXcgb25l' },
      'send',
      'order-delivery',
      '--data',
      '{}',
    )
    assert.match(other.stderr, /^Refused with 401: .*\n.*a different secret/)
    const production = await signalbox(
      { ...env, NODE_ENV: 'production' },
      'send',
      'order-delivery',
      '--data',
      '{}',
    )
    assert.match(production.stderr, /^secret\.ORDER_HOOK of "order-delivery" isn't set here/)
  })

  test('a workflow that is applied while the bot runs has its secret at once', async () => {
    const folder = join(dir, 'workflows')
    const words = ['gift-cards', '--owner', '@ada', '--key', 'card_id', '--dir', folder, '--yes']
    const made = await signalbox(env, 'new', ...words)
    assert.equal(made.code, 0, made.stderr)
    assert.match(made.stdout, /npx signalbox send gift-cards --data '\{"card_id":"1","amount":250\}'/)
    assert.equal((await signalbox(env, 'apply', folder)).code, 0)
    const kept = JSON.parse(readFileSync(secretsFile, 'utf8')) as Record<string, string>
    assert.ok(kept['HOOK_GIFT_CARDS'] && kept['ORDER_HOOK'], 'the others stay')
    assert.equal(statSync(secretsFile).mode & 0o777, 0o600)
    const sent = await signalbox(env, 'send', 'gift-cards', '--data', '{"card_id":"1","amount":250}')
    assert.equal(sent.code, 0, sent.stderr)
  })
})

const withTrigger = (trigger: string) => `workflow: open
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: ${trigger} }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`

test('in production no secret is made, and a workflow that anyone may send to is an error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-unsigned-'))
  const production = { NODE_ENV: 'production', DATA_DIR: join(folder, 'data') }
  const check = async (trigger: string, more: Record<string, string> = {}) => {
    writeFileSync(join(folder, 'open.yaml'), withTrigger(trigger))
    return signalbox({ ...production, ...more }, 'check', folder)
  }
  try {
    const unsigned = await check('{ verify: { scheme: none } }')
    assert.equal(unsigned.code, 1)
    assert.match(
      unsigned.stdout,
      /error: scheme none: anyone .* NODE_ENV is production .*allow_unsigned: true/,
    )
    const here = await check('{ verify: { scheme: none } }', { NODE_ENV: '' })
    assert.deepEqual([here.code, /warning: scheme none/.test(here.stdout)], [0, true])
    assert.equal((await check('{ verify: { scheme: none }, allow_unsigned: true }')).code, 0)
    const lacking = await check('{ preset: github, secret: secret.NOT_THERE }')
    assert.match(lacking.stdout, /secret\.NOT_THERE is not set/)
    assert.equal(lacking.code, 1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
