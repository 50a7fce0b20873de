// One delivery, stored once, for every workflow that wants it; what nobody wants is counted and starts nothing.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readRun } from '../../src/db/runs/run-view.ts'
import { MASK } from '../../src/domain/masking/marked.ts'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { type Bot, startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'
import { testDatabase } from '../database.ts'
import { SECRET, sendTo, standards, taker, workflowsOf } from './sources.ts'

describe('a source', () => {
  let bot: Bot
  const cleaning: (() => Promise<void>)[] = []
  const prisma = () => bot.app.db.prisma
  before(async () => {
    const database = await testDatabase()
    bot = await startBot({ after: (clean) => void cleaning.push(clean) }, { env: { HOOK: SECRET }, database })
    await bot.publish(
      {
        all: taker('all', 'source: shop'),
        refunds: taker('refunds', `source: shop, when: 'event.type == "refund"'`),
        large: taker('large', `source: shop, when: 'event.n > 100'`),
        flagged: taker('flagged', `source: shop, when: 'event.flag'`),
        header: taker('header', `source: shop, when: 'headers["x-kind"] == "b"'`),
        odd: taker('odd', `source: batches, when: 'int(event.n) % 2 == 1'`),
        third: taker('third', `source: batches, when: 'int(event.n) % 3 == 0'`),
        hooked: taker(
          'hooked',
          `webhook: { verify: { scheme: hmac, header: X-Sig, secret: secret.HOOK }, id: event.id, when: 'event.type == "refund"' }`,
        ),
      },
      standards(),
    )
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })
  const deliveryOf = (id: string | null) => prisma().delivery.findUniqueOrThrow({ where: { id: id ?? '' } })

  test('starts a run of each workflow whose filter holds, and keeps the bytes once', async () => {
    const text = '{"id":"one", "type":"refund",  "n":9007199254740993}'
    const { status, body } = await sendTo(bot, '/in/shop', text)
    assert.equal(status, 202)
    assert.deepEqual(workflowsOf(body), ['all', 'large', 'refunds'])
    await bot.untilIdle()
    const delivery = await deliveryOf(body.delivery)
    assert.deepEqual(
      [Buffer.from(delivery.body).toString(), delivery.wanted, delivery.type, delivery.address],
      [text, 3, 'refund', '/in/shop'],
    )
    const events = await prisma().event.findMany({ where: { deliveryId: delivery.id } })
    assert.deepEqual(
      events.map((event) => event.body.length),
      [0, 0, 0],
    )
    for (const { run } of body.runs) {
      const view = await readRun(prisma(), run)
      assert.deepEqual(
        [view?.event.body, view?.event.dedupeKey, view?.outcome?.kind, view?.record?.fields['id']],
        [text, 'source:shop:one', 'achieved', 'one'],
      )
    }
  })

  test('commits delivery, events and runs together', async () => {
    const { body } = await sendTo(bot, '/in/shop', { id: 'together', type: 'refund' })
    const [{ commits }] = (await prisma().$queryRawUnsafe(
      `SELECT count(DISTINCT x)::int AS commits FROM (
         SELECT xmin::text AS x FROM delivery WHERE id = '${body.delivery}'
         UNION ALL SELECT xmin::text FROM event WHERE delivery_id = '${body.delivery}') AS rows`,
    )) as [{ commits: number }]
    assert.equal(commits, 1)
  })

  test('counts what no filter wants, with its type, and keeps none of its bytes', async () => {
    await bot.publish(
      { lone: taker('lone', `source: quiet, when: 'event.type == "wanted"'`) },
      standards('  quiet: { verify: { scheme: hmac, header: X-Sig, secret: secret.HOOK }, id: event.id }\n'),
    )
    const before_ = await prisma().exception.count()
    const { status, body } = await sendTo(bot, '/in/quiet', { id: 'x', type: 'other', name: 'Ada' })
    assert.deepEqual([status, body.runs, body.duplicate], [202, [], false])
    const delivery = await deliveryOf(body.delivery)
    assert.deepEqual([delivery.wanted, delivery.type, delivery.body.length], [0, 'other', 0])
    const again = await sendTo(bot, '/in/quiet', { id: 'x', type: 'other', name: 'Ada' })
    assert.deepEqual([again.status, again.body.delivery, again.body.duplicate], [200, body.delivery, true])
    assert.equal((await deliveryOf(body.delivery)).redeliveries, 1)
    assert.equal(await prisma().exception.count(), before_)
  })

  test('takes a repeat once, whoever has subscribed since', async () => {
    const first = await sendTo(bot, '/in/shop', { id: 'again', type: 'refund' })
    await bot.publish({ late: taker('late', 'source: shop') }, standards())
    const again = await sendTo(bot, '/in/shop', { id: 'again', type: 'refund' })
    assert.equal(again.status, 200)
    assert.deepEqual(
      [again.body.delivery, workflowsOf(again.body), again.body.duplicate],
      [first.body.delivery, workflowsOf(first.body), true],
    )
    const runs = await prisma().run.findMany({ where: { id: { in: first.body.runs.map(({ run }) => run) } } })
    assert.deepEqual(
      runs.map(({ redeliveries }) => redeliveries),
      first.body.runs.map(() => 1),
    )
    const next = await sendTo(bot, '/in/shop', { id: 'next' })
    assert.deepEqual(workflowsOf(next.body), ['all', 'late'])
  })

  test('knows a repeat by an id of any length', async () => {
    const id = 'long'.repeat(100)
    const first = await sendTo(bot, '/in/shop', { id, n: 1 })
    const again = await sendTo(bot, '/in/shop', { n: 1, id })
    assert.deepEqual([again.status, again.body.delivery], [200, first.body.delivery])
  })

  test('asks each workflow about another content under the same id', async () => {
    const first = await sendTo(bot, '/in/shop', { id: 'same', type: 'refund', n: 1 })
    const other = await sendTo(bot, '/in/shop', { id: 'same', type: 'refund', n: 500 })
    assert.equal(other.status, 202)
    assert.notEqual(other.body.delivery, first.body.delivery)
    assert.deepEqual(workflowsOf(other.body), ['all', 'large', 'late', 'refunds'])
    await bot.untilIdle()
    const reasons = await prisma().exception.findMany({
      where: { runId: { in: other.body.runs.map(({ run }) => run) } },
      select: { reason: true, workflowKey: true, detail: true },
      orderBy: { workflowKey: 'asc' },
    })
    // `large` did not want the first, so to it this one is new.
    assert.deepEqual(
      reasons.map(({ workflowKey, reason }) => [workflowKey, reason]),
      ['all', 'late', 'refunds'].map((key) => [key, 'duplicate_suspected']),
    )
    assert.match(reasons[0]?.detail ?? '', /What differs: n\./)
    const again = await sendTo(bot, '/in/shop', { n: 500, type: 'refund', id: 'same' })
    assert.deepEqual([again.status, again.body.delivery], [200, other.body.delivery])
  })

  test('lets a filter without an answer stop its run, and loses nothing', async () => {
    const { body } = await sendTo(bot, '/in/shop', { id: 'unclear', flag: 'yes' })
    assert.deepEqual(workflowsOf(body), ['all', 'flagged', 'late'])
    await bot.untilIdle()
    const run = body.runs.find(({ workflow }) => workflow === 'flagged')?.run ?? ''
    const { reason, detail } = await prisma().exception.findFirstOrThrow({ where: { runId: run } })
    assert.equal(reason, 'invalid_field')
    assert.match(detail, /The filter of this workflow .* event\.flag is neither true nor false/)
    const { db, queue, catalog } = bot.app
    const replayed = await replay(
      { db, queue, catalog, clock: () => new Date(), cardsChanged: () => {} },
      { runId: run, version: 'current', actor: { id: 'cli:ops-lead', surface: 'cli' } },
    )
    assert.equal(replayed.kind, 'replayed')
    await bot.untilIdle()
    const next = await prisma().run.findFirstOrThrow({ where: { replayOf: run }, include: { outcome: true } })
    assert.equal(next.outcome?.kind, 'achieved')
    assert.equal((await readRun(prisma(), next.id))?.event.body, '{"id":"unclear","flag":"yes"}')
  })

  test('takes the events of a batch apart, in one commit', async () => {
    const events = Array.from({ length: 500 }, (_, n) => ({ id: `b${n}`, n }))
    const { status, body } = await sendTo(bot, '/in/batches', { events })
    assert.deepEqual([status, body.events?.length], [202, 500])
    const counts = body.events?.map(({ runs }) => runs.length) ?? []
    assert.deepEqual(counts.slice(0, 8), [1, 1, 0, 2, 0, 1, 1, 1])
    const [{ commits }] = (await prisma().$queryRawUnsafe(
      `SELECT count(DISTINCT xmin::text)::int AS commits FROM delivery WHERE address = '/in/batches'`,
    )) as [{ commits: number }]
    assert.equal(commits, 1)
    const again = await sendTo(bot, '/in/batches', { events: events.slice(0, 3) })
    assert.deepEqual([again.status, again.body.events?.[0]?.runs], [200, body.events?.[0]?.runs])
  })

  test('takes each content of one id in a batch once, and asks about the second', async () => {
    const events = [1, 1, 3].map((n) => ({ id: 'twice', n }))
    const { body } = await sendTo(bot, '/in/batches', { events })
    const runs = body.events?.map((one) => one.runs.filter(({ workflow }) => workflow === 'odd')) ?? []
    assert.deepEqual(runs[0], runs[1])
    const [first, , other] = runs.map(([one]) => one)
    const { sameIdAs } = await prisma().event.findUniqueOrThrow({ where: { id: other?.event ?? '' } })
    assert.equal(sameIdAs, first?.event)
    const again = await sendTo(bot, '/in/batches', { events: events.toReversed() })
    assert.deepEqual(
      [again.status, again.body.events?.map(({ delivery }) => delivery)],
      [200, body.events?.map(({ delivery }) => delivery).toReversed()],
    )
  })

  test('refuses a batch that would start more runs than one commit holds, whole', async () => {
    const crowd = Array.from({ length: 6 }, (_, n) => [`crowd-${n}`, taker(`crowd-${n}`, 'source: crowded')])
    await bot.publish(
      Object.fromEntries(crowd),
      standards(
        '  crowded: { verify: { scheme: hmac, header: X-Sig, secret: secret.HOOK }, each: event.events, id: event.id }\n',
      ),
    )
    const events = Array.from({ length: 5000 }, (_, n) => ({ id: n }))
    const { status, body } = await sendTo(bot, '/in/crowded', { events })
    assert.deepEqual([status, body.title], [413, 'Too many events'])
    assert.equal(await prisma().delivery.count({ where: { address: '/in/crowded' } }), 0)
  })

  test('of one workflow is its hook with a filter', async () => {
    const ignored = await sendTo(bot, '/hooks/hooked', { id: 'h1', type: 'sale' })
    assert.deepEqual([ignored.status, ignored.body.runs], [202, []])
    assert.equal((await deliveryOf(ignored.body.delivery)).address, '/hooks/hooked')
    const wanted = await sendTo(bot, '/hooks/hooked', { id: 'h2', type: 'refund' })
    assert.deepEqual(workflowsOf(wanted.body), ['hooked'])
    const again = await sendTo(bot, '/hooks/hooked', { id: 'h2', type: 'refund' })
    assert.deepEqual([again.status, again.body.runs], [200, wanted.body.runs])
  })

  test('knows what its hook took before it had a filter', async () => {
    const hook = `verify: { scheme: hmac, header: X-Sig, secret: secret.HOOK }, id: event.id`
    await bot.publish({ moved: taker('moved', `webhook: { ${hook} }`) }, standards())
    const first = await sendTo(bot, '/hooks/moved', { id: 'm1', n: 1 })
    await bot.publish({ moved: taker('moved', `webhook: { ${hook}, when: 'event.n > 0' }`) }, standards())
    const again = await sendTo(bot, '/hooks/moved', { id: 'm1', n: 1 })
    assert.deepEqual([again.status, again.body.runs[0]?.run], [200, first.body.run])
    const changed = await sendTo(bot, '/hooks/moved', { id: 'm1', n: 2 })
    assert.equal(changed.status, 202)
    await bot.untilIdle()
    const exception = await prisma().exception.findFirstOrThrow({ where: { workflowKey: 'moved' } })
    assert.equal(exception.reason, 'duplicate_suspected')
    // And back: what came while it had one is known too.
    await bot.publish({ moved: taker('moved', `webhook: { ${hook} }`) }, standards())
    const back = await sendTo(bot, '/hooks/moved', { id: 'm1', n: 1 })
    assert.deepEqual([back.status, back.body.run], [200, first.body.run])
    assert.equal(await prisma().run.count({ where: { workflowKey: 'moved' } }), 2)
  })

  test('believes nobody who cannot sign, and names what is near to a wrong address', async () => {
    const count = await prisma().delivery.count()
    const unsigned = await sendTo(bot, '/in/shop', { id: 'no' }, { 'x-sig': 'none' })
    assert.equal(unsigned.status, 401)
    const unknown = await sendTo(bot, '/in/shpo', { id: 'no' })
    assert.deepEqual(
      [unknown.status, unknown.body.detail],
      [404, 'There is no source "shpo". Did you mean "shop"?'],
    )
    const elsewhere = await sendTo(bot, '/hooks/all', { id: 'no' })
    assert.deepEqual(
      [elsewhere.status, elsewhere.body.detail],
      [404, 'The workflow "all" takes from a source: send to /in/shop.'],
    )
    assert.equal(await prisma().delivery.count(), count)
  })

  test('is masked for each workflow as that one says', async () => {
    const secret = taker('masked', 'source: shop')
      .replace('subject: event.id\n', '')
      .replace('from: event.id }', 'from: event.id, personal: true }')
    await bot.publish({ masked: secret }, standards())
    const { body } = await sendTo(bot, '/in/shop', { id: 'grace@example.com' })
    await bot.untilIdle()
    const viewOf = async (workflow: string) =>
      readRun(prisma(), body.runs.find((one) => one.workflow === workflow)?.run ?? '')
    const [masked, open] = [await viewOf('masked'), await viewOf('all')]
    assert.deepEqual([masked?.event.dedupeKey, masked?.event.body], [MASK, `{"id":"${MASK}"}`])
    assert.deepEqual(
      [open?.event.dedupeKey, open?.event.body],
      ['source:shop:grace@example.com', '{"id":"grace@example.com"}'],
    )
    const shown = await signalbox(bot.env, 'explain', masked?.id ?? '', '--json')
    assert.doesNotMatch(shown.stdout, /grace@example/)
    const told = await signalbox(bot.env, 'explain', open?.id ?? '')
    assert.match(told.stdout, /Source +webhook at \/in\/shop, /)
  })

  test('gives each workflow only the headers that it reads', async () => {
    const { body } = await sendTo(bot, '/in/shop', { id: 'headers' }, { 'x-kind': 'b' })
    const headersOf = async (workflow: string) => {
      const { event = '' } = body.runs.find((one) => one.workflow === workflow) ?? {}
      return (await prisma().event.findUniqueOrThrow({ where: { id: event } })).headers as Record<
        string,
        string
      >
    }
    assert.equal((await headersOf('header'))['x-kind'], 'b')
    assert.equal((await headersOf('all'))['x-kind'], undefined)
  })
})
