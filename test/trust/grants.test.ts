// deploy/grants.sql on a real PostgreSQL: the bot works under a role that cannot change what is a record.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client } from 'pg'
import { verifyChain } from '../../src/db/audit/audit-chain.ts'
import { mayErase } from '../../src/db/audit/erase.ts'
import { startBot } from '../bot.ts'
import { testDatabase } from '../database.ts'
import { startTarget } from '../target.ts'

const isServer = process.env['TEST_DATABASE_URL'] && process.env['TEST_DATABASE'] !== 'embedded'
const RECORDS = [
  'audit',
  'audit_head',
  'event',
  'decision',
  'outcome',
  'workflow_version',
  'rule',
  'standards',
]

const columns: Record<string, string> = { outcome: 'note', audit_head: 'hash' }

const workflow = (url: string) => `
workflow: refunds
title: Refunds
owner: "@ada"
trigger: { webhook: { verify: { scheme: none }, id: event.id } }
subject: event.id
fields:
  id: { type: string }
rules: [{ rule: all, when: 'true', route: refund }]
routes:
  refund:
    review: { by: "@ada" }
    actions: [{ action: refund, http: { method: POST, url: "${url}/refunds", json: { id: "\${record.id}" } } }]
    outcome: achieved
`

test(
  'under the role of deploy/grants.sql the bot does its work, and cannot change what is a record',
  { skip: isServer ? false : 'needs TEST_DATABASE_URL: roles are a matter of a server' },
  async (t) => {
    const database = await testDatabase()
    const owner = new Client({ connectionString: database.options.databaseUrl })
    await owner.connect()
    const role = `signalbox_bot_${process.pid}`
    const grants = await readFile(join(import.meta.dirname, '../../deploy/grants.sql'), 'utf8')
    await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'correct horse'`)
    await owner.query(grants.replaceAll('signalbox_bot', role))
    const url = new URL(database.options.databaseUrl ?? '')
    url.username = role
    url.password = 'correct horse'

    // Last made, first gone: the bot before its role, the role before its database.
    const cleaning: (() => Promise<void>)[] = [
      () => database.remove(),
      () => owner.end(),
      async () => void (await owner.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`)),
    ]
    const after = { after: (clean: () => Promise<void>) => void cleaning.push(clean) }
    t.after(async () => {
      for (const clean of cleaning.toReversed()) await clean()
    })
    const target = await startTarget(after)
    const bot = await startBot(after, { env: { DATABASE_URL: url.href, ALLOW_PRIVATE_TARGETS: '127.0.0.1' } })
    await bot.publish({ refunds: workflow(target.url) })
    const { status, body } = await bot.send('refunds', { id: '1042' })
    assert.equal(status, 202)
    await bot.untilIdle()
    const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
    const ada = await bot.app.db.prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
    const answer = await bot.app.resolve({
      exceptionId: id,
      actor: { id: ada.id, surface: 'slack' },
      resolution: { do: 'approve' },
    })
    assert.equal(answer.kind, 'resolved')
    await bot.untilIdle()
    const outcome = await bot.app.db.prisma.outcome.findUniqueOrThrow({ where: { runId: body.run } })
    assert.equal(outcome.kind, 'achieved')
    assert.equal((await verifyChain(bot.app.db.prisma)).fault, undefined)

    assert.equal(await mayErase(bot.app.db.prisma), false, 'nor empty it')
    for (const table of RECORDS) {
      const rows = await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)
      assert.ok((rows.rows[0]?.n ?? 0) > 0, `${table} has rows to try it on`)
      for (const statement of [
        `UPDATE ${table} SET ${columns[table] ?? 'id'} = NULL`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
        `ALTER TABLE ${table} DISABLE TRIGGER USER`,
        `DROP TABLE ${table} CASCADE`,
      ]) {
        await assert.rejects(
          bot.app.db.prisma.$executeRawUnsafe(statement),
          /permission denied|must be owner/,
          statement,
        )
      }
    }
  },
)
