// Answers are data: what an action heard is there for the actions behind it, over retries, takes and replays, and no further.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after as afterAll, before as beforeAll, describe, test } from 'node:test'
import { emptyRuns } from '../../src/db/audit/erase.ts'
import { answersOf, keepAnswers } from '../../src/db/runs/action-answers.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { coverLines } from '../../src/domain/exceptions/approval-words.ts'
import { coverIn } from '../../src/domain/exceptions/approval.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { openOf as openIn, resolveAs } from '../approval/acting.ts'
import { type Bot, startBot } from '../bot.ts'

const ID = '9007199254740993'
const flow = (
  name: string,
  url: string,
  { review = '', tell = '', more = '', end = 'outcome: achieved' } = {},
) => `
workflow: ${name}
owner: "@joan"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string }, iban: { type: string, personal: true, missing: ignore } }
rules: [{ rule: all, when: 'true', route: go }]
routes:
  go:
    ${review}
    actions:
      - action: create
        as: created
        http: { url: "${url}/create", json: { order: "\${record.order}" }, headers: { X-Key: "\${secret.SHOP_KEY}" } }
      - action: tell
        http:
          url: "${url}/tell/\${actions.created.body.id}"
          json: { order: "\${record.order}", of: "\${actions.created.body.id}", mail: "\${actions.created.headers['x-message-id']}"${tell} }
        retry: { attempts: 1 }
${more}
    ${end}
`
const ofStatus = (url: string) => `
      - { action: when new, when: actions.created.status == 201, http: { url: "${url}/new" } }
      - { action: when known, when: actions.created.status == 200, http: { url: "${url}/known" } }`

describe('the answer of an action', () => {
  let bot: Bot
  const got: { path: string; text: string; key: string }[] = []
  const statuses: number[] = []
  let large = ''
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }

  beforeAll(async () => {
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const text = Buffer.concat(parts).toString()
        const path = request.url ?? ''
        got.push({ path, text, key: String(request.headers['idempotency-key']) })
        const isCreate = path === '/create'
        response.writeHead(isCreate ? 201 : (statuses.shift() ?? 200), {
          'x-message-id': 'm-1',
          'set-cookie': 'a=b',
        })
        const echo = String(request.headers['x-key'])
        response.end(isCreate ? `{"id":${ID},"iban":"DE-MARKED-1","echo":"${echo}"${large}}` : '{}')
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(async () => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    bot = await startBot(t, { env: { SHOP_KEY: 'hush-hush' } })
    await bot.publish(
      {
        plain: flow('plain', url, { more: ofStatus(url) }),
        asked: flow('asked', url, { review: 'review: { by: role:leads }', more: ofStatus(url) }),
        handed: flow('handed', url, {
          end: `exception:
      reason: needs_judgement
      text: "It has the number \${actions.created.body.id}"
      card: { fields: { Number: "\${actions.created.body.id}", Account: "\${actions.created.body.iban}", Echo: "\${actions.created.body.echo}" } }`,
        }),
      },
      'roles: { leads: ["@ada"] }',
    )
  })
  afterAll(async () => {
    for (const clean of stop) await clean()
  })

  const db = () => bot.app.db.prisma
  const started = async (workflow: string, order: string) => {
    got.length = 0
    const { body } = await bot.send(workflow, { order, iban: 'DE-MARKED-1' })
    await bot.untilIdle()
    return body.run
  }
  const open = (runId: string) => openIn(bot, runId)
  const resolve = (runId: string, who: string, resolution: Resolution) =>
    resolveAs(bot, who, { runId, resolution })
  const paths = () => got.map(({ path }) => path)

  test('is there for later actions to the digit, for their conditions, and at the end', async () => {
    const run = await started('plain', 'o-1')
    assert.deepEqual(
      got.slice(1).map(({ path, text }) => [path, text]),
      [
        [`/tell/${ID}`, `{"order":"o-1","of":${ID},"mail":"m-1"}`],
        ['/new', ''],
      ],
    )
    const { created } = await answersOf(db(), run, 'go')
    assert.ok(created)
    assert.equal(created.status, 201)
    assert.equal(JSON.stringify(created.body), `{"id":${ID},"iban":"DE-MARKED-1","echo":"[secret]"}`)
    assert.deepEqual([created.headers['x-message-id'], 'set-cookie' in created.headers], ['m-1', false])
    assert.equal((await db().outcome.findUniqueOrThrow({ where: { runId: run } })).kind, 'achieved')
  })

  test('is on the card and in the text of what is handed to a person, without what is marked', async () => {
    const run = await started('handed', 'o-2')
    const exception = await open(run)
    assert.equal(exception?.detail, `It has the number ${ID}`)
    const shown = JSON.stringify((await readRun(db(), run))?.exceptions)
    assert.ok(shown.includes(ID) && !shown.includes('DE-MARKED-1') && !shown.includes('hush'), shown)
  })

  test('outlives a refusal of the next action: a person retries that one alone, and may edit it', async () => {
    statuses.push(422)
    const run = await started('plain', 'o-3')
    assert.equal((await open(run))?.reason, 'action_refused')
    const edited = { json: { of: 'by hand', order: 'o-3' } }
    assert.equal((await resolve(run, 'joan', { do: 'retry', input: edited })).kind, 'resolved')
    assert.deepEqual(paths(), ['/create', `/tell/${ID}`, `/tell/${ID}`, '/new'])
    assert.equal(got[2]?.text, '{"of":"by hand","order":"o-3"}')
  })

  test('is that of the first run in a replay, which does not create again', async () => {
    statuses.push(422)
    const run = await started('plain', 'o-4')
    const deps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
    const actor = { id: 'cli:joan', surface: 'cli' } as const
    assert.equal((await replay(deps, { runId: run, version: 'current', actor })).kind, 'replayed')
    await bot.untilIdle()
    assert.deepEqual(paths(), ['/create', `/tell/${ID}`, `/tell/${ID}`, '/new'])
    const fresh = await db().run.findFirstOrThrow({ where: { replayOf: run } })
    assert.equal(fresh.state, 'ended')
    assert.equal((await answersOf(db(), fresh.id, 'go'))['created']?.status, 201)
  })

  test('that is not there yet is covered by the expression that reads it, and asks nobody twice', async () => {
    const run = await started('asked', 'o-5')
    const lines = coverLines(coverIn((await open(run))?.data, 'covers') ?? assert.fail('nobody was asked'))
    assert.deepEqual(
      lines.filter((line) => /actions\.|^\d/.test(line)).map((line) => line.replace(/http:\/\/[^/]+/, '')),
      [
        '1. create: POST /create',
        '2. tell: POST /tell/${actions.created.body.id}',
        '    json.of: ${actions.created.body.id}',
        "    json.mail: ${actions.created.headers['x-message-id']}",
        '3. when new: POST /new, only when actions.created.status == 201',
        '4. when known: POST /known, only when actions.created.status == 200',
      ],
    )
    assert.equal((await resolve(run, 'ada', { do: 'approve' })).kind, 'resolved')
    assert.deepEqual(paths(), ['/create', `/tell/${ID}`, '/new'])
    assert.equal((await db().run.findUniqueOrThrow({ where: { id: run } })).state, 'ended')
  })

  test('covers the rest of such an action as ever: another input asks again', async () => {
    statuses.push(422)
    const run = await started('asked', 'o-6')
    await resolve(run, 'ada', { do: 'approve' })
    assert.equal((await open(run))?.reason, 'action_refused')
    got.length = 0
    const edit = (order: string) => resolve(run, 'joan', { do: 'retry', input: { json: { order, of: 1 } } })
    // The first action was sent the order too.
    assert.equal((await edit('another')).kind, 'not_applicable')
    assert.equal((await edit('o-6')).kind, 'resolved')
    assert.equal((await open(run))?.reason, 'approval_required')
    assert.deepEqual(paths(), [])
  })

  test('that is too large to read is no data: a person is asked, and nothing is sent', async () => {
    large = `,"more":"${'x'.repeat(70_000)}"`
    const run = await started('plain', 'o-7')
    large = ''
    const exception = await open(run)
    assert.match(exception?.detail ?? '', /actions\.created\.body\.id/)
    assert.deepEqual(paths(), ['/create'])
  })

  test('stays as it was first kept, and goes when the run is erased', async () => {
    const run = await started('plain', 'o-8')
    const other = {
      runId: run,
      route: 'go',
      name: 'created',
      attemptId: 'att_2',
      status: 500,
      headers: {},
      body: 1,
    }
    await bot.app.db.transaction((tx) => keepAnswers(tx, [other], new Date()))
    assert.equal((await answersOf(db(), run, 'go'))['created']?.status, 201)
    await assert.rejects(db().actionAnswer.updateMany({ data: { status: 1 } }))
    await bot.app.db.transaction((tx) =>
      emptyRuns(tx, [run], { parts: ['attempts'], at: new Date(), by: 'cli:ada' }),
    )
    assert.deepEqual(await answersOf(db(), run, 'go'), {})
  })
})
