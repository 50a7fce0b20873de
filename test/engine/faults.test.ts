// The fault table: two live replicas on one PostgreSQL of their own, and the world fails around them. After each row:
// the law holds, no accepted event is lost, a target that honours keys did each piece of work once, and what one
// would expect waits for a person. Kills at every step are in kill.test.ts; here one replica dies beside the other.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { Client } from 'pg'
import { countLedger, readLedger } from '../../src/db/digest/ledger.ts'
import { type Database, openDatabase } from '../../src/db/store/open.ts'
import { type LocalSlack, startLocalSlack } from '../../src/local-slack/server.ts'
import { findBinaries, startPostgres, type TestServer } from '../suite/postgres.ts'
import { type BotChild, startBotChild } from './bot-child.ts'
import { until } from '../until.ts'

const binaries = findBinaries()
const DATABASE_DOWN_MS = 20_000
/** Of the largest events, more than two replicas let wait for the database (64 MiB of base64 each). */
const TOO_MANY = 150
const workflow = `
workflow: orders
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields:
  id: { type: string, from: event.id }
  port: { type: integer, from: event.port }
  text: { type: string, from: event.text, missing: ignore }
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    actions:
      - action: pay
        http: { url: "http://127.0.0.1:\${record.port}/", json: { id: "\${record.id}" }, timeout: 1s }
        retry: { attempts: 3, first: 1s, most: 2s }
    outcome: achieved
`

/** A target that honours idempotency keys: \`work\` counts what it did for each order, whatever it answered. */
async function startPayments(t: TestContext, answer: (response: ServerResponse, call: number) => void) {
  const work = new Map<string, number>()
  const keys = new Set<unknown>()
  let calls = 0
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => (text += part.toString()))
    request.on('end', () => {
      const { id } = JSON.parse(text) as { id: string }
      const key = request.headers['idempotency-key']
      if (!keys.has(key)) work.set(id, (work.get(id) ?? 0) + 1)
      keys.add(key)
      calls += 1
      answer(response, calls)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, work, calls: () => calls }
}
const called = (target: { calls(): number }, times: number) =>
  until(`the target is called ${times} times`, () => target.calls() >= times)
const ok = (response: ServerResponse) => void response.end('{"ok":true}')

const doneOnce = (work: Map<string, number>, n: number) => {
  assert.equal(work.size, n)
  assert.ok([...work.values()].every((times) => times === 1))
}

describe(
  'two replicas',
  { skip: binaries === undefined && 'this machine has no PostgreSQL binaries' },
  () => {
    let postgres: TestServer
    let slack: LocalSlack
    let db: Database
    let replicas: BotChild[] = []
    let accepted = 0
    let sent = 0
    const atEnd: (() => void)[] = []

    const startReplica = () => {
      const { botToken, appToken, signingSecret, apiUrl } = slack.credentials
      const given = {
        slack: { botToken, appToken, signingSecret, apiUrl },
        workflows: [workflow],
        clockAheadMs: 0,
      }
      const env = { DATABASE_URL: postgres.url, DATA_DIR: mkdtempSync(join(tmpdir(), 'signalbox-test-')) }
      return startBotChild({ after: (clean) => void atEnd.push(clean) }, { env, given })
    }
    const send = async (body: object, to = sent % replicas.length) => {
      sent += 1
      try {
        const response = await fetch(`${replicas[to]?.url}/hooks/orders`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(60_000),
        })
        if (response.status === 202) accepted += 1
        const answer = (await response.json()) as { run?: string }
        return { status: response.status, retryAfter: response.headers.get('retry-after'), run: answer.run }
      } catch {
        return { status: 0, retryAfter: null, run: undefined }
      }
    }
    const sendMany = (name: string, port: number, n: number) =>
      Promise.all(Array.from({ length: n }, (_, at) => send({ id: `${name}-${at}`, port })))

    /** Everything has come to rest, and the law holds. Resolves with the open exceptions of events named so. */
    async function atRest(name: string): Promise<string[]> {
      for (const replica of replicas) assert.equal(await replica.tell({ drain: true }), 'drained')
      const ledger = await readLedger(db.prisma)
      assert.deepEqual([ledger.accepted, ledger.unaccounted, ledger.inFlight], [accepted, 0, 0])
      assert.deepEqual(await countLedger(db.prisma), ledger)
      const open = await db.prisma.exception.findMany({
        where: { state: 'open', run: { subject: { startsWith: name } } },
      })
      return open.map(({ reason }) => reason)
    }

    before(async () => {
      postgres = await startPostgres(binaries as string)
      slack = await startLocalSlack({
        port: 0,
        dataDir: mkdtempSync(join(tmpdir(), 'signalbox-slack-')),
        rateLimits: false,
      })
      // Side by side: both want to migrate.
      replicas = await Promise.all([startReplica(), startReplica()])
      db = await openDatabase({ databaseUrl: postgres.url, dataDir: '', poolSize: 2 })
    })
    after(async () => {
      for (const clean of atEnd) clean()
      await db?.close()
      await slack?.stop()
      await postgres?.stop()
    })

    test('the same delivery twenty times, at both: one event, one run, one effect', async (t) => {
      const target = await startPayments(t, ok)
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send({ id: 'twice-0', port: target.port })),
      )
      assert.equal(answers.filter(({ status }) => status === 202).length, 1)
      assert.equal(answers.filter(({ status }) => status === 200).length, 19)
      assert.equal(new Set(answers.map(({ run }) => run)).size, 1)
      assert.deepEqual(await atRest('twice'), [])
      doneOnce(target.work, 1)
    })

    test('a target that does the work and then answers 500: tried again under the same key', async (t) => {
      const target = await startPayments(t, (response, call) => {
        response.statusCode = call <= 2 ? 500 : 200
        response.end()
      })
      await sendMany('after', target.port, 2)
      assert.deepEqual(await atRest('after'), [])
      doneOnce(target.work, 2)
      assert.ok(target.calls() > 2)
    })

    test('a target that hangs: given up after its tries, with the exception that says so', async (t) => {
      const target = await startPayments(t, () => {})
      await sendMany('hang', target.port, 1)
      assert.deepEqual(await atRest('hang'), ['action_failed'])
      doneOnce(target.work, 1)
      assert.equal(target.calls(), 3)
    })

    test('429 with Retry-After: nobody comes back earlier than asked', async (t) => {
      const at: number[] = []
      const target = await startPayments(t, (response, call) => {
        at.push(Date.now())
        if (call === 1) response.writeHead(429, { 'retry-after': '3' }).end()
        else ok(response)
      })
      await sendMany('later', target.port, 1)
      assert.deepEqual(await atRest('later'), [])
      doneOnce(target.work, 1)
      assert.ok((at[1] ?? 0) - (at[0] ?? 0) >= 2900, `came back after ${(at[1] ?? 0) - (at[0] ?? 0)} ms`)
    })

    test('garbage from a target: an answer that is no HTTP fails, bytes that are no JSON are done', async (t) => {
      const garbage = await startPayments(t, (response) => void response.socket?.end('\u0000garbage\r\n\r\n'))
      const bytes = await startPayments(
        t,
        (response) => void response.end(Buffer.from([0, 255, 254, 0, 195])),
      )
      await sendMany('garbage', garbage.port, 1)
      await sendMany('bytes', bytes.port, 1)
      assert.deepEqual(await atRest('garbage'), ['action_failed'])
      assert.deepEqual(await atRest('bytes'), [])
      doneOnce(garbage.work, 1)
      doneOnce(bytes.work, 1)
    })

    test('events that no engine likes, among others: each ends or waits for a person, the others go on', async (t) => {
      const target = await startPayments(t, ok)
      const odd = [
        { id: 'odd-nul', port: target.port, text: '\u0000' },
        { id: 'odd-half', port: target.port, text: '\ud800' },
        { id: 'odd-proto', port: target.port, text: 'x', ['__proto__']: { id: 'odd-other' } },
        { id: 'odd-port', port: 99_999 },
        { id: 'odd-type', port: { deep: [[[[1]]]] } },
        { id: 'odd-long', port: target.port, text: 'x'.repeat(500_000) },
      ]
      const answers = await Promise.all([
        ...odd.map((body) => send(body)),
        ...Array.from({ length: 10 }, (_, n) => send({ id: `fine-${n}`, port: target.port })),
      ])
      assert.ok(answers.every(({ status }) => status === 202))
      assert.deepEqual((await atRest('odd')).toSorted(), ['action_refused', 'invalid_field'])
      assert.deepEqual(await atRest('fine'), [])
      doneOnce(target.work, 14)
    })

    test('a clock that jumps an hour ahead, and back: what another holds may be taken up, its effect is not repeated', async (t) => {
      const target = await startPayments(t, (response) => void setTimeout(() => ok(response), 600))
      const sending = sendMany('jump', target.port, 4)
      await called(target, 1)
      await replicas[1]?.tell({ clockAheadMs: 3_600_000 })
      await sending
      await sendMany('ahead', target.port, 2)
      await replicas[1]?.tell({ clockAheadMs: -3_600_000 })
      await sendMany('behind', target.port, 2)
      await replicas[1]?.tell({ clockAheadMs: 0 })
      for (const name of ['jump', 'ahead', 'behind']) assert.deepEqual(await atRest(name), [])
      doneOnce(target.work, 8)
    })

    test('more than both let wait for a database that stands still: 503 with Retry-After at once, what was accepted is done', async (t) => {
      const target = await startPayments(t, ok)
      const blocker = new Client({ connectionString: postgres.url })
      await blocker.connect()
      t.after(() => blocker.end())
      await blocker.query('BEGIN; LOCK TABLE event IN ACCESS EXCLUSIVE MODE')
      const large = (at: number) => ({ id: `full-${at}`, port: target.port, pad: 'x'.repeat(900_000) })
      const refused: { at: number; to: number; retryAfter: string | null }[] = []
      const bothRefused = Promise.withResolvers<void>()
      const sending = Promise.all(
        Array.from({ length: TOO_MANY }, async (_, at) => {
          const to = at % replicas.length
          const { status, retryAfter } = await send(large(at), to)
          if (status === 503) refused.push({ at, to, retryAfter })
          if (new Set(refused.map((one) => one.to)).size === replicas.length) bothRefused.resolve()
          return status
        }),
      )
      await Promise.race([bothRefused.promise, sending])
      await blocker.query('COMMIT')
      const statuses = await sending
      assert.ok(statuses.every((status) => status === 202 || status === 503))
      assert.ok(statuses.includes(202))
      assert.deepEqual(new Set(refused.map(({ to }) => to)), new Set([0, 1]))
      assert.ok(refused.every(({ retryAfter }) => Number(retryAfter) > 0))
      for (const { at } of refused) assert.equal((await send(large(at))).status, 202)
      // That much takes its time.
      await until('they end', async () => (await readLedger(db.prisma)).inFlight === 0, 120_000)
      assert.deepEqual(await atRest('full'), [])
      doneOnce(target.work, TOO_MANY)
    })

    test('the database stops and comes back: 503 with Retry-After meanwhile, both go on by themselves', async (t) => {
      const target = await startPayments(t, ok)
      const taken = await sendMany('down', target.port, 6)
      assert.ok(taken.every(({ status }) => status === 202))
      await postgres.crash()
      const downUntil = Date.now() + DATABASE_DOWN_MS
      let refused = 0
      while (Date.now() < downUntil) {
        for (const to of [0, 1]) {
          const { status, retryAfter } = await send({ id: 'down-refused', port: target.port }, to)
          assert.equal(status, 503)
          assert.ok(Number(retryAfter) > 0)
          refused += 1
        }
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
      assert.ok(refused > 4)
      await postgres.restart()
      for (const to of [0, 1]) {
        const up = { id: `up-${to}`, port: target.port }
        await until(`replica ${to} recovers`, async () => (await send(up, to)).status !== 503)
      }
      // What was in hand waits for its lease: both take it up two minutes later by their clocks.
      for (const replica of replicas) await replica.tell({ clockAheadMs: 120_000 })
      assert.deepEqual(await atRest('down'), [])
      for (const replica of replicas) await replica.tell({ clockAheadMs: 0 })
      assert.deepEqual(await atRest('up'), [])
      doneOnce(target.work, 8)
    })

    test('one of two is killed in the middle of its work: the other does the rest', async (t) => {
      const target = await startPayments(t, (response) => void setTimeout(() => ok(response), 300))
      const sending = sendMany('killed', target.port, 12)
      await called(target, 2)
      replicas[1]?.child.kill('SIGKILL')
      const answers = await sending
      // Accepted, though nobody lived to say so: the second delivery finds it.
      replicas = replicas.slice(0, 1)
      const again = await sendMany('killed', target.port, 12)
      assert.ok(again.every(({ status }) => status === 200 || status === 202))
      assert.ok(answers.every(({ status }, at) => status !== 202 || again[at]?.status === 200))
      accepted = await db.prisma.event.count()
      // What the dead one held is free when its lease ends.
      for (const clockAheadMs of [120_000, 240_000]) await replicas[0]?.tell({ clockAheadMs })
      assert.deepEqual(await atRest('killed'), [])
      doneOnce(target.work, 12)
    })
  },
)
