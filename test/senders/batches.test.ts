// A delivery of several events: each becomes one, in one commit; what nobody declared is held, never half taken.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type Bot, startBot } from '../bot.ts'

const SECRET = 'a secret nobody guesses'
/** Adyen's keys are hex. */
const KEY = '44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056'
const flow = (workflow: string, webhook: string, more = '') => `
workflow: ${workflow}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: ${webhook} }
fields: { n: { type: integer, from: event.n, missing: ignore } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
${more}`
const HMAC = 'verify: { scheme: hmac, header: X-Sig, secret: secret.HOOK }'

interface Answered {
  status: number
  body: { events?: { event: string; run: string; duplicate: boolean }[]; run?: string; title?: string }
}

const list = (...events: unknown[]) => JSON.stringify({ events })

describe('a batch', () => {
  let bot: Bot
  const cleaning: (() => Promise<void>)[] = []
  before(async () => {
    bot = await startBot(
      { after: (clean) => void cleaning.push(clean) },
      { env: { HOOK: SECRET, HMAC_KEY: KEY } },
    )
    await bot.publish({
      listed: flow('listed', `{ ${HMAC}, each: event.events, id: string(event.id) }`),
      unnamed: flow('unnamed', `{ ${HMAC}, each: event.events }`),
      headed: flow(
        'headed',
        `{ verify: { scheme: none }, allow_unsigned: true, each: event.events, id: 'headers["webhook-id"]' }`,
      ),
      nested: flow('nested', `{ ${HMAC}, each: "event.entry.map(e, e.changes)" }`),
      lines: flow(
        'lines',
        '{ verify: { scheme: bearer, secret: secret.HOOK }, body: [json, ndjson], each: event }',
      ),
      adyen: flow('adyen', '{ preset: adyen, secret: secret.HMAC_KEY }'),
      undeclared: flow('undeclared', `{ ${HMAC} }`),
      whole: flow('whole', `{ ${HMAC} }`).replace('event.n, missing', 'size(event), missing'),
    })
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })
  const send = async (
    workflow: string,
    body: string,
    headers: Record<string, string> = {},
  ): Promise<Answered> => {
    const response = await fetch(`${bot.app.url}/hooks/${workflow}`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-sig': createHmac('sha256', SECRET).update(body).digest('hex'),
        ...headers,
      },
    })
    return { status: response.status, body: (await response.json()) as Answered['body'] }
  }
  const sendListed = async (text: string) => {
    const { status, body } = await send('listed', `{"events":[${text}]}`)
    await bot.untilIdle()
    return { status, runs: body.events?.map(({ run }) => run) ?? [], body }
  }
  const reasonsOf = async (runs: string[]) => {
    const found = await bot.app.db.prisma.exception.findMany({ where: { runId: { in: runs } } })
    return found.map(({ runId, reason }) => [runId, reason])
  }
  const eventsOf = (workflowKey: string) =>
    bot.app.db.prisma.event.findMany({ where: { workflowKey }, orderBy: { id: 'asc' } })

  const deliverAdyen = async (...notificationItems: object[]) => {
    const body = JSON.stringify({ live: 'true', notificationItems })
    const response = await fetch(`${bot.app.url}/hooks/adyen`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    await bot.untilIdle()
    return response.status
  }
  const adyenOutcomes = () => bot.app.db.prisma.outcome.count({ where: { run: { workflowKey: 'adyen' } } })

  test('becomes an event for each of its elements, with its numbers as they were sent', async () => {
    const { status, body } = await send(
      'listed',
      '{"events":[{"id":1,"n":9007199254740993},{"id":2,"n":1.10}]}',
    )
    assert.equal(status, 202)
    assert.deepEqual(
      body.events?.map(({ duplicate }) => duplicate),
      [false, false],
    )
    const kept = (await eventsOf('listed')).map((event) => Buffer.from(event.body).toString())
    assert.deepEqual(kept.toSorted(), ['{"id":1,"n":9007199254740993}', '{"id":2,"n":1.1}'])
  })

  test('is known again element by element: what is new of it is taken', async () => {
    const before_ = (await eventsOf('listed')).length
    const first = await send('listed', list({ id: 10 }, { id: 11 }))
    const again = await send('listed', list({ id: 10 }, { id: 11 }))
    assert.equal(again.status, 200)
    assert.deepEqual(
      again.body.events?.map(({ run, duplicate }) => [run, duplicate]),
      first.body.events?.map(({ run }) => [run, true]),
    )
    const more = await send('listed', list({ id: 11 }, { id: 12 }))
    assert.equal(more.status, 202)
    assert.deepEqual(
      more.body.events?.map(({ duplicate }) => duplicate),
      [true, false],
    )
    assert.equal((await eventsOf('listed')).length, before_ + 3)
  })

  test('whose elements have no id is known by what was signed, and by their places', async () => {
    const body = list({ n: 1 }, { n: 1 }, { n: 2 })
    const first = await send('unnamed', body)
    assert.equal(new Set(first.body.events?.map(({ run }) => run)).size, 3)
    const again = await send('unnamed', body)
    assert.deepEqual([again.status, again.body.events?.every(({ duplicate }) => duplicate)], [200, true])
    assert.equal((await eventsOf('unnamed')).length, 3)
  })

  describe('with one id twice', () => {
    test('takes each content once, and asks about the second', async () => {
      const text = '{"id":"t9","n":2},{"id":"t9","n":2},{"id":"t9","n":3}'
      const { status, runs, body } = await sendListed(text)
      assert.equal(status, 202)
      assert.deepEqual(
        body.events?.map(({ duplicate }) => duplicate),
        [false, true, false],
      )
      const [first, same, other] = runs
      assert.equal(first, same)
      assert.deepEqual(await reasonsOf(runs), [[other, 'duplicate_suspected']])
      const { sameIdAs } = await bot.app.db.prisma.event.findUniqueOrThrow({
        where: { id: body.events?.[2]?.event ?? '' },
      })
      assert.equal(sameIdAs, body.events?.[0]?.event)
      assert.deepEqual(await sendListed(text).then((again) => [again.status, again.runs]), [200, runs])
    })

    test('knows what came before it, and what comes after it', async () => {
      const [first] = (await sendListed('{"id":"t8","n":1}')).runs
      const { runs } = await sendListed('{"id":"t8","n":1},{"id":"t8","n":2}')
      assert.equal(runs[0], first)
      assert.deepEqual(await reasonsOf(runs), [[runs[1], 'duplicate_suspected']])
      for (const [n, run] of [
        [1, runs[0]],
        [2, runs[1]],
      ])
        assert.deepEqual((await sendListed(`{"id":"t8","n":${n}}`)).runs, [run])
    })

    test('compares what they say, not how it is written', async () => {
      const { runs } = await sendListed('{"id":"t7","n":1.10,"m":1},{"m":1.0,"n":1.1,"id":"t7"}')
      assert.equal(runs[0], runs[1])
    })

    test('takes as many contents as there are', async () => {
      const events = Array.from({ length: 1000 }, (_, n) => `{"id":"t6","n":${n % 500}}`)
      const { body } = await send('listed', `{"events":[${events.join()}]}`)
      assert.equal(new Set(body.events?.map(({ run }) => run)).size, 500)
    })
  })

  test('whose elements are named by what names the delivery is known by their places', async () => {
    const headers = { 'webhook-id': 'whole' }
    const first = await send('headed', list({ n: 1 }, { n: 1 }), headers)
    assert.equal(new Set(first.body.events?.map(({ run }) => run)).size, 2)
    const again = await send('headed', list({ n: 1 }, { n: 1 }), headers)
    assert.deepEqual(
      again.body.events?.map(({ run }) => run),
      first.body.events?.map(({ run }) => run),
    )
    const other = await send('headed', list({ n: 1 }, { n: 1 }), { 'webhook-id': 'other' })
    assert.equal(other.status, 202)
  })

  test('whose elements are signed one by one is those, whoever put them together, and however often', async () => {
    // docs.adyen.com, "Verify HMAC signatures": these values, with a colon between them.
    const text = 'psp-1::shop:ref-1:1000:EUR:CAPTURE:true'
    const item = (eventDate: string) => ({
      NotificationRequestItem: {
        pspReference: 'psp-1',
        merchantAccountCode: 'shop',
        merchantReference: 'ref-1',
        amount: { value: 1000, currency: 'EUR' },
        eventCode: 'CAPTURE',
        success: 'true',
        eventDate,
        additionalData: {
          hmacSignature: createHmac('sha256', Buffer.from(KEY, 'hex')).update(text).digest('base64'),
        },
      },
    })
    assert.equal(await deliverAdyen(item('1')), 200)
    assert.equal(await deliverAdyen(item('1'), item('1')), 200)
    assert.deepEqual([(await eventsOf('adyen')).length, await adyenOutcomes()], [1, 1])
    // What nobody signed differs: for a person, and nothing of it runs.
    await deliverAdyen(item('1'), item('2'), item('3'))
    assert.equal(await adyenOutcomes(), 1)
  })

  test('of nothing is answered, and is nothing', async () => {
    const { status, body } = await send('unnamed', list())
    assert.deepEqual([status, body], [200, { events: [] }])
  })

  test('of lists is all of their elements; JSON lines are a list', async () => {
    const nested = await send('nested', '{"entry":[{"changes":[{"n":1},{"n":2}]},{"changes":[{"n":3}]}]}')
    assert.equal(nested.body.events?.length, 3)
    const headers = {
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': 'k',
    }
    const lines = await send('lines', '{"n":1}\n{"n":2}\n', headers)
    assert.equal(new Set(lines.body.events?.map(({ run }) => run)).size, 2)
    const again = await send('lines', '{"n":1}\n{"n":2}\n', headers)
    assert.equal(again.status, 200)
  })

  test('of 500 is one commit', async () => {
    const events = Array.from({ length: 500 }, (_, id) => ({ id: `b${id}`, n: id }))
    const { status, body } = await send('listed', list(...events))
    assert.deepEqual([status, body.events?.length], [202, 500])
    const [{ commits }] = (await bot.app.db.prisma.$queryRawUnsafe<{ commits: bigint }[]>(
      `SELECT count(DISTINCT xmin::text) AS commits FROM event WHERE workflow_key = 'listed' AND dedupe_key LIKE 'b%'`,
    )) as [{ commits: bigint }]
    assert.equal(Number(commits), 1)
  })

  test('of more than 5,000 is refused whole', async () => {
    const before_ = (await eventsOf('unnamed')).length
    const { status, body } = await send('unnamed', list(...Array.from({ length: 5001 }, (_, n) => n)))
    assert.deepEqual([status, body.title], [413, 'Too many events'])
    assert.equal((await eventsOf('unnamed')).length, before_)
  })

  test('that nobody declared is held and named where the workflow reads an object', async () => {
    const { status, body } = await send('undeclared', '[{"n":1},{"n":2},{"n":3}]')
    assert.equal(status, 202)
    await bot.untilIdle()
    const { reason, detail } = await bot.app.db.prisma.exception.findFirstOrThrow({
      where: { runId: body.run ?? '' },
    })
    assert.equal(reason, 'invalid_field')
    assert.equal(
      detail,
      'This delivery is a list of 3, and the workflow reads event.n. Nothing of it was taken. Write each: event under webhook, and have it sent again.',
    )
    const whole = await send('whole', '[{"n":1},{"n":2},{"n":3}]')
    await bot.untilIdle()
    assert.equal(await bot.app.db.prisma.exception.count({ where: { runId: whole.body.run ?? '' } }), 0)
  })
})
