// AUDIT_ANCHOR: heads of the audit outside the database. Whoever owns the database can write the whole chain anew, sums and
// all; what was published before does not agree with it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readAnchor, writeAnchor } from '../../src/connectors/audit-anchor.ts'
import { addAudit } from '../../src/db/audit/audit.ts'
import { chainHead, verifyChain } from '../../src/db/audit/audit-chain.ts'
import { type Database, openDatabase } from '../../src/db/store/open.ts'
import { makeLog } from '../../src/log.ts'
import { makeAnchor } from '../../src/pipeline/watch/anchor.ts'
import { signalbox } from '../cli/command.ts'
import { testDatabase } from '../database.ts'

const add = (db: Database, n: number) =>
  db.transaction((tx) =>
    addAudit(tx, { at: new Date(n), actor: { id: 'U1', surface: 'cli' }, action: `act.${n}`, target: 't' }),
  )
/** As the owner of the tables: other rows, through the trigger, so that every sum is right. */
async function writeAnew(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.$executeRawUnsafe('ALTER TABLE audit DISABLE TRIGGER append_only_whole')
    await tx.$executeRawUnsafe('TRUNCATE audit, audit_head')
    await tx.$executeRawUnsafe('ALTER TABLE audit ENABLE TRIGGER append_only_whole')
  })
  for (const n of [1, 3]) await add(db, n)
}

test('a chain that was written anew as a whole holds together, and disagrees with what was published', async (t) => {
  const database = await testDatabase(t)
  const db = await openDatabase(database.options)
  t.after(() => db.close())
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-anchor-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const before = process.umask(0)
  t.after(() => void process.umask(before))
  const anchor = join(dir, 'heads.log')
  const lines: string[] = []
  const log = makeLog('info', { write: (line: string) => void lines.push(line) })
  let now = 1_800_000_000_000
  const look = makeAnchor({ db, clock: () => new Date(now), log, anchor })
  await look()
  for (const n of [1, 2]) await add(db, n)
  const first = await chainHead(db.prisma)
  await look()
  await add(db, 3)
  await look()
  assert.deepEqual(await readAnchor(anchor), [first?.hash], 'at most one in five minutes')
  now += 5 * 60_000
  await look()
  await look()
  const second = await chainHead(db.prisma)
  assert.deepEqual(await readAnchor(anchor), [first?.hash, second?.hash])
  assert.equal(statSync(anchor).mode & 0o777, 0o600)
  assert.match(readFileSync(anchor, 'utf8'), /^2027-\S+Z row 2 [0-9a-f]{64}\n2027-\S+Z row 3 [0-9a-f]{64}\n$/)
  assert.ok(lines.some((line) => line.includes('head of the audit') && line.includes(second?.hash ?? '-')))

  const verify = (at?: string) =>
    signalbox({ ...database.env, ...(at ? { AUDIT_ANCHOR: at } : {}) }, 'audit', 'verify')
  await db.prisma.$disconnect()
  if (db.kind === 'server') {
    const held = await verify(anchor)
    assert.equal(held.code, 0)
    assert.match(held.stdout, /^Compared with 2 heads in AUDIT_ANCHOR\.$/m)
  }
  assert.equal((await verifyChain(db.prisma, await readAnchor(anchor))).fault, undefined)
  await writeAnew(db)
  assert.equal((await verifyChain(db.prisma)).fault, undefined, 'by itself it looks whole')
  assert.equal((await verifyChain(db.prisma, await readAnchor(anchor))).fault?.kind, 'head_missing')
  if (db.kind !== 'server') return
  const unanchored = await verify()
  assert.equal(unanchored.code, 0)
  assert.match(unanchored.stdout, /^Compared with no head recorded elsewhere\.$/m)
  const found = await verify(anchor)
  assert.equal(found.code, 1)
  assert.match(found.stderr, /its end was cut off or replaced/)
  const gone = await verify(join(dir, 'none.log'))
  assert.equal(gone.code, 1)
  assert.match(gone.stderr, /AUDIT_ANCHOR .* can't be read/)
  for (const left of ['', '\n\n', '2027-01-15T08:00:00.000Z row 2 \n', '[]']) {
    writeFileSync(anchor, left)
    const emptied = await verify(anchor)
    assert.equal(emptied.code, 1, JSON.stringify(left))
    assert.match(emptied.stderr, /AUDIT_ANCHOR .* holds no head, but the audit has 2 rows: it was cleared/)
  }
})

test('an anchor behind a URL takes each head as a POST and gives them back; one that fails is tried again, and never called whole', async (t) => {
  const kept: string[] = []
  let status = 503
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (status === 200 && request.method === 'POST') kept.push(Buffer.concat(parts).toString())
      response.writeHead(status).end(JSON.stringify({ kept }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  const anchor = `http://127.0.0.1:${(server.address() as AddressInfo).port}/heads`
  const hash = 'ab'.repeat(32)
  await assert.rejects(writeAnchor(anchor, `row 1 ${hash}`), /503/)
  await assert.rejects(readAnchor(anchor), /503/)
  status = 200
  await writeAnchor(anchor, `row 1 ${hash}`)
  assert.deepEqual(await readAnchor(anchor), [hash])

  const database = await testDatabase(t)
  const db = await openDatabase(database.options)
  t.after(() => db.close())
  await add(db, 1)
  const look = makeAnchor({ db, clock: () => new Date(), log: makeLog('silent'), anchor })
  status = 500
  await look()
  assert.equal(kept.length, 1)
  status = 200
  await look()
  assert.match(kept[1] ?? '', new RegExp((await chainHead(db.prisma))?.hash ?? '-'))
})
