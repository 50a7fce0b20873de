// A folder of many files is published in few statements, because one transaction has them all and must end in time.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client } from 'pg'
import { type Database, openDatabase, openForCommand } from '../../src/db/store/open.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { publish } from '../../src/workflow/publish/publish.ts'
import { type TestDatabase, testDatabase } from '../database.ts'

const FILES = 40
const keyOf = (nth: number) => `w${String(nth).padStart(3, '0')}`
const rules = Array.from(
  { length: 120 },
  (_, nth) => `  - { rule: r${nth}, when: record.amount > ${nth}, route: close }`,
)
const fileOf = (nth: number, owner: string) => `workflow: ${keyOf(nth)}
owner: '${owner}'
channel: '#w-${nth}'
trigger:
  webhook: { verify: { scheme: none }, id: string(event.id) }
subject: string(event.id)
fields:
  id: { type: string }
  amount: { type: number }
rules:
${(nth === 0 ? rules : rules.slice(0, 2)).join('\n')}
routes:
  close: { outcome: achieved }
`

let database: TestDatabase
let holder: Database
let db: Database
before(async () => {
  database = await testDatabase()
  holder = await openDatabase(database.options)
  // Beside its holder, an embedded database is reached as a server is: by a driver whose statements can be counted.
  db = await openForCommand(database.options)
})
after(async () => {
  await db.close()
  await holder.close()
  await database.remove()
})

async function counted(work: () => Promise<unknown>): Promise<number> {
  let statements = 0
  const prototype = Client.prototype as unknown as { query: (...args: unknown[]) => unknown }
  const { query } = prototype
  prototype.query = function (...args) {
    statements += 1
    return Reflect.apply(query, this, args)
  }
  try {
    await work()
  } finally {
    prototype.query = query
  }
  return statements
}

const publishAll = (owner: string, files = FILES) => {
  const sources = Array.from({ length: files }, (_, nth) => ({
    file: `${keyOf(nth)}.yaml`,
    source: fileOf(nth, owner),
  }))
  const loaded = checkAll(sources, undefined, 'signalbox.yaml', {})
  return publish(db, {
    workflows: loaded.workflows,
    standards: { content: loaded.standards, source: '' },
    actor: { id: 'test', surface: 'engine' },
    at: new Date(),
    keepsNewer: true,
  })
}

describe('publishing many files', () => {
  test('takes no more statements for 40 new files than for a few, and each is whole', async () => {
    const statements = await counted(() => publishAll('@ada'))
    assert.ok(statements <= FILES, `${statements} statements for ${FILES} files`)
    const versions = await db.prisma.workflowVersion.findMany({ include: { rules: true } })
    assert.equal(versions.length, FILES)
    for (const { workflowKey, rules: written } of versions)
      assert.equal(written.length, workflowKey === keyOf(0) ? 120 : 2)
    const bound = await db.prisma.nameBinding.groupBy({ by: ['scope'], where: { name: '@ada' } })
    assert.equal(bound.length, FILES)
    const audited = await db.prisma.audit.findMany({ where: { action: 'workflow.published' } })
    assert.equal(audited.length, FILES)
    assert.equal(new Set(audited.map(({ previous }) => previous)).size, FILES, 'each is chained to another')
  })

  test('takes one statement a file more where events of the version before are tried on each', async () => {
    const unchanged = await counted(() => publishAll('@ada'))
    assert.ok(unchanged <= 15, `${unchanged} statements for what was published already`)
    const changed = await counted(() => publishAll('@grace'))
    assert.ok(changed <= FILES + 35, `${changed} statements for ${FILES} changed files`)
    const versions = await db.prisma.workflow.groupBy({ by: ['currentNumber'], _count: true })
    assert.deepEqual(versions, [{ currentNumber: 2, _count: FILES }])
  })

  test('that does not end in time says so in a sentence', async () => {
    const late = db.transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT pg_sleep(0.3)::text`
        await tx.$queryRaw`SELECT 1`
      },
      { withinMs: 100 },
    )
    await assert.rejects(late, /^TransactionTimeError: The database did not finish this within 0.1 s/)
  })
})
