// The audit's chain: whoever changes what was written is found, at the row where they did.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { addAudit, type AuditEntry, listAudit, RUNS_EMPTIED } from '../../src/db/audit/audit.ts'
import { chainHead, verifyChain } from '../../src/db/audit/audit-chain.ts'
import type { Database } from '../../src/db/store/open.ts'
import { openTestDatabase, type OpenTestDatabase } from '../database.ts'

const entry = (n: number): AuditEntry => ({
  at: new Date(1_800_000_000_000 + n),
  actor: { id: `U${n}`, surface: 'slack' },
  action: 'exception.approved',
  target: `exc_${n}`,
  runId: `run_${n}`,
  before: { state: 'open', owner: 'Ü"\\\u2028', amount: 12.5 },
  after: { as: 'approved' },
  note: `№ ${n}`,
})

/** A row with right sums of its own, as somebody who knows how they are made would put it in. */
const forged = (id: string, previous: string) => `
  INSERT INTO audit (id, at, actor, surface, action, target, salt, content_hash, previous, hash)
  SELECT ${id}, date_trunc('milliseconds', now()), 'U1', 'cli', 'made.up', 'x', '', content, previous, encode(sha256(convert_to(
    jsonb_build_array(previous, ${id}, to_char(date_trunc('milliseconds', now()) AT TIME ZONE 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'U1', 'cli', 'made.up', 'x', NULL, content)::text, 'UTF8')), 'hex')
  FROM (SELECT encode(sha256(convert_to(jsonb_build_array('', NULL, NULL, NULL)::text, 'UTF8')), 'hex') AS content,
               ${previous} AS previous) AS sums`
const hashOf = (id: number) => `(SELECT hash FROM audit WHERE id = ${id})`

describe('the audit', () => {
  let opened: OpenTestDatabase
  let db: Database
  before(async () => {
    opened = await openTestDatabase()
    db = opened.database
  })
  after(() => opened.close())

  const add = (n: number) => db.transaction((tx) => addAudit(tx, entry(n)))
  /** Changes rows as somebody could who owns the tables, looks at what the check says, and puts all back. */
  const tampered = async (...statements: string[]) => {
    const rolledBack = new Error('put back')
    let found: Awaited<ReturnType<typeof verifyChain>> | undefined
    await db
      .transaction(async (tx) => {
        await tx.$executeRawUnsafe('ALTER TABLE audit DISABLE TRIGGER USER')
        for (const statement of statements) await tx.$executeRawUnsafe(statement)
        found = await verifyChain(tx)
        throw rolledBack
      })
      .catch((error: unknown) => {
        if (error !== rolledBack) throw error
      })
    return found?.fault
  }

  test('rows written at the same time stand in one chain without a gap', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => add(n)))
    const check = await verifyChain(db.prisma)
    assert.equal(check.fault, undefined)
    assert.equal(check.rows, 20n)
    assert.deepEqual(check.head, await chainHead(db.prisma))
  })

  test('a transaction that does not commit leaves no gap', async () => {
    await assert.rejects(
      db.transaction(async (tx) => {
        await addAudit(tx, entry(100))
        throw new Error('changed my mind')
      }),
    )
    await add(21)
    assert.equal((await verifyChain(db.prisma)).rows, 21n)
  })

  test('rows cannot be changed, deleted or truncated', async () => {
    for (const statement of [
      `UPDATE audit SET note = 'another' WHERE id = 3`,
      'DELETE FROM audit WHERE id = 3',
      'TRUNCATE audit',
    ]) {
      await assert.rejects(db.prisma.$executeRawUnsafe(statement), /never changed/, statement)
    }
  })

  const alterations: [what: string, sql: string][] = [
    ['its actor', `UPDATE audit SET actor = 'U99' WHERE id = 5`],
    ['its note', `UPDATE audit SET note = 'fine' WHERE id = 5`],
    ['its note removed', `UPDATE audit SET note = NULL WHERE id = 5`],
    ['one amount inside it', `UPDATE audit SET before = jsonb_set(before, '{amount}', '12.6') WHERE id = 5`],
    ['its time by a millisecond', `UPDATE audit SET at = at + interval '1 millisecond' WHERE id = 5`],
    [
      'all its words, as if they had been erased',
      `UPDATE audit SET before = NULL, after = NULL, note = NULL, salt = NULL WHERE id = 5`,
    ],
    ['its run', `UPDATE audit SET run_id = NULL WHERE id = 5`],
    [
      'its note with a new sum for it',
      `UPDATE audit SET note = 'fine', content_hash = encode(sha256(convert_to(
        jsonb_build_array(salt, before, after, 'fine')::text, 'UTF8')), 'hex') WHERE id = 5`,
    ],
  ]
  for (const [what, sql] of alterations) {
    test(`an altered row is found: ${what}`, async () => {
      assert.deepEqual(await tampered(sql), { kind: 'altered', id: 5n })
    })
  }

  test('removed rows are found, with the ids they had', async () => {
    assert.deepEqual(await tampered('DELETE FROM audit WHERE id BETWEEN 7 AND 9'), {
      kind: 'removed',
      from: 7n,
      to: 9n,
    })
    assert.deepEqual(await tampered('DELETE FROM audit WHERE id = 1'), { kind: 'removed', from: 1n, to: 1n })
  })

  test('an end that was cut off is found, be it the last row alone', async () => {
    assert.deepEqual(await tampered('DELETE FROM audit WHERE id = 21'), {
      kind: 'removed',
      from: 21n,
      to: 21n,
    })
    assert.deepEqual(await tampered('DELETE FROM audit WHERE id > 15'), {
      kind: 'removed',
      from: 16n,
      to: 21n,
    })
    assert.deepEqual(await tampered('DELETE FROM audit'), { kind: 'removed', from: 1n, to: 21n })
    for (const hidden of [`DELETE FROM audit_head`, `UPDATE audit_head SET row = 20, hash = ${hashOf(20)}`])
      assert.deepEqual(await tampered(hidden), { kind: 'head_changed' })
  })

  test('a row that was put in is found, even with sums of its own', async () => {
    assert.equal((await tampered(forged('0', `''`)))?.kind, 'inserted')
    assert.deepEqual(await tampered('DELETE FROM audit WHERE id = 11', forged('11', hashOf(10))), {
      kind: 'inserted',
      id: 12n,
    })
    assert.deepEqual(await tampered(forged('22', hashOf(21))), { kind: 'head_changed' })
    assert.deepEqual(await tampered('DELETE FROM audit WHERE id = 21', forged('21', hashOf(20))), {
      kind: 'head_changed',
    })
  })

  test('an end that was cut off and written anew is found by a head noted elsewhere', async () => {
    const head = await chainHead(db.prisma)
    assert.ok(head)
    assert.equal((await verifyChain(db.prisma, [head.hash])).fault, undefined)
    const check = await verifyChain(db.prisma, ['0'.repeat(64)])
    assert.deepEqual(check.fault, { kind: 'head_missing', hash: '0'.repeat(64) })
  })

  test('what a row says can be erased in a session that asks for it, and the chain holds; nothing else can', async () => {
    const erase = (set: string) =>
      db.transaction(async (tx) => {
        await tx.$executeRaw`SELECT set_config('signalbox.erasing', 'on', true)`
        await tx.$executeRawUnsafe(`UPDATE audit SET ${set} WHERE id = 4`)
      })
    await assert.rejects(erase(`note = 'another'`), /never changed/)
    await assert.rejects(
      erase('before = NULL, after = NULL, note = NULL, salt = NULL, target = NULL'),
      /never changed|null value/,
    )
    await erase('before = NULL, after = NULL, note = NULL, salt = NULL')
    await db.transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      const of = { workflowKey: 'w' }
      const version = { ...of, id: 'ver_4', number: 1, contentHash: '', source: '', publishedBy: 'test' }
      await tx.workflowVersion.create({ data: { ...version, definition: { fields: {} }, standards: {} } })
      const event = { ...of, id: 'evt_4', source: 'test', contentType: 'text/plain', headers: {} }
      await tx.event.create({ data: { ...event, body: Buffer.from(''), receivedAt: new Date() } })
      await tx.$executeRaw`INSERT INTO run (id, event_id, workflow_key, version_id, received_at, erased)
        SELECT run_id, 'evt_4', 'w', 'ver_4', now(), '{"audit": {}}' FROM audit WHERE id = 4`
    })
    const run = (await db.prisma.audit.findUniqueOrThrow({ where: { id: 4n } })).runId ?? ''
    const said = async (of: string, part: string) => {
      const words = { parts: [part], runs: [of] }
      const row = { at: new Date(), actor: { id: 'U1', surface: 'cli' } as const, target: part }
      await db.transaction((tx) => addAudit(tx, { ...row, action: RUNS_EMPTIED, after: words }))
    }
    assert.deepEqual((await verifyChain(db.prisma)).fault, { kind: 'emptied', run, part: 'audit' })
    await said(run, 'payloads')
    await said('run_x', 'audit')
    assert.deepEqual((await verifyChain(db.prisma)).fault, { kind: 'emptied', run, part: 'audit' })
    await said(run, 'audit')
    const check = await verifyChain(db.prisma)
    assert.equal(check.fault, undefined)
    assert.equal(check.erased, 1n)
    const lines = await listAudit(db.prisma, { most: 100 })
    assert.equal(lines.find(({ id }) => id === 4n)?.isErased, true)
    assert.equal(lines.length, 24)
  })
})
