// Retention and erasure: what a run held of people goes, what it proves stays, and open work is never touched.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync } from 'node:fs'
import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyChain } from '../../src/db/audit/audit-chain.ts'
import { countLedger, readLedger } from '../../src/db/digest/ledger.ts'
import type { Database } from '../../src/db/store/open.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { validateBlocks } from '../../src/local-slack/block-kit/index.ts'
import { prune } from '../../src/pipeline/retention/prune.ts'
import { eraseSubject } from '../../src/pipeline/retention/erase-subject.ts'
import { replay, replayIn, versionFor } from '../../src/pipeline/resume/replay.ts'
import { explainBlocks } from '../../src/slack/modals/why.ts'
import { type Bot, startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { isOnServer } from '../database.ts'
import { startTarget } from '../target.ts'

const NAME = 'Grace Hopper'
const DAY = 86_400_000
/** Who the command line was, when it said to be Ada. */
const BY = `${userInfo().username.toLowerCase()}@${hostname()} as @ada`

const workflow = (url: string) => `
workflow: refunds
title: Refunds
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.customer
fields:
  customer: { type: string }
  name: { type: string }
  amount: { type: number }
  kind: { type: string, missing: ignore }
enrich:
  earlier: { history: { same: record.name, within: 365d } }
rules:
  - { rule: nobody, when: 'record.name == "nobody"', route: done }
  - { rule: small, when: 'has(record.kind) && record.kind == "small"', route: done }
  - { rule: rest, when: 'true', route: pay }
routes:
  done: { outcome: ignored }
  pay:
    review: { by: "@ada" }
    actions:
      - action: refund
        http: { url: "${url}/refunds", json: { name: "\${record.name}" } }
    outcome: achieved
`
const standards = (retention = '') =>
  `channels: { exceptions: "#ops-exceptions", alerts: "#ops-alerts" }\n${retention}`

/** Every row of the run's tables as text, with the event's body readable. */
async function allRows({ prisma }: Database, runs: string[]): Promise<string> {
  const texts = await prisma.$queryRaw<{ text: string }[]>`
    SELECT (to_jsonb(e) || jsonb_build_object('body', convert_from(e.body, 'UTF8')))::text AS text
      FROM event e JOIN run r ON r.event_id = e.id WHERE r.id = ANY(${runs})
    UNION ALL SELECT to_jsonb(t)::text FROM record t WHERE run_id = ANY(${runs})
    UNION ALL SELECT to_jsonb(t)::text FROM decision t WHERE run_id = ANY(${runs})
    UNION ALL SELECT to_jsonb(t)::text FROM attempt t WHERE run_id = ANY(${runs})
    UNION ALL SELECT to_jsonb(t)::text FROM exception t WHERE run_id = ANY(${runs})
    UNION ALL SELECT to_jsonb(t)::text FROM outcome t WHERE run_id = ANY(${runs})
    UNION ALL SELECT to_jsonb(t)::text FROM audit t WHERE run_id = ANY(${runs})
    UNION ALL SELECT to_jsonb(t)::text FROM seen t WHERE root = ANY(${runs})`
  return texts.map(({ text }) => text).join('\n')
}

/** Everything that counts: it may not change by a single one. */
async function figures({ prisma }: Database) {
  const { accepted, outcomes, open, inFlight } = await countLedger(prisma)
  const ledger = await readLedger(prisma)
  const ended = await prisma.outcome.findMany({
    omit: { note: true },
    orderBy: { runId: 'asc' },
  })
  return { accepted, outcomes, open, inFlight, ledger, ended }
}

const waitingForALock = async ({ prisma }: Database): Promise<number> =>
  Number(
    (
      await prisma.$queryRaw<{ n: bigint }[]>`
        SELECT count(*) AS n FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE NOT granted AND locktype = 'advisory' AND d.datname = current_database()`
    )[0]?.n ?? 0,
  )

async function resolveOpen(
  bot: Bot,
  run: string,
  resolution: Parameters<Bot['app']['resolve']>[0]['resolution'],
) {
  const { prisma } = bot.app.db
  const { id } = await prisma.exception.findFirstOrThrow({ where: { runId: run, state: 'open' } })
  const ada = await prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
  const actor = { id: ada.id, surface: 'slack' as const }
  assert.equal((await bot.app.resolve({ exceptionId: id, actor, resolution })).kind, 'resolved')
  await bot.untilIdle()
}

test("one subject's data goes on request: out of every table and out of Slack, while all that counts stays", async (t) => {
  const target = await startTarget(t)
  const bot = await startBot(t, { env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
  await bot.publish({ refunds: workflow(target.url) }, standards())
  const { db } = bot.app
  const send = async (id: string, customer: string, amount: unknown = 5) =>
    (await bot.send('refunds', { id, customer, name: NAME, amount })).body.run
  const paid = await send('1', 'C-1')
  const wrong = await send('2', 'C-1', 'five')
  const open = await send('3', 'C-1')
  const other = await send('4', 'C-2')
  await bot.untilIdle()
  await resolveOpen(bot, paid, { do: 'approve' })
  await resolveOpen(bot, wrong, { do: 'dismiss', note: `${NAME} withdrew` })
  await resolveOpen(bot, other, { do: 'approve' })
  const before = await figures(db)
  const held = [await allRows(db, [open]), await allRows(db, [other])]
  const posted = async () =>
    JSON.stringify((await bot.control.messages({ channel: '#ops-exceptions', limit: 200 })).messages)
  assert.ok((await posted()).includes(`${NAME} withdrew`))

  const words = ['erase', '--subject', 'C-1', '--reason', 'asked for by letter', '--yes', '--as', '@ada']
  await t.test('not while something of it is open, unless that is said', async () => {
    const refused = await signalbox(bot.env, ...words)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, new RegExp(`has open work, which is never erased: ${open}`))
    assert.ok((await allRows(db, [paid])).includes(NAME))
    const unknown = await signalbox(bot.env, 'erase', '--subject', 'C-9', '--reason', 'x', '--yes')
    assert.equal(unknown.code, 1)
    const done = await signalbox(bot.env, ...words, '--leave-open')
    assert.equal(done.code, 0, done.stderr)
    assert.match(done.stdout, /2 runs of "C-1" erased/)
  })

  await t.test('nothing of it is left, what is open or of others is as it was', async () => {
    assert.ok(!(await allRows(db, [paid, wrong])).includes('Hopper'))
    assert.deepEqual([await allRows(db, [open]), await allRows(db, [other])], held)
    const deadline = Date.now() + 10_000
    while ((await posted()).includes('withdrew')) {
      assert.ok(Date.now() < deadline, 'the card still says it after 10 s')
      await bot.app.slack.notifier.drain()
    }
  })

  await t.test('counts, times and outcomes stand, the ledger adds up, the chain holds', async () => {
    assert.deepEqual(await figures(db), before)
    const check = await verifyChain(db.prisma)
    assert.equal(check.fault, undefined)
    assert.ok(check.erased > 0n)
    const [row] = await db.prisma.audit.findMany({ where: { action: 'subject.erased' } })
    assert.deepEqual(
      [row?.target, row?.actor, row?.note, row?.after],
      ['C-1', `cli:${BY}`, 'asked for by letter', { runs: 2, left: 1, workflow: null }],
    )
  })

  await t.test('explain says so, on the command line, as a page and in Slack', async () => {
    const { code, stdout } = await signalbox(bot.env, 'explain', paid)
    assert.equal(code, 0)
    assert.match(stdout, /Body +\(erased on \d{4}-\d\d-\d\d by \S+@\S+ as @ada\)/)
    assert.match(stdout, /✗ nobody\n/)
    const page = join(mkdtempSync(join(tmpdir(), 'signalbox-page-')), 'erased.html')
    assert.equal((await signalbox(bot.env, 'explain', wrong, '--html', page)).code, 0)
    assert.match(readFileSync(page, 'utf8'), /payloads: erased on/)
    const run = await readRun(db.prisma, paid)
    assert.ok(run)
    const blocks = explainBlocks(run)
    assert.deepEqual(validateBlocks(blocks, 'message'), [])
    assert.match(JSON.stringify(blocks), /erased on/)
  })

  await t.test('it cannot be replayed any more', async () => {
    const { catalog, queue } = bot.app
    const deps = { db, catalog, queue, clock: () => new Date(), cardsChanged: () => {} }
    const actor = { id: 'cli:ada', surface: 'cli' as const }
    const answer = await replay(deps, { runId: paid, version: 'current', actor })
    assert.equal(answer.kind, 'already')
    assert.match(answer.kind === 'already' ? answer.because : '', /erased on/)
  })

  await t.test('records can be emptied in a session that asks for it, and changed in none', async () => {
    const erasing = (sql: string) =>
      db.transaction(async (tx) => {
        await tx.$executeRaw`SELECT set_config('signalbox.erasing', 'on', true)`
        await tx.$executeRawUnsafe(sql)
      })
    const never = [
      `UPDATE event SET body = 'x'`,
      `UPDATE event SET body = '', headers = '{}', source = 'x'`,
      `UPDATE decision SET inputs = '{}', rule = 'another'`,
      `UPDATE decision SET inputs = '{}', trace = '[]'`,
      `UPDATE outcome SET note = NULL, kind = 'failed'`,
      `UPDATE outcome SET note = 'x'`,
      `UPDATE workflow_version SET source = ''`,
    ]
    for (const sql of never) await assert.rejects(erasing(sql), /never changed/, sql)
    await assert.rejects(
      db.prisma.$executeRawUnsafe(`UPDATE event SET body = '', headers = '{}'`),
      /never changed/,
    )
  })
})

test('what ended longer ago than signalbox.yaml keeps it is emptied class by class, and no run that is open', async (t) => {
  let now = new Date('2026-01-10T12:00:00Z')
  const target = await startTarget(t)
  const bot = await startBot(t, {
    clock: () => now,
    env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' },
    roles: ['web', 'worker', 'notifier'], // a scheduler would prune by itself, between two lines of this test
  })
  const { db } = bot.app
  await bot.publish({ refunds: workflow(target.url) }, standards())
  const send = async (id: string, kind: string) =>
    (await bot.send('refunds', { id, customer: `C-${id}`, name: NAME, amount: 5, kind })).body.run
  const old: string[] = []
  for (const id of ['1', '2', '3', '4', '5']) old.push(await send(id, 'small'))
  const open = await send('6', 'large')
  await bot.untilIdle()
  now = new Date(now.getTime() + 20 * DAY)
  const young = await send('7', 'small')
  await bot.untilIdle()
  const before = await figures(db)
  const untouched = await allRows(db, [open])
  const kept = await allRows(db, [young])
  const go = async (isDry = false) => {
    const answer = await prune(
      { db, clock: () => now },
      { actor: { id: 'cli:ada', surface: 'cli' }, isDry, batch: 2 },
    )
    assert.equal(answer.kind, 'pruned')
    return answer.kind === 'pruned' ? answer.parts.map(({ part, runs }) => [part, runs]) : []
  }

  assert.deepEqual(await go(), [], 'by default everything is kept')
  await bot.publish({}, standards('retention: { payloads: 30d, records: 60d }'))
  now = new Date(now.getTime() + 15 * DAY)
  assert.deepEqual(await go(true), [
    ['payloads', 5],
    ['records', 0],
  ])
  assert.ok((await allRows(db, old)).includes('C-1'), 'a dry run empties nothing')
  const dry = await signalbox(bot.env, 'prune', '--dry-run', '--json')
  assert.equal(dry.code, 0, dry.stderr)

  assert.deepEqual(await go(), [
    ['payloads', 5],
    ['records', 0],
  ])
  const bodies = await db.prisma.event.findMany({ where: { run: { id: { in: old } } } })
  assert.ok(bodies.every(({ body, headers }) => body.length === 0 && JSON.stringify(headers) === '{}'))
  assert.ok((await allRows(db, old)).includes(NAME), 'records are kept longer')
  assert.equal(await allRows(db, [young]), kept)
  assert.deepEqual(await go(), [
    ['payloads', 0],
    ['records', 0],
  ])
  now = new Date(now.getTime() + 26 * DAY)
  assert.deepEqual(await go(), [
    ['payloads', 1],
    ['records', 5],
  ])
  assert.ok(!(await allRows(db, old)).includes('Hopper'))
  assert.equal(await allRows(db, [open]), untouched)
  assert.deepEqual(await figures(db), before)
  assert.equal((await verifyChain(db.prisma)).fault, undefined)
})

test(
  'a run that is being replayed is not erased beside its copy: the copy is open work',
  { skip: !isOnServer() },
  async (t) => {
    const target = await startTarget(t)
    const bot = await startBot(t)
    await bot.publish({ refunds: workflow(target.url) }, standards())
    const { db, catalog, queue } = bot.app
    const { body } = await bot.send('refunds', { id: '1', customer: 'C-7', name: 'nobody', amount: 1 })
    await bot.untilIdle()
    const deps = { db, catalog, queue, clock: () => new Date(), cardsChanged: () => {} }
    const actor = { id: 'cli:ada', surface: 'cli' } as const
    const what = { runId: body.run, version: 'current', actor } as const
    const ready = await versionFor(deps, what)
    assert.ok(ready)
    const copied = Promise.withResolvers<void>()
    const written = Promise.withResolvers<void>()
    const replaying = db.transaction(async (tx) => {
      const answer = await replayIn(deps, tx, ready, what)
      copied.resolve()
      await written.promise
      return answer
    })
    await copied.promise
    const erasing = eraseSubject(deps, { subject: 'C-7', reason: 'asked for', actor })
    while ((await waitingForALock(db)) === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    written.resolve()
    const answer = await replaying
    assert.equal(answer.kind, 'replayed')
    assert.deepEqual(await erasing, {
      kind: 'open_work',
      open: answer.kind === 'replayed' ? [answer.runId] : [],
    })
  },
)
