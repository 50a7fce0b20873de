// apply, plan, list and export against a database that no bot holds.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SHIPPED_SECRETS } from '../bot.ts'
import { testDatabase } from '../database.ts'
import { signalbox } from './command.ts'

const EXAMPLES = join(import.meta.dirname, '../../workflows')

test('files become versions, changes are told in words, and come back as the same file', async (t) => {
  const env = { ...(await testDatabase(t)).env, ...SHIPPED_SECRETS }
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-files-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'order-delivery.yaml')
  for (const name of ['order-delivery.yaml', 'signalbox.yaml']) cpSync(join(EXAMPLES, name), join(dir, name))
  const source = readFileSync(file, 'utf8')

  await t.test('a first apply publishes version 1, a second changes nothing', async () => {
    assert.match((await signalbox(env, 'plan', dir)).stdout, /order-delivery: new, would be version 1/)
    assert.match((await signalbox(env, 'apply', dir)).stdout, /order-delivery: version 1 published/)
    assert.match((await signalbox(env, 'plan', dir)).stdout, /order-delivery: unchanged \(version 1\b/)
    assert.match((await signalbox(env, 'apply', dir)).stdout, /order-delivery: unchanged \(version 1\)/)
  })

  await t.test('export gives the file back, comments and all', async () => {
    assert.equal((await signalbox(env, 'export', 'order-delivery')).stdout, source)
  })

  await t.test('a change is told before it is published', async () => {
    writeFileSync(file, source.replace('title: Order delivery', 'title: Orders on their way'))
    const plan = await signalbox(env, 'plan', dir)
    assert.match(plan.stdout, /title is Orders on their way instead of Order delivery/)
    const { published } = JSON.parse((await signalbox(env, 'apply', dir, '--json')).stdout) as {
      published: { workflow: string; number: number; isNew: boolean }[]
    }
    assert.deepEqual(
      published.map(({ workflow, number, isNew }) => ({ workflow, number, isNew })),
      [{ workflow: 'order-delivery', number: 2, isNew: true }],
    )
  })

  await t.test('with one error nothing is published', async () => {
    writeFileSync(file, source.replace('record.status ==', 'record.statsu =='))
    const ended = await signalbox(env, 'apply', dir)
    assert.equal(ended.code, 1)
    assert.match(ended.stdout, /No such key: statsu/)
    assert.match(ended.stderr, /nothing was published/)
    const { workflows } = JSON.parse((await signalbox(env, 'list', '--json')).stdout) as {
      workflows: { key: string; version: number }[]
    }
    assert.deepEqual(
      workflows.map(({ key, version }) => ({ key, version })),
      [{ key: 'order-delivery', version: 2 }],
    )
  })

  await t.test('a wrong name gets the nearest right one', async () => {
    const exported = await signalbox(env, 'export', 'order-delivry')
    assert.equal(exported.code, 1)
    assert.match(exported.stderr, /Did you mean order-delivery\?/)
    const status = await signalbox(env, 'status', 'order-delivry')
    assert.equal(status.code, 1)
    assert.match(status.stderr, /Did you mean order-delivery\?/)
  })
})
