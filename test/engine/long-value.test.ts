// What a lookup meets must not stop the runs beside it, however long it is.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { startBot } from '../bot.ts'

const flow = `
workflow: notes
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
fields: { note: { type: string, from: event.note } }
enrich: { before: { history: { same: record.note, within: 7d } } }
rules: [{ rule: again, when: 'record.before.count > 0', route: known }, { rule: rest, when: 'true', route: fresh }]
routes: { known: { outcome: ignored }, fresh: { outcome: achieved } }
`

test('a value longer than an index holds is found again like any other, and holds up no run', async (t) => {
  const bot = await startBot(t)
  await bot.publish({ notes: flow })
  const long = randomBytes(20_000).toString('base64')
  for (const note of [long, `${long}!`, long, 'short']) {
    await bot.send('notes', { note })
    await bot.untilIdle()
  }
  const ended = await bot.app.db.prisma.outcome.findMany({ orderBy: { endedAt: 'asc' } })
  assert.deepEqual(
    ended.map(({ kind }) => kind),
    ['achieved', 'achieved', 'ignored', 'achieved'],
  )
})
