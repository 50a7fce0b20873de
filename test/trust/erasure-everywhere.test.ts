// Erasure to the last row: a person's traces are planted wherever the bot takes something in, then asked to go; the whole
// database is read, the queue's tables and every byte included, and so is all that stands in Slack.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyChain } from '../../src/db/audit/audit-chain.ts'
import type { Database } from '../../src/db/store/open.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { comment } from '../../src/pipeline/exception/comment.ts'
import { type Bot, startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { until } from '../until.ts'

// One for each place, so that what is left says from where it came. A word of letters: no filter of ours may change it.
const mark = (place: string) => `qzx${place}trace`
const MARK = /qzx\w+?trace/g

const flow = (url: string) => `
workflow: refunds
owner: "@ada"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.customer
fields:
  customer: { type: string }
  name: { type: string }
  amount: { type: number }
  extra: { type: string, missing: ignore }
  rep: { type: string, missing: ignore, personal: true }
  room: { type: string, missing: ignore, personal: true }
enrich:
  earlier: { history: { same: record.name, within: 365d } }
  person: { http: { url: "${url}/people/\${record.name}" }, max_age: 30d }
rules:
  - { rule: strange, when: 'record.name == "nobody"', route: judge }
  - { rule: elsewhere, when: 'has(record.room)', route: elsewhere }
  - { rule: rest, when: 'true', route: pay }
routes:
  judge: { exception: { reason: needs_judgement, text: "Look at \${record.name}" } }
  elsewhere:
    owner: "\${record.rep}"
    actions: [{ action: say, slack: { channel: "\${record.room}", text: "Hello \${record.rep}" }, retry: { attempts: 1 } }]
    outcome: achieved
  pay:
    review: { by: "@ada" }
    actions:
      - action: tell
        slack: { channel: "#customer-care", text: "Hello \${record.name}, \${record.person.note}" }
      - action: refund
        http: { url: "${url}/refunds", headers: { X-Name: "\${record.name}" }, json: { name: "\${record.name}", remark: none } }
        retry: { attempts: 1 }
    outcome: achieved
`

/** Every row of every table as text; bytes as text too. */
async function dump({ prisma }: Database): Promise<string> {
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`
  assert.ok(tables.some(({ name }) => name.startsWith('pgboss.')) && tables.length > 30)
  const texts: string[] = []
  for (const { name } of tables) {
    const rows = await prisma.$queryRawUnsafe<{ text: string }[]>(
      `SELECT to_jsonb(t)::text AS text FROM ${name} t`,
    )
    for (const { text } of rows) {
      const bytes = [...text.matchAll(/\\\\x([0-9a-f]+)/g)].map(([, hex = '']) =>
        Buffer.from(hex, 'hex').toString('utf8'),
      )
      texts.push(`${name}: ${text} ${bytes.join(' ')}`)
    }
  }
  return texts.join('\n')
}

/** Everything that stands in Slack, threads included. */
async function slackOf({ control }: Bot): Promise<string> {
  const texts: string[] = []
  for (const { id } of (await control.state()).channels) {
    const { messages } = await control.messages({ channel: id, limit: 200 })
    texts.push(JSON.stringify(messages))
    for (const { ts } of messages)
      texts.push(JSON.stringify((await control.messages({ channel: id, thread: ts })).messages))
  }
  return texts.join('\n')
}
const marksIn = (text: string): string[] => [...new Set(text.match(MARK) ?? [])].toSorted()

test('nothing of a person is left in any table, in the queue or in Slack, and what is out of reach is named', async (t) => {
  let status = 422
  const server = createServer((request, response) => {
    request.resume()
    const isLookup = request.url?.startsWith('/people') === true
    response
      .writeHead(isLookup ? 200 : status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ note: mark('lookup'), said: mark('answer') }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const bot = await startBot(t)
  const { db } = bot.app
  await bot.publish({ refunds: flow(url) })
  const ada = await db.prisma.person.findFirstOrThrow({ where: { handle: 'ada' } })
  const actor = { id: ada.id, surface: 'slack' as const }
  const openOf = (runId: string) => db.prisma.exception.findFirstOrThrow({ where: { runId, state: 'open' } })
  const resolve = async (runId: string, resolution: Resolution) => {
    const answer = await bot.app.resolve({ exceptionId: (await openOf(runId)).id, actor, resolution })
    assert.equal(answer.kind, 'resolved', JSON.stringify(answer))
    await bot.untilIdle()
  }
  const send = async (body: object) => {
    const sent = await bot.send(
      'refunds',
      { customer: 'C-1', amount: 5, ...body },
      { 'x-from': mark('header') },
    )
    await bot.untilIdle()
    return sent.body.run
  }
  const deps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }

  const paid = await send({ name: mark('name'), unknown: { deep: [mark('unknown')] } })
  await comment(deps, {
    exceptionId: (await openOf(paid)).id,
    actor,
    kind: 'noted',
    text: mark('note'),
    from: 'n1',
  })
  await comment(deps, {
    exceptionId: (await openOf(paid)).id,
    actor,
    kind: 'asked',
    text: mark('question'),
    from: 'n2',
    to: ada.id,
  })
  await resolve(paid, { do: 'approve', change: { extra: mark('change') }, note: mark('approved') })
  await resolve(paid, { do: 'retry', input: { json: { name: mark('name'), remark: mark('edited') } } })
  status = 200
  await resolve(paid, { do: 'approve' })
  const judged = await send({ name: 'nobody', extra: mark('extra') })
  await resolve(judged, { do: 'dismiss', note: mark('rejected') })
  const fixed = await send({ name: mark('second'), amount: mark('wrong') })
  await resolve(fixed, { do: 'fix', corrections: { amount: 7, name: mark('corrected') } })
  await resolve(fixed, { do: 'decline', note: 'enough' })
  const lost = await send({ name: 'x', rep: `${mark('rep')}@person.example`, room: `#${mark('room')}` })
  await resolve(lost, { do: 'dismiss', note: 'no' })
  const few = await send({ name: 'x', rep: `@${mark('handle')}`, room: mark('place') })
  await resolve(few, { do: 'dismiss', note: 'no' })
  assert.equal(await db.prisma.run.count({ where: { state: 'ended' } }), 5)

  const planted = marksIn(await dump(db))
  for (const place of [
    'name',
    'unknown',
    'lookup',
    'answer',
    'note',
    'question',
    'change',
    'approved',
    'edited',
    'extra',
    'rejected',
    'second',
    'wrong',
    'corrected',
    'rep',
    'room',
  ])
    assert.ok(planted.includes(mark(place)), `${place} was planted`)
  const said = marksIn(await slackOf(bot))
  for (const place of ['name', 'lookup', 'note', 'rejected'])
    assert.ok(said.includes(mark(place)), `${place} in Slack`)

  const words = ['erase', '--subject', 'C-1', '--reason', 'asked for', '--yes', '--json']
  const journal = join(bot.env.DATA_DIR, 'local-slack-state.jsonl')
  writeFileSync(journal, '')
  const { code, stdout, stderr } = await signalbox(bot.env, ...words)
  assert.equal(code, 0, stderr)
  assert.deepEqual(marksIn(await dump(db)), [])
  await until('Slack says nothing of it', async () => {
    await bot.app.slack.notifier.drain()
    return marksIn(await slackOf(bot)).length === 0 ? true : undefined
  })
  assert.match(await slackOf(bot), /What this message said was erased on request/)
  assert.deepEqual(marksIn(stdout + stderr), [], 'the answer names nothing of what it erased')
  const { outOfReach } = JSON.parse(stdout) as { outOfReach: string[] }
  assert.ok(outOfReach.includes(`what ${new URL(url).host} has (2 tries)`), outOfReach.join('\n'))
  assert.ok(outOfReach.includes('what slack channel from record.room has (2 tries)'), outOfReach.join('\n'))
  for (const named of [/subject itself/, /people wrote in Slack/, /reference tables/, /backups/, /pg_wal/])
    assert.ok(
      outOfReach.some((one) => named.test(one)),
      String(named),
    )
  const kept = `what the local Slack stores: ${journal}`
  assert.equal(outOfReach.at(-1), kept)
  rmSync(journal)
  const other = await send({ customer: 'C-2', name: 'nobody' })
  await resolve(other, { do: 'dismiss', note: 'no' })
  const later = await signalbox(
    bot.env,
    'erase',
    '--subject',
    'C-2',
    '--reason',
    'asked for',
    '--yes',
    '--json',
  )
  assert.equal(later.code, 0, later.stderr)
  assert.doesNotMatch(later.stdout, /local Slack/)
  const { fault } = await verifyChain(db.prisma)
  assert.equal(fault, undefined)
})
