// kill -9 at every step of the way: nothing is lost, nothing done twice, and the law holds. On PostgreSQL there are two
// replicas: one dies, and the other does the rest. The embedded database has one process: it is started again.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { countLedger, readLedger, counterFaults } from '../../src/db/digest/ledger.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { readBatches } from '../../src/db/runs/replay-batches.ts'
import { controlOf } from '../../src/local-slack/control-client.ts'
import { startLocalSlack } from '../../src/local-slack/server.ts'
import { isOnServer, testDatabase, type TestDatabase } from '../database.ts'
import { startTarget, type Target } from '../target.ts'
import { type BotChild, startBotChild } from './bot-child.ts'
import type { Given } from './bot-process.ts'

const SRC = join(import.meta.dirname, '../../src')
const AT_ONCE = 6
const MOST_ROUNDS = 30
/** Of the events of a round, so many are small enough to be paid. */
const PAID = 3
/** Runs that look something up go another way: those of the fail points on it. */
const lookup = (target: string) => `enrich: { customer: { http: { url: "${target}/customer" } } }`
const workflow = (target: string, { key, point }: Case) => `
workflow: ${key}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields: { id: { type: string, from: event.id }, amount: { type: number, from: event.amount } }
${point.startsWith('enrich.') ? lookup(target) : ''}
rules: [{ rule: small, when: 'record.amount < 3.0', route: pay }, { rule: rest, when: 'true', route: look }]
routes:
  pay:
    actions:
      - { action: pay, as: paid, http: { url: "${target}/pay", json: { id: "\${record.id}" } } }
      - { action: tell, http: { url: "${target}/tell", json: { id: "\${record.id}", paid: "\${actions.paid.body.ok}" } } }
    outcome: achieved
  look: { exception: { reason: needs_judgement, text: Look at it } }
`

/** A fail point, and the workflow whose runs meet it. */
interface Case {
  key: string
  point: string
}

/** Every fail point of a run (those of migrations are test/db/killed's, those of imports import-table.test's): one that no round reaches fails, for nobody dies. */
const cases: Case[] = globSync('**/*.ts', { cwd: SRC })
  .flatMap((file) => [...readFileSync(join(SRC, file), 'utf8').matchAll(/failPoint\('([a-z]+\.[a-z]+)'\)/g)])
  .map(([, point]) => point as string)
  .toSorted()
  .map((point) => ({ key: point.replaceAll('.', '-'), point }))

/** Where all of them die, one after the other. */
interface Stage {
  database: TestDatabase
  target: Target
  slackUrl: string
  given: Omit<Given, 'clockAheadMs'>
  /** The replica that lives on. */
  beside: BotChild | undefined
  clockAheadMs: number
}

interface Scope {
  /** What was asked for last is done first. */
  after(clean: () => void | Promise<void>): void
}

const startChild = (scope: Scope, { database, given, clockAheadMs }: Omit<Stage, 'beside'>, failAt = '') =>
  startBotChild(scope, { env: database.env, given: { ...given, clockAheadMs }, failAt })

async function setStage(scope: Scope): Promise<Stage> {
  const database = await testDatabase()
  const slack = await startLocalSlack({
    port: 0,
    dataDir: mkdtempSync(join(tmpdir(), 'signalbox-slack-')),
    rateLimits: false,
  })
  const target = await startTarget(scope)
  const { botToken, appToken, signingSecret, apiUrl } = slack.credentials
  const stage = {
    database,
    target,
    slackUrl: slack.url,
    given: {
      slack: { botToken, appToken, signingSecret, apiUrl },
      workflows: cases.map((one) => workflow(target.url, one)),
    },
    clockAheadMs: 0,
  }
  scope.after(async () => {
    await slack.stop()
    await database.remove()
  })
  if (!isOnServer()) return { ...stage, beside: undefined }
  const beside = await startChild(scope, stage)
  scope.after(async () => assert.equal(await beside.tell({ stop: true }), 'stopped'))
  return { ...stage, beside }
}

/** Sends the events of a round to these in turn; resolves with the statuses, 0 where nobody answered. */
const sendBatch = (urls: string[], { key }: Case, round: number): Promise<number[]> =>
  Promise.all(
    Array.from({ length: AT_ONCE }, async (_, n) => {
      try {
        const response = await fetch(`${urls[n % urls.length]}/hooks/${key}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ id: `${key}-${round}-${n}`, amount: n }),
        })
        await response.arrayBuffer()
        return response.status
      } catch {
        return 0
      }
    }),
  )

interface Done extends Case {
  rounds: number
  /** After each round, all that had arrived until then was replayed. */
  isReplayed: boolean
}

/** What must hold after these rounds, whoever died meanwhile. */
async function check(stage: Stage, { key, rounds, isReplayed }: Done): Promise<void> {
  const events = rounds * AT_ONCE
  const times = isReplayed ? 1 + (rounds + 1) / 2 : 1
  const db = await openDatabase(stage.database.options)
  try {
    const ledger = await readLedger(db.prisma, [key])
    assert.deepEqual([ledger.accepted, ledger.unaccounted, ledger.inFlight], [events * times, 0, 0])
    const whole = await readLedger(db.prisma)
    assert.deepEqual([whole.unaccounted, whole.inFlight], [0, 0])
    assert.deepEqual((await countLedger(db.prisma)).byOutcome, whole.byOutcome)
    assert.deepEqual(await counterFaults(db.prisma, 5), [])
    const ofCase = { workflowKey: key }
    const runs = await db.prisma.run.findMany({ where: ofCase, select: { subject: true } })
    assert.equal(new Set(runs.map(({ subject }) => subject)).size, events)
    const exceptions = await db.prisma.exception.findMany({ where: ofCase, select: { id: true } })
    const cards = await db.prisma.card.findMany({
      where: { kind: 'exception', subjectId: { in: exceptions.map(({ id }) => id) } },
    })
    assert.equal(cards.length, (events - rounds * PAID) * times)
    const batches = (await readBatches(db.prisma, 'all')).filter((batch) => batch.workflow === key)
    assert.equal(batches.length, isReplayed ? rounds : 0)
    for (const { state, total, replayed } of batches) assert.deepEqual([state, replayed], ['done', total])
    // Posts that Slack took, by the card they are of.
    const calls = await controlOf(stage.slackUrl).calls('chat.postMessage')
    const posts = calls.filter(({ answer }) => (answer as { ok: boolean }).ok)
    // Many of one kind in a minute stand under one card: those have none of their own.
    for (const { id, foldedInto } of cards) {
      const own = posts.filter(({ args }) => JSON.stringify(args).includes(id)).length
      assert.equal(own, foldedInto === null ? 1 : 0, `card ${id}`)
    }
  } finally {
    await db.close()
  }
  // A target that honours keys does the work once a key: one key an order, however often it was called.
  for (const step of ['/pay', '/tell']) {
    const keysOf = new Map<string, Set<unknown>>()
    for (const { path, body, headers } of stage.target.requests) {
      const { id = '', paid } = (body ?? {}) as { id?: string; paid?: boolean }
      if (path !== step || !id.startsWith(`${key}-`)) continue
      keysOf.set(id, (keysOf.get(id) ?? new Set()).add(headers['idempotency-key']))
      // What the first step heard is there for the second one, whoever died in between.
      if (step === '/tell') assert.equal(paid, true)
    }
    assert.equal(keysOf.size, rounds * PAID)
    for (const [id, keys] of keysOf) assert.equal(keys.size, 1, `${id} was sent under two keys`)
  }
}

// Longer than any lease.
const AHEAD_MS = 600_000
const DIES_WITHIN_MS = 20_000
const isDead = ({ child }: BotChild) => child.signalCode !== null

describe('killed at', () => {
  let stage: Stage
  const over: (() => void | Promise<void>)[] = []
  before(async () => {
    stage = await setStage({ after: (clean) => void over.unshift(clean) })
  })
  after(async () => {
    for (const clean of over) await clean()
  })

  for (const one of cases)
    test(`${one.point}: each event is there once, and ends once`, async (t) => {
      const { key, point } = one
      const { beside } = stage
      const first = await startChild(t, stage, point)
      const isReplayed = point.startsWith('replay.')
      const sent: number[][] = []
      // Of two replicas either may take up what arrives: until the one with the fail point did.
      while (!isDead(first) && sent.length < (beside ? MOST_ROUNDS : 1)) {
        const urls = beside ? [first.url, beside.url] : [first.url]
        const statuses = await sendBatch(urls, one, sent.length)
        assert.ok(statuses.every((status) => status === 202 || status === 0))
        sent.push(statuses)
        await first.tell({ drain: true })
        if (point.startsWith('resolve.')) await first.tell({ resolve: true })
        if (isReplayed) await first.tell({ replay: { workflow: key, name: `${key}-${sent.length}` } })
      }
      const timeUp = AbortSignal.timeout(DIES_WITHIN_MS)
      if (!isDead(first))
        await once(first.child, 'exit', { signal: timeUp }).catch(() =>
          assert.fail(`nobody died at ${point}`),
        )
      assert.equal(first.child.signalCode, 'SIGKILL')
      // Ten minutes later, so that whatever the dead process held is free.
      stage.clockAheadMs += AHEAD_MS
      const second = beside ?? (await startChild(t, stage))
      await second.tell({ clockAheadMs: stage.clockAheadMs })
      for (const [round, earlier] of sent.entries()) {
        const again = await sendBatch([second.url], one, round)
        assert.ok(again.every((status) => status === 202 || status === 200))
        // What was accepted before is known: it is not accepted a second time.
        assert.ok(again.every((status, n) => earlier[n] !== 202 || status === 200))
      }
      assert.equal(await second.tell({ drain: true }), 'drained')
      if (second !== beside) assert.equal(await second.tell({ stop: true }), 'stopped')
      await check(stage, { ...one, rounds: sent.length, isReplayed })
    })
})
