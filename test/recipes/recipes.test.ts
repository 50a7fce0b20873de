// The recipes run: each passes check, goes through a whole bot, and sends what a strict stand-in of its vendor takes. None was
// tried against the vendor itself.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after as afterAll, before as beforeAll, describe, test } from 'node:test'
import { makeSendHttp } from '../../src/connectors/http.ts'
import { makeTargets } from '../../src/connectors/targets.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { compileWorkflow } from '../../src/domain/compile/compile.ts'
import { FaultError } from '../../src/domain/fault.ts'
import { authKinds } from '../../src/domain/workflow-file/http-auth.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { type Bot, startBot } from '../bot.ts'
import { type StandIns, startStandIns } from './stand-in.ts'
import { secretsFor, vendors, zendeskTags } from './vendors.ts'

const folder = new URL('../../recipes/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml') && name !== 'signalbox.yaml')
  .map((name) => ({ file: name, source: read(name) }))
const recipes = checkAll(sources, read('signalbox.yaml'), 'signalbox.yaml')

/** signalbox.yaml with its presets written out, and each vendor's host behind that of the stand-ins. */
const standardsAt = (url: string): string =>
  JSON.stringify(recipes.standards).replaceAll(/https:\/\/([\w.-]+)/g, (whole, host: string) =>
    host in vendors ? `${url}/${host}` : whole,
  )

interface Row {
  host: string
  /** What its stand-in asks of a call that comes too early. */
  limit: 'backoff' | number
  /** Sent twice with one key: how many there are, and how the second is answered. */
  twice: { made: number; second: 'done' | 'refused' }
  /** What one made thing looks like. */
  looks: (made: unknown) => boolean
}
const once = { made: 1, second: 'done' } as const
const has = (part: string) => (made: unknown) => JSON.stringify(made).includes(part)
const table: Record<string, Row> = {
  'stripe-refund': {
    host: 'api.stripe.com',
    limit: 'backoff',
    twice: once,
    looks: has('metadata%5Border%5D=o-7'),
  },
  'zendesk-note': {
    host: 'mabel.zendesk.com',
    limit: 17_000,
    twice: { made: 2, second: 'done' },
    looks: has('The parcel'),
  },
  'hubspot-deal': { host: 'api.hubapi.com', limit: 10_000, twice: once, looks: has('closedwon') },
  'jira-issue': {
    host: 'mabel.atlassian.net',
    limit: 25_000,
    twice: { made: 2, second: 'done' },
    looks: has('fault-f-1'),
  },
  'linear-issue': {
    host: 'api.linear.app',
    limit: 'backoff',
    twice: { made: 1, second: 'refused' },
    looks: has('Printer on fire'),
  },
  'sheets-row': {
    host: 'sheets.googleapis.com',
    limit: 'backoff',
    twice: once,
    looks: has('[17,"Mabel & Sons",12.5]'),
  },
  'pagerduty-page': { host: 'events.pagerduty.com', limit: 30_000, twice: once, looks: has('fault-f-1') },
  'teams-message': {
    host: 'prod-12.logic.azure.com',
    limit: 12_000,
    twice: { made: 2, second: 'done' },
    looks: has('The parcel is back.'),
  },
  'discord-message': {
    host: 'discord.com',
    limit: 350,
    twice: once,
    looks: (made) => /^\w{24}$/.test(String(made)),
  },
  'twilio-sms': {
    host: 'api.twilio.com',
    limit: 'backoff',
    twice: { made: 2, second: 'done' },
    looks: has('+4915112345678'),
  },
}

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => assert.fail('it was taken'),
    (error: unknown) => (error instanceof FaultError ? error : assert.fail(String(error))),
  )

const recipe = (name: string) =>
  recipes.workflows.find(({ definition }) => definition.workflow === name) ?? assert.fail(name)
const eventOf = (name: string) => recipe(name).definition.tests[0]?.event ?? assert.fail(name)

describe('the recipes', () => {
  let standIns: StandIns
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  beforeAll(async () => {
    standIns = await startStandIns(t, vendors)
  })
  afterAll(async () => {
    for (const clean of stop) await clean()
  })

  test('are sound, and each has its row here', () => {
    assert.deepEqual(recipes.problems, [])
    assert.deepEqual(
      recipes.workflows.map(({ definition }) => definition.workflow).toSorted(),
      Object.keys(table).toSorted(),
    )
  })

  /** The first action of its route, as it goes out. */
  const callOf = (name: string, differs: Record<string, string> = {}) => {
    const { standards } = checkAll([], standardsAt(standIns.url), 'signalbox.yaml')
    const compiled = compileWorkflow(recipe(name).definition, standards)
    const secrets = { ...secretsFor(standIns.url), ...differs }
    const input = { body: eventOf(name), headers: {} }
    const { fields } = compiled.validate(input, {}, new Date(0))
    const route = recipe(name).definition.tests[0]?.expect.route ?? assert.fail(name)
    const scope = { record: fields, input, vars: standards.vars, now: new Date(0) }
    const action = compiled.action(route, 0, scope, (secret) => secrets[secret])
    return action.kind === 'http' ? action.call : assert.fail(action.kind)
  }
  const sender = () => {
    const { send, close } = makeSendHttp({ allowed: new Set(), allowLoopback: true }, makeTargets())
    t.after(close)
    return send
  }
  for (const [name, { host, limit, twice, looks }] of Object.entries(table)) {
    test(`${name}: waits when it is too much, is taken, and makes no more by one key than it says`, async () => {
      const send = sender()
      standIns.made(host).length = 0
      standIns.limit(host)
      const { retry } = await faultOf(send(callOf(name), 'run-1.go.first'))
      assert.deepEqual(retry, typeof limit === 'number' ? { afterMs: limit } : limit)
      await send(callOf(name), 'run-1.go.first')
      const again = send(callOf(name), 'run-1.go.first')
      if (twice.second === 'done') await again
      else assert.equal((await faultOf(again)).retry, 'never')
      const made = standIns.made(host)
      assert.equal(made.length, twice.made)
      assert.ok(made.every(looks), JSON.stringify(made))
      made.length = 0
    })
    test(`${name}: is refused for good by a wrong secret`, async () => {
      const { auth } = callOf(name)
      const kind = authKinds.find((one) => auth && one in auth)
      const right = secretsFor(standIns.url)
      const wrong = Object.fromEntries(
        Object.entries(right).map(([secret, value]) => [
          secret,
          secret === 'GOOGLE_KEY' || secret === 'TWILIO_ACCOUNT'
            ? value
            : value.replace(/hush$|chars0$/, 'wrong'),
        ]),
      )
      if (kind === 'jwt_bearer') wrong['GOOGLE_KEY'] = 'none'
      const fault = await faultOf(sender()(callOf(name, wrong), 'k'))
      assert.equal(fault.retry, 'never')
      assert.ok(kind === 'jwt_bearer' || [400, 401].includes(fault.status ?? 0), fault.message)
      assert.deepEqual(standIns.made(host), [])
    })
  }
})

describe('the recipes in a bot', () => {
  let standIns: StandIns
  let bot: Bot
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  beforeAll(async () => {
    standIns = await startStandIns(t, vendors)
    bot = await startBot(t, { env: secretsFor(standIns.url) })
    await bot.publish(
      Object.fromEntries(sources.map(({ file, source }) => [file.replace('.yaml', ''), source])),
      standardsAt(standIns.url),
    )
  })
  afterAll(async () => {
    for (const clean of stop) await clean()
  })
  test('each event of a recipe ends as achieved, with one thing made', async () => {
    const runs = new Map<string, string>()
    for (const name of Object.keys(table)) runs.set(name, (await bot.send(name, eventOf(name))).body.run)
    await bot.untilIdle()
    for (const [name, { host, looks }] of Object.entries(table)) {
      const run = await readRun(bot.app.db.prisma, runs.get(name) ?? '')
      assert.equal(run?.outcome?.kind, 'achieved', `${name}: ${JSON.stringify(run)}`)
      const made = standIns.made(host)
      assert.ok(made.length === 1 && made.every(looks), `${name}: ${JSON.stringify(made)}`)
    }
  })
  test('what is there is not made again: a note by its tag, an issue by its label', async () => {
    zendeskTags.push('note-n-2')
    standIns.made('mabel.atlassian.net').push({ key: 'OPS-9', fields: { labels: ['fault-f-2'] } })
    const runs = [
      (await bot.send('zendesk-note', { ticket: 35436, text: 'x', note_id: 'n-2' })).body.run,
      (await bot.send('jira-issue', { summary: 'x', details: 'x', fault_id: 'f-2' })).body.run,
    ]
    await bot.untilIdle()
    for (const run of runs) assert.equal((await readRun(bot.app.db.prisma, run))?.outcome?.kind, 'ignored')
    assert.equal(standIns.made('mabel.zendesk.com').length, 1)
    assert.equal(standIns.made('mabel.atlassian.net').length, 2)
  })
})
