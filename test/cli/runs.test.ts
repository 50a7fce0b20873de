// status, explain, resolve and ledger while the bot runs: through its own socket on the embedded database.
import assert from 'node:assert/strict'
import { hostname, userInfo } from 'node:os'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SHIPPED_SECRETS, startBot } from '../bot.ts'
import { signalbox } from './command.ts'

const EXAMPLES = join(import.meta.dirname, '../../workflows')
const example = (name: string) => readFileSync(join(EXAMPLES, name), 'utf8')
const order = (id: string, status: string) => ({
  order_id: id,
  order_status: status,
  order_estimated_delivery_date: '10/18/2017 0:00',
})

test('a person at the command line sees and resolves what a person in Slack does', async (t) => {
  const bot = await startBot(t, { env: SHIPPED_SECRETS })
  const env = { ...bot.env, ...SHIPPED_SECRETS }
  await bot.publish({ 'order-delivery': example('order-delivery.yaml') }, example('signalbox.yaml'))
  for (const event of [order('1042', 'canceled'), order('1043', 'shipped'), order('1044', 'lost at sea')])
    await bot.send('order-delivery', event)
  await bot.send('order-delivery', order('esc\u001b[2Jape\u202e', 'shipped'))
  await bot.untilIdle()

  await t.test('status says the six things, explain the five records', async () => {
    const status = await signalbox(env, 'status', '1042')
    assert.equal(status.code, 0)
    for (const label of ['State', 'Last success', 'Failed action', 'Owner', 'Retry', 'Outcome'])
      assert.match(status.stdout, new RegExp(`^${label} `, 'm'))
    const { stdout } = await signalbox(env, 'explain', '1042')
    for (const record of ['1. Event', '2. Record', '3. Decisions', '4. Exceptions', '5. Outcome'])
      assert.ok(stdout.includes(record), stdout)
    assert.match(stdout, /✓ gone\n +Not tried after it: late, on time, rest\./)
    const { run } = JSON.parse((await signalbox(env, 'status', '1042', '--json')).stdout) as {
      run: { state: string }
    }
    assert.equal(run.state, 'held')
    const { code, stderr } = await signalbox(env, 'explain', 'order-delivery')
    assert.equal(code, 1)
    assert.match(stderr, /"order-delivery" is a workflow.* signalbox status order-delivery lists its latest/)
  })

  await t.test(
    'explain --json has the whole event, however long; explain says where to find it',
    async () => {
      const long = { ...order('1045', 'shipped'), note: `${'n'.repeat(30_000)}end` }
      await bot.send('order-delivery', long)
      await bot.untilIdle()
      const { run } = JSON.parse((await signalbox(env, 'explain', '1045', '--json')).stdout) as {
        run: { event: { id: string; body: string } }
      }
      assert.deepEqual(JSON.parse(run.event.body), long)
      const { stdout } = await signalbox(env, 'explain', '1045')
      assert.ok(stdout.includes(`the whole event: signalbox explain ${run.event.id} --json`))
      assert.ok(stdout.length < 30_000)
    },
  )

  await t.test('check and plan say whom the names in the files mean', async () => {
    for (const command of ['check', 'plan']) {
      const { stdout } = await signalbox(env, command, EXAMPLES)
      assert.match(stdout, /^@ada → Ada Lovelace, U[A-Z0-9]+$/m, stdout)
      assert.match(stdout, /^@support-leads → Support leads \(group\), S[A-Z0-9]+$/m)
    }
  })

  await t.test('text from outside moves no cursor and turns no text round', async () => {
    const { stdout } = await signalbox(env, 'status', 'order-delivery')
    assert.match(stdout, /esc·\[2Jape·/)
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(stdout, /[\u001b\u202e]/)
  })

  await t.test(
    'who may not resolve is told who may; who may resolves; who comes later is told who won',
    async () => {
      const stranger = await signalbox(env, 'resolve', '1042', '--approve', '--as', '@joan')
      assert.equal(stranger.code, 1)
      assert.match(stranger.stderr, /You can't resolve this\. Ask .*support-leads/)
      const lead = await signalbox(env, 'resolve', '1042', '--approve', '--as', '@ada')
      assert.equal(lead.code, 0, lead.stderr)
      const late = await signalbox(env, 'resolve', '1042', '--decline', 'too late', '--as', '@grace')
      assert.equal(late.code, 1)
      // As what it is: the login and host of whoever typed it, and whom they said to be.
      const by = `${userInfo().username.toLowerCase()}@${hostname()} as @ada`
      assert.ok(late.stderr.includes(`${by} has already resolved this (approved)`), late.stderr)
      assert.ok((await signalbox(env, 'explain', '1042')).stdout.includes(by))
      const { audit } = JSON.parse((await signalbox(env, 'audit', 'list', '--json')).stdout) as {
        audit: { action: string; actor: string }[]
      }
      const approvals = audit.filter(({ actor }) => actor === `cli:${by}`)
      assert.ok(approvals.length > 0, JSON.stringify(audit.slice(0, 5)))
    },
  )

  await t.test('a dismissal keeps its reason, a correction goes through the checks', async () => {
    const dismissed = await signalbox(env, 'resolve', '1043', '--dismiss', 'asked twice', '--as', '@ops-lead')
    assert.equal(dismissed.code, 0, dismissed.stderr)
    assert.match(dismissed.stdout, /Dismissed: run_\w+ completed as dismissed/)
    assert.match((await signalbox(env, 'explain', '1043')).stdout, /dismissed: asked twice/)
    const wrong = await signalbox(env, 'resolve', '1044', '--fix', 'status=sunk', '--as', '@ops-lead')
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /^status: /m)
    assert.equal(
      (await signalbox(env, 'resolve', '1044', '--fix', 'status=delivered', '--as', '@ops-lead')).code,
      0,
    )
  })

  await t.test("times are those of the reader's zone, or UTC; JSON has them as ISO 8601", async () => {
    const there = { ...env, TZ: 'Asia/Tokyo' }
    const read = /\w{3}, \w{3} \d+, \d+:\d\d(:\d\d)? [AP]M /
    const listed = [['status', '1043'], ['status', 'order-delivery'], ['explain', '1043'], ['list'], ['versions', 'order-delivery'], ['audit', 'list']] // prettier-ignore
    for (const words of listed) {
      const here = await signalbox(there, ...words)
      const utc = await signalbox(there, ...words, '--utc')
      assert.match(here.stdout, new RegExp(`${read.source}GMT\\+9`), words.join(' '))
      assert.doesNotMatch(utc.stdout, /GMT\+9/, words.join(' '))
      assert.match(utc.stdout, new RegExp(`${read.source}UTC`), utc.stderr)
    }
    const { run } = JSON.parse((await signalbox(there, 'status', '1043', '--json')).stdout) as {
      run: { receivedAt: string }
    }
    assert.match(run.receivedAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  await t.test('resolving wants exactly one way', async () => {
    for (const ways of [[], ['--approve', '--retry'], ['--fix', 'status']])
      assert.equal((await signalbox(env, 'resolve', '1044', ...ways)).code, 2)
  })

  await t.test('the ledger holds, and says so when it does not', async () => {
    await bot.untilIdle()
    const right = await signalbox(env, 'ledger', '--verify', '--json')
    assert.equal(right.code, 0, right.stderr)
    const { accepted, unaccounted } = JSON.parse(right.stdout) as { accepted: number; unaccounted: number }
    assert.deepEqual({ accepted, unaccounted }, { accepted: 5, unaccounted: 0 })

    // A row of its own: however many hours and shards the four stand in, one too many is told.
    await bot.app.db.prisma.$executeRaw`
      INSERT INTO counter (workflow_key, hour, metric, shard, count) VALUES ('order-delivery', 'epoch', 'accepted', 0, 1)`
    const wrong = await signalbox(env, 'ledger')
    assert.equal(wrong.code, 1)
    assert.match(wrong.stdout, /Received +6\n.*Unaccounted +1 /s)
    const verified = await signalbox(env, 'ledger', '--verify')
    assert.equal(verified.code, 1)
    assert.match(verified.stderr, /received: the counters say 6, the rows 5/)
    assert.match(
      verified.stderr,
      /order-delivery, Thu, Jan 1, 1970, 12:00 AM UTC, accepted: the counters say 1, the rows 0/,
    )
  })

  await t.test(
    'replay takes its version with a space too, and does not tell that of the program',
    async () => {
      const wrong = await signalbox(env, 'replay', '1043', '--version', 'newest')
      assert.deepEqual([wrong.code, wrong.stdout], [2, ''])
      assert.match(wrong.stderr, /--version must be current or original, got "newest"/)
      const right = await signalbox(env, 'replay', '1043', '--version', 'original', '--as', '@ops-lead')
      assert.equal(right.code, 0, right.stderr)
      assert.match(right.stdout, /Replaying run_\w+ as run_/)
      assert.match((await signalbox(env, '--version')).stdout, /^\d+\.\d+/)
    },
  )
})
