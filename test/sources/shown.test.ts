// What people are told of sources: on the command line, in Slack, in the digest.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readDigestFigures } from '../../src/db/digest/digest-figures.ts'
import { digestText } from '../../src/domain/digest/digest-text.ts'
import { windowOf } from '../../src/domain/digest/digest-window.ts'
import { type Bot, startBot } from '../bot.ts'
import { type Ended, signalbox } from '../cli/command.ts'
import { testDatabase } from '../database.ts'
import { SECRET, sendTo, standards, taker } from './sources.ts'

const CHANNEL = '#ops-exceptions'

describe('of a source', () => {
  let bot: Bot
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-sources-'))
  const cleaning: (() => Promise<void>)[] = []
  const cli = (...words: string[]): Promise<Ended> =>
    signalbox(
      { ...bot.env, HOOK: SECRET, PUBLIC_URL: bot.app.url ?? '', WORKFLOWS_DIR: dir, USER: 'ops-lead' },
      ...words,
    )
  const write = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  }
  before(async () => {
    const database = await testDatabase()
    bot = await startBot({ after: (clean) => void cleaning.push(clean) }, { env: { HOOK: SECRET }, database })
    write({
      'refunds.yaml': taker('refunds', `source: shop, when: 'event.type == "refund"'`),
      'large.yaml': taker('large', 'source: shop, when: event.n > 100.0'),
      'lines.yaml': taker('lines', 'source: batches'),
      'signalbox.yaml': `${standards()}roles: { operators: ["@grace"] }\n`,
    })
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })
  const says = async (user: string, text: string, expected: RegExp) => {
    await bot.control.command({ user, channel: CHANNEL, text })
    return bot.control.waitForMessage(
      { channel: CHANNEL, as: user, timeoutMs: 5000 },
      (one) => one.ephemeralTo !== null && expected.test(`${one.text} ${JSON.stringify(one.blocks)}`),
    )
  }

  test('plan says that it is new, and apply that it was published', async () => {
    const plan = await cli('plan')
    assert.equal(plan.code, 0, plan.stderr)
    assert.match(plan.stdout, /^source shop: new, scheme hmac at \/in\/shop$/m)
    const apply = await cli('apply')
    assert.equal(apply.code, 0, apply.stderr)
    assert.match(apply.stdout, /^source shop: new/m)
    await bot.app.catalog.refresh()
    assert.doesNotMatch((await cli('plan')).stdout, /source shop/)
  })

  test('a change is published without a new version of each workflow', async () => {
    const before_ = await bot.app.db.prisma.workflowVersion.count()
    write({
      'signalbox.yaml': `${standards('  more: { preset: stripe, secret: secret.HOOK }\n')}roles: { operators: ["@grace"] }\n`,
    })
    const plan = await cli('plan')
    assert.match(plan.stdout, /source more: new, preset stripe at \/in\/more/)
    assert.match(plan.stdout, /refunds: unchanged/)
    assert.match((await cli('apply')).stdout, /no workflow takes from the source "more"/)
    assert.equal(await bot.app.db.prisma.workflowVersion.count(), before_)
    await bot.app.catalog.refresh()
  })

  test('send signs for it, and says what became of the event', async () => {
    const event = join(dir, 'refund.json')
    writeFileSync(event, '{"id":"s1","type":"refund","n":500}')
    const sent = await cli('send', 'shop', event)
    assert.equal(sent.code, 0, sent.stderr)
    assert.match(sent.stdout, /Accepted: 2 runs: large run_\w+, refunds run_\w+\./)
    assert.match((await cli('send', 'shop', event)).stdout, /Already received: large run_/)
    const ignored = await cli('send', 'shop', '--data', '{"id":"s2","type":"sale"}')
    assert.match(ignored.stdout, /Accepted, and ignored by filter: no workflow wants it\./)
    const sample = await cli('send', 'more', '--sample')
    assert.match(sample.stdout, /ignored by filter/)
    const wrong = await cli('send', 'shpo', '--data', '{}')
    assert.match(wrong.stderr, /There is no workflow or source "shpo"\. Did you mean shop\?/)
    const elsewhere = await cli('send', 'refunds', '--data', '{}')
    assert.match(elsewhere.stderr, /takes from a source\. Send to that: signalbox send shop/)
  })

  test('sources and status say where it is, who takes from it, and what was ignored', async () => {
    for (const type of ['sale', 'sale', 'visit'])
      await sendTo(bot, '/in/shop', { id: `${type}${Math.random()}`, type })
    const list = await cli('sources')
    assert.match(list.stdout, /^shop +\/in\/shop +scheme hmac +5 +4 +large, refunds$/m)
    assert.match(list.stdout, /^stripe +Stripe/m)
    const one = await cli('sources', 'shop')
    const status = await cli('status', 'shop')
    for (const { stdout } of [one, status]) {
      assert.match(stdout, /Address +http:\/\/.*\/in\/shop$/m)
      assert.match(stdout, /refunds, when event\.type == "refund"$/m)
      assert.match(stdout, /5 events, 4 ignored by filter \(sale: 3, visit: 1\)/)
    }
    const { sources } = JSON.parse((await cli('sources', '--json')).stdout) as {
      sources: { name: string; takers: { workflow: string }[]; ignoredTypes: { type: string; n: number }[] }[]
    }
    assert.deepEqual(
      sources.map(({ name, takers }) => [name, takers.length]),
      [
        ['batches', 1],
        ['more', 0],
        ['shop', 2],
      ],
    )
    assert.deepEqual(sources[2]?.ignoredTypes, [
      { type: 'sale', n: 3 },
      { type: 'visit', n: 1 },
    ])
  })

  test('rollback refuses a version whose source is gone', async () => {
    const file = join(dir, 'signalbox.yaml')
    const published = readFileSync(file, 'utf8')
    write({ 'lines.yaml': taker('lines', 'command: {}') })
    writeFileSync(file, published.replace(/^  batches: .*\n/m, ''))
    const apply = await cli('apply')
    assert.match(apply.stdout, /^source batches: removed; what is sent to \/in\/batches is refused$/m)
    const back = await cli('rollback', 'lines', '1')
    assert.equal(back.code, 1)
    assert.match(back.stderr, /takes from the source "batches", which signalbox\.yaml no longer has/)
  })

  test('/workflow status names the types to operators alone, and nothing that a sender writes is obeyed', async () => {
    await sendTo(bot, '/in/shop', { id: 'bad', type: '<!channel> *x*' })
    await says('@grace', '/workflow status shop', /5 ignored by filter \(sale: 3, .*visit: 1/)
    const answer = await says('@joan', '/workflow status shop', /6 events, 5 ignored by filter\\n/)
    assert.doesNotMatch(JSON.stringify(answer.blocks), /sale/)
    const own = await says('@grace', '/workflow status shop', /ignored by filter \(/)
    assert.doesNotMatch(JSON.stringify(own.blocks), /<!channel>/)
    await says('@grace', '/workflow status shpo', /Did you mean .*shop/)
  })

  test('the digest counts what was ignored, and its exceptions do not', async () => {
    const now = new Date()
    const window = windowOf(new Date(now.getTime() + 3_600_000), 'UTC')
    const week = {
      ...window,
      start: new Date(now.getTime() - 3_600_000),
      end: new Date(now.getTime() + 1000),
    }
    const figures = await readDigestFigures(bot.app.db, week, now)
    assert.match(
      digestText(figures, week).ignored,
      /^6 ignored by filter \(sale: 3, .*charge\.refunded: 1.*\)$/,
    )
    assert.equal(figures.now.opened, 0)
    assert.equal(await bot.app.db.prisma.exception.count(), 0)
  })
})
