// What an erasure leaves because it is about something else, though it came of what was erased: it is named.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'

const NAME = 'Grace Hopper'

const workflow = (key: string, subject: string, actions: string) => `
workflow: ${key}
owner: "@ada"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.${subject}
fields:
  customer: { type: string, missing: ignore }
  order: { type: string, missing: ignore }
  ticket: { type: string, missing: ignore }
  name: { type: string }
rules: [{ rule: all, when: 'true', route: on }]
routes: { on: { ${actions} outcome: achieved } }
`
const emits = (to: string, event: string) =>
  `actions: [{ action: go, emit: { workflow: ${to}, event: ${event} } }],`

const words = (subject: string, ...more: string[]) => [
  'erase',
  '--subject',
  subject,
  '--reason',
  'asked',
  ...more,
]

interface Said {
  runs: number
  started: { run: string; workflow: string; subject: string | null; command: string | null }[]
}

test('an erasure names every run that came of what it erases and has another subject', async (t) => {
  const bot = await startBot(t)
  const { db, catalog, queue } = bot.app
  await bot.publish({
    orders: workflow('orders', 'customer', emits('parcels', '{ order: "O 77", name: "${record.name}" }')),
    parcels: workflow(
      'parcels',
      'order',
      emits('tickets', '{ ticket: "T-1", customer: "C-1", name: "${record.name}" }'),
    ),
    tickets: workflow('tickets', 'ticket', emits('notes', '{ name: "${record.name}", customer: "C-1" }')),
    notes: workflow('notes', 'order', ''),
  })
  const { body } = await bot.send('orders', { customer: 'C-1', name: NAME })
  await bot.untilIdle()
  const deps = { db, catalog, queue, clock: () => new Date(), cardsChanged: () => {} }
  const answer = await replay(deps, {
    runId: body.run,
    version: 'current',
    actor: {
      id: (await db.prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })).id,
      surface: 'slack',
    },
    event: Buffer.from(JSON.stringify({ customer: '--C\'2; rm "x"', name: NAME })),
  })
  assert.equal(answer.kind, 'replayed')
  await bot.untilIdle()
  const idOf = async (workflowKey: string) =>
    (await db.prisma.run.findFirstOrThrow({ where: { workflowKey, replayOf: null } })).id
  const replayed = answer.kind === 'replayed' ? answer.runId : ''
  const [parcel, ticket, note] = [await idOf('parcels'), await idOf('tickets'), await idOf('notes')]
  const all = [
    [parcel, 'parcels', 'O 77', `signalbox erase --subject 'O 77' --workflow parcels --reason "…"`],
    [ticket, 'tickets', 'T-1', 'signalbox erase --subject T-1 --workflow tickets --reason "…"'],
    [note, 'notes', null, null],
    [
      replayed,
      'orders',
      '--C\'2; rm "x"',
      `signalbox erase --subject '--C'\\''2; rm "x"' --workflow orders --reason "…"`,
    ],
  ]
  const erased = async (subject: string) => {
    const { code, stdout, stderr } = await signalbox(bot.env, ...words(subject, '--yes', '--json'))
    assert.equal(code, 0, stderr)
    const { runs, started } = JSON.parse(stdout) as Said
    return { runs, started: started.map((one) => [one.run, one.workflow, one.subject, one.command]) }
  }

  await t.test('in the plan, before anything is erased', async () => {
    const { stdout } = await signalbox(bot.env, ...words('C-1'))
    for (const [run, , , command] of all) {
      assert.ok(stdout.includes(run ?? '?'), `${run} in ${stdout}`)
      if (typeof command === 'string') assert.ok(stdout.includes(command), command)
    }
    assert.match(stdout, new RegExp(`${note} \\(notes, no subject\\): cleared by retention only`))
    const { fields } = await db.prisma.record.findUniqueOrThrow({ where: { runId: body.run } })
    assert.match(JSON.stringify(fields), new RegExp(NAME))
  })

  await t.test('in the answer, with the command for each; what is named stays', async () => {
    assert.deepEqual(await erased('C-1'), { runs: 1, started: all })
    const { fields } = await db.prisma.record.findUniqueOrThrow({ where: { runId: parcel } })
    assert.match(JSON.stringify(fields), new RegExp(NAME))
  })

  await t.test(
    'and what came of those, also when those are erased; what is erased is named no more',
    async () => {
      assert.deepEqual(await erased('O 77'), { runs: 1, started: all.slice(1, 3) })
      assert.deepEqual(await erased('C-1'), { runs: 1, started: all.slice(1) })
      const { stdout } = await signalbox(bot.env, ...words('T-1', '--yes'))
      assert.match(
        stdout,
        new RegExp(`Not erased: runs started by these, .*\n  ${note} \\(notes, no subject\\)`),
      )
      assert.deepEqual(await erased('T-1'), { runs: 1, started: [all[2]] })
    },
  )
})
