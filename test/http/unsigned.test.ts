// Unsigned events in production: only where the file says so itself, however the version came to be published.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planAll } from '../../src/workflow/publish/plan.ts'
import { exportWorkflow } from '../../src/workflow/file/export.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { startBot } from '../bot.ts'

const flow = (workflow: string, webhook: string) => `workflow: ${workflow}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: ${webhook} }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`
const files = {
  open: flow('open', '{ verify: { scheme: none } }'),
  allowed: flow('allowed', '{ verify: { scheme: none }, allow_unsigned: true }'),
}

test('a published version that anyone may send to is refused in production, and taken elsewhere', async (t) => {
  const bot = await startBot(t, { env: { NODE_ENV: 'production' } })
  await bot.publish(files)
  const refused = await bot.send('open', {})
  assert.equal(refused.status, 401)
  assert.match(refused.body.detail ?? '', /allow_unsigned: true beside verify/)
  assert.equal((await bot.send('allowed', {})).status, 202)
  assert.equal(await bot.app.db.prisma.event.count(), 1)

  const elsewhere = await startBot(t)
  await elsewhere.publish(files)
  assert.equal((await elsewhere.send('open', {})).status, 202)

  // The author's word is seen where changes are looked at, and comes back with an export.
  const { workflows, standards } = checkAll(
    Object.entries(files).map(([name, source]) => ({ file: `${name}.yaml`, source })),
    undefined,
    'signalbox.yaml',
  )
  const plan = await planAll(elsewhere.app.db.prisma, workflows, standards)
  assert.deepEqual(
    plan.map(({ workflow, isUnsigned }) => [workflow, isUnsigned]),
    [
      ['open', false],
      ['allowed', true],
    ],
  )
  const allowed = workflows.find(({ definition }) => definition.workflow === 'allowed')
  assert.match(exportWorkflow(allowed!.definition), /allow_unsigned: true/)
})
