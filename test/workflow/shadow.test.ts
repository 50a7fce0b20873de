// A shadow version decides beside the live one: counted, listed, and without any effect.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ruleCounts } from '../../src/db/digest/counters.ts'
import { startBot } from '../bot.ts'
import { testDatabase } from '../database.ts'
import { folderOf } from './command.ts'

const parcels = (limit: number) => `workflow: parcels
owner: '@ada'
trigger: { webhook: { verify: { scheme: none } } }
fields:
  weight: { type: number }
rules:
  - { rule: heavy, when: record.weight > ${limit}, route: look }
  - { rule: rest, when: 'true', route: close }
routes:
  look: { exception: { reason: needs_judgement, text: 'Heavy' } }
  close: { outcome: achieved }
`

describe('a shadow version', () => {
  test('is compared with the live one on every event, and has no effect until it is promoted', async (t) => {
    const database = await testDatabase()
    const bot = await startBot(t, { database })
    const folder = folderOf(t, database.env, { 'parcels.yaml': parcels(10), 'draft.txt': parcels(20) })
    const { prisma } = bot.app.db
    const send = async (...weights: number[]) => {
      await bot.app.catalog.refresh()
      for (const weight of weights) assert.equal((await bot.send('parcels', { weight })).status, 202)
      await bot.untilIdle()
      await bot.app.shadows.idle()
    }
    assert.equal((await folder.run('apply')).code, 0)
    const started = await folder.run('shadow', 'parcels', '--file', join(folder.dir, 'draft.txt'))
    assert.match(started.stdout, /version 2 now runs alongside version 1/, started.stderr)

    await send(5, 15, 15, 25)
    const shown = await folder.run('shadow', 'parcels')
    assert.match(shown.stdout, /Decided +4\nDifferent +2/)
    assert.match(shown.stdout, /2: look by "heavy" → close by "rest"/)
    assert.equal(shown.stdout.match(/run_\w+ {2}look by "heavy" → close by "rest"/g)?.length, 2)
    assert.equal(await prisma.exception.count(), 3, 'the live version alone has effects')
    assert.deepEqual(
      Object.fromEntries(await ruleCounts(prisma, 'parcels', new Date())),
      { heavy: 3, rest: 1 },
      'and its rules alone are counted',
    )

    const promoted = await folder.run('shadow', 'parcels', '--promote')
    assert.match(promoted.stdout, /version 2 is current \(was 1\)/, promoted.stderr)
    await send(15)
    assert.equal(await prisma.exception.count(), 3, 'the promoted version decides now')
    assert.equal((await folder.run('shadow', 'parcels', '--stop')).code, 1, 'and none beside it')
    const actions = (
      await prisma.audit.findMany({ where: { target: 'parcels' }, orderBy: { id: 'asc' } })
    ).map(({ action }) => action)
    assert.deepEqual(actions, ['workflow.published', 'shadow.started', 'workflow.published'])
  })

  test('that cannot be compared fails nothing', async (t) => {
    const bot = await startBot(t)
    await bot.publish({ parcels: parcels(10) })
    await bot.app.db.prisma.workflow.update({ where: { key: 'parcels' }, data: { shadowId: 'ver_gone' } })
    await bot.app.catalog.refresh()
    const { body } = await bot.send('parcels', { weight: 1 })
    await bot.untilIdle()
    await bot.app.shadows.idle()
    const outcome = await bot.app.db.prisma.outcome.findUnique({ where: { runId: body.run } })
    assert.equal(outcome?.kind, 'achieved')
  })
})
