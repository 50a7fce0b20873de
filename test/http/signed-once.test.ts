// What was signed is one event: whoever recorded a request cannot make more of it with headers that nobody signed.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { type Form, forms } from '../../src/domain/body/media-type.ts'
import { type Bot, startBot } from '../bot.ts'
import { type Sender, signatureHeaders, webhookOf } from '../senders/senders.ts'

const HOOK = `whsec_${Buffer.from('a secret nobody guesses').toString('base64')}`
const schemes: Record<string, Sender> = {
  github: { preset: 'github' },
  shopify: { preset: 'shopify' },
  stripe: { preset: 'stripe' },
  standard: { preset: 'standard-webhooks' },
  hmac: { scheme: 'hmac', header: 'X-Sig' },
  'hmac-timed': { scheme: 'hmac', header: 'X-Sig', timestamp: 'X-Time' },
}
const flow = (workflow: string, sender: Sender, trigger = '', more: object = {}) => `
workflow: ${workflow}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: ${JSON.stringify({ ...webhookOf(sender), ...more })}${trigger} }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`
/** A text that is a stream of zlib too, with its sum: one block that is stored as it is. */
function textThatIsZlib(): Buffer {
  const block = Buffer.from([0x01, 0x20, 0x40, 0xdf, 0xbf])
  for (let at = 0; ; at += 1) {
    const content = Buffer.alloc(0x4020, 'x')
    content.write(at.toString(36), at % 1000)
    let [low, high] = [1, 0]
    for (const byte of content) {
      low = (low + byte) % 65_521
      high = (high + low) % 65_521
    }
    const sum = Buffer.from([high >> 8, high & 255, low >> 8, low & 255])
    if (sum.every((byte) => byte < 128)) return Buffer.concat([Buffer.from('x^'), block, content, sum])
  }
}

const signed = (verify: Sender, body: string, at = new Date()) =>
  signatureHeaders(verify, HOOK, { body, at, id: 'msg_1' })

describe('a signed delivery', () => {
  let bot: Bot
  const cleaning: (() => Promise<void>)[] = []
  before(async () => {
    bot = await startBot({ after: (clean) => void cleaning.push(clean) }, { env: { HOOK } })
    await bot.publish({
      ...Object.fromEntries(Object.entries(schemes).map(([name, verify]) => [name, flow(name, verify)])),
      ...Object.fromEntries(
        [...forms, undefined].map((form) => [
          `takes-${form}`,
          flow(`takes-${form}`, { preset: 'github' }, '', { id: 'event.order', body: form }),
        ]),
      ),
      'by-content': flow('by-content', { preset: 'github' }, '', { id: 'event', body: 'text' }),
      bearer: flow('bearer', { scheme: 'bearer' }),
      nightly: flow('nightly', { scheme: 'none' }, ', schedule: { cron: "0 7 * * *" }'),
    })
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })

  for (const [name, verify] of Object.entries(schemes)) {
    test(`${name}: a recorded request sent again under other unsigned headers is the first event`, async () => {
      const headers = signed(verify, '{"n":1}')
      const first = await bot.send(name, '{"n":1}', headers)
      assert.deepEqual([first.status, first.body.duplicate], [202, false])
      const unsigned: Record<string, string>[] = [
        { 'idempotency-key': 'a' },
        { 'idempotency-key': 'b' },
        { 'x-request-id': 'c' },
      ]
      for (const more of unsigned) {
        const again = await bot.send(name, '{"n":1}', { ...headers, ...more })
        assert.deepEqual([again.status, again.body], [200, { ...first.body, duplicate: true }])
      }
      if (name !== 'standard') {
        const named = await bot.send(name, '{"n":1}', { ...headers, 'webhook-id': 'other' })
        assert.equal(named.body.duplicate, true, 'a webhook-id that is not signed')
      }
      const other = await bot.send(name, '{"n":2}', {
        ...signatureHeaders(verify, HOOK, { body: '{"n":2}', at: new Date(), id: 'msg_2' }),
      })
      assert.equal(other.body.duplicate, false, 'another body is another event')
    })
  }

  test('recorded as text and sent again under any Content-Encoding starts nothing', async () => {
    const zlib = textThatIsZlib().toString()
    assert.equal(inflateSync(Buffer.from(zlib)).length, 0x4020)
    for (const [body, as] of [
      ['sO+F@u@8', 'a raw deflate'],
      [zlib, 'zlib with its sum'],
    ] as const) {
      const headers = {
        ...signatureHeaders({ preset: 'github' }, HOOK, { body, at: new Date() }),
        'content-type': 'text/plain',
      }
      const first = await bot.send('by-content', body, headers)
      assert.equal(first.status, 202, as)
      for (const encoding of ['deflate', 'br', 'gzip', 'x-gzip', 'zstd']) {
        const again = await bot.send('by-content', body, { ...headers, 'content-encoding': encoding })
        assert.ok(again.status === 415 || again.status === 400, `${as} as ${encoding}: ${again.status}`)
      }
      const again = await bot.send('by-content', body, { ...headers, 'content-encoding': 'identity' })
      assert.deepEqual([again.status, again.body.run], [200, first.body.run])
    }
    assert.ok(inflateRawSync(Buffer.from('sO+F@u@8')).length > 0)
  })

  test('recorded compressed and sent again without its Content-Encoding, or under another, starts nothing', async () => {
    const { url } = bot.app
    const post = async (body: Buffer, encoding: string | undefined) => {
      const response = await fetch(`${url}/hooks/by-content`, {
        method: 'POST',
        body: new Uint8Array(body),
        headers: {
          'content-type': 'text/plain',
          'x-hub-signature-256': `sha256=${createHmac('sha256', HOOK).update(body).digest('hex')}`,
          ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
        },
      })
      const { detail } = (await response.json()) as { detail?: string }
      return { status: response.status, takes: response.headers.get('accept-encoding'), detail }
    }
    const packed: [string, Buffer][] = [
      ['gzip', gzipSync('packed by gzip')],
      ['deflate', deflateSync('packed by deflate')],
    ]
    for (const [own, body] of packed) {
      assert.equal((await post(body, own)).status, 202, own)
      for (const other of [undefined, 'gzip', 'deflate', 'br'].filter((one) => one !== own)) {
        const { status } = await post(body, other)
        assert.ok(status === 400 || status === 415, `${own} as ${other}: ${status}`)
      }
    }
    assert.deepEqual(await post(brotliCompressSync('packed by br'), 'br'), {
      status: 415,
      takes: 'gzip, deflate',
      detail:
        'Content-Encoding: br is not taken where the body is signed. Send gzip or deflate, or send the body uncompressed.',
    })
  })

  const NOTE = 'x&order=77&z=€\\",\\"order\\":\\"77\\",\\"z\\":\\"'
  const recorded: Record<Form, [type: string, body: string]> = {
    json: ['application/json', `{"note":"${NOTE}","order":"1"}`],
    form: ['application/x-www-form-urlencoded', `note=${NOTE.slice(0, 1)}&order=1`],
    multipart: [
      'multipart/form-data; boundary=bb',
      '--bb\r\nContent-Disposition: form-data; name="order"\r\n\r\n1\r\n--b\r\n\r\n\r\n--bb--\r\n',
    ],
    xml: ['application/xml', '<order>1</order>'],
    ndjson: ['application/x-ndjson', '{"order":"1"}'],
    text: ['text/plain', '{"order":"1"}'],
  }
  const others = [
    ...Object.values(recorded).map(([type]) => type),
    'application/json; charset=gbk',
    'application/x-www-form-urlencoded; charset=utf-16',
    'multipart/form-data; boundary=b',
    'application/xml; charset=latin1',
    'application/x-ndjson; charset=shift_jis',
    'text/plain; charset=koi8-r',
  ]
  for (const form of [...forms, undefined]) {
    const [own, body] = recorded[form ?? 'json']
    test(`recorded as ${form ?? 'what is taken unless the file says so'} and sent again under another Content-Type starts nothing`, async () => {
      const headers = signatureHeaders({ preset: 'github' }, HOOK, { body, at: new Date() })
      const workflow = `takes-${form}`
      const first = await bot.send(workflow, body, { ...headers, 'content-type': own })
      assert.equal(first.status, 202)
      for (const type of others.filter((other) => other !== own)) {
        const again = await bot.send(workflow, body, { ...headers, 'content-type': type })
        assert.ok(again.status === 415 || again.status === 400, `${type}: ${again.status}`)
      }
      const again = await bot.send(workflow, body, { ...headers, 'content-type': `${own}; charset="UTF-8"` })
      assert.deepEqual([again.status, again.body.run], [200, first.body.run])
      assert.equal(await bot.app.db.prisma.event.count({ where: { workflowKey: workflow } }), 1)
    })
  }

  test('what another body would need is said in a sentence', async () => {
    const body = 'order=1'
    const headers = signatureHeaders({ preset: 'github' }, HOOK, { body, at: new Date() })
    const { status, body: answer } = await bot.send('takes-undefined', body, {
      ...headers,
      'content-type': 'application/x-www-form-urlencoded',
    })
    assert.equal(status, 415)
    assert.equal(
      answer.detail,
      'This workflow takes application/json. For what was sent, its file needs body: form under webhook.',
    )
  })

  test('a scheme that signs no bytes still takes the Idempotency-Key', async () => {
    const authorization = `Bearer ${HOOK}`
    const send = (key: string) => bot.send('bearer', '{}', { authorization, 'idempotency-key': key })
    const first = await send('a')
    assert.equal((await send('a')).body.run, first.body.run)
    assert.notEqual((await send('b')).body.run, first.body.run)
  })

  test('a sender cannot take the key of an event of ours, and so keep it from being', async () => {
    const key = 'schedule:2026-12-01T07:00:00.000Z'
    const { body } = await bot.send('nightly', '{}', { 'idempotency-key': key })
    const { dedupeKey } = await bot.app.db.prisma.event.findUniqueOrThrow({ where: { id: body.event } })
    assert.equal(dedupeKey, `sender:${key}`)
    assert.equal((await bot.send('nightly', '{}', { 'idempotency-key': key })).body.duplicate, true)
  })
})
