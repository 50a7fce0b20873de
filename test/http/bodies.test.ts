// Events in every form that senders use, over the wire: what expressions see of each, and what is kept.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { originalBody } from '../../src/db/runs/original-body.ts'
import { readRun } from '../../src/db/runs/run-view.ts'
import { type Bot, startBot } from '../bot.ts'
import { signalbox } from '../cli/command.ts'

/** What it sees of an event stands in its record. */
const flow = (workflow: string, seen: string, type = 'string', more = '') =>
  `
workflow: ${workflow}
owner: "@ops-lead"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true, body: [json, form, multipart, xml, ndjson, text] } }
fields: { seen: { type: ${type}, from: '${seen}', minLength: 0${more} } }
rules: [{ rule: all, when: 'true', route: go }]
routes: { go: { outcome: achieved } }
`.replace(type === 'string' ? 'no such text' : ', minLength: 0', '')

const multipart = (boundary: string, parts: string[]) =>
  [...parts.map((part) => `--${boundary}\r\n${part}\r\n`), `--${boundary}--\r\n`].join('')
const field = (name: string, value: string) =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`
const file = (name: string, value: string) =>
  `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n${value}`
const FILE = {
  name: 'a.csv',
  type: 'text/csv',
  size: 6,
  sha256: createHash('sha256').update('a,b\r\n1').digest('hex'),
}
const SOAP = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
 <soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">
  <OrganizationId>00D</OrganizationId>
  <Notification><Id>1</Id><sObject xsi:type="sf:Lead" xmlns:xsi="x"><sf:Name>A &amp; B &#233;</sf:Name></sObject></Notification>
  <Notification><Id>007</Id><sObject><![CDATA[<b>&amp;</b>]]></sObject></Notification>
 </notifications></soapenv:Body>
</soapenv:Envelope>`

const FORM = 'application/x-www-form-urlencoded'
const rows: [what: string, type: string, body: string | Buffer, seen: unknown][] = [
  ['JSON', 'application/json', '{"a":1.50,"id":9007199254740993}', { a: 1.5, id: 'exact' }],
  ['JSON of a vendor', 'Application/VND.api+JSON; Charset="UTF-8"', '[1]', [1]],
  ['JSON with a byte order mark', 'application/json', '\ufeff{"a":"é"}', { a: 'é' }],
  ['JSON in Latin-1', 'application/json; charset=iso-8859-1', Buffer.from('{"a":"é"}', 'latin1'), { a: 'é' }],
  ['JSON in UTF-16', 'application/json; charset=utf-16', Buffer.from('{"a":"é"}', 'utf16le'), { a: 'é' }],
  ['a form', FORM, 'a=1&b=x+y%20%C3%A9&empty=&none', { a: '1', b: 'x y é', empty: '', none: '' }],
  ['a form with a name that comes again', FORM, 'a=1&b=2&a=3', { a: ['1', '3'], b: '2' }],
  [
    'a form with an event in payload',
    FORM,
    `payload=${encodeURIComponent('{"type":"block_actions","n":[1]}')}&x=1`,
    { payload: { type: 'block_actions', n: [1] }, x: '1' },
  ],
  ['a form with text in payload', FORM, 'payload=hello', { payload: 'hello' }],
  ['a form in Latin-1', `${FORM}; charset=windows-1252`, 'a=%E9', { a: 'é' }],
  [
    'multipart',
    'multipart/form-data; boundary="x y"',
    multipart('x y', [
      field('a', '1'),
      field('a', 'é'),
      field('payload', '{"n":1}'),
      file('a.csv', 'a,b\r\n1'),
    ]),
    { a: ['1', 'é'], payload: { n: 1 }, file: FILE },
  ],
  [
    'XML',
    'text/xml',
    '<order id="7"><n>1</n><n>2</n><empty/></order>',
    { order: { '@id': '7', n: ['1', '2'], empty: '' } },
  ],
  [
    'SOAP',
    'text/xml; charset=utf-8',
    SOAP,
    {
      Envelope: {
        Body: {
          notifications: {
            OrganizationId: '00D',
            Notification: [
              { Id: '1', sObject: { '@type': 'sf:Lead', Name: 'A & B é' } },
              { Id: '007', sObject: '<b>&amp;</b>' },
            ],
          },
        },
      },
    },
  ],
  [
    'XML that declares its charset',
    'application/xml',
    Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', 'latin1'),
    { a: 'é' },
  ],
  ['JSON lines', 'application/x-ndjson', '{"n":1}\n\n{"n":2}\r\n', [{ n: 1 }, { n: 2 }]],
  ['text', 'text/plain', 'hello é', 'hello é'],
  ['text in KOI8-R', 'text/plain; charset=koi8-r', Buffer.from([0xf0]), 'П'],
]

const SECRET = 'a secret nobody guesses'
const JSON_TEXT = '{"a":"é","n":1}'
const packed: [encoding: string, body: Buffer][] = [
  ['gzip', gzipSync(JSON_TEXT)],
  ['x-gzip', gzipSync(JSON_TEXT)],
  ['GZIP', gzipSync(JSON_TEXT)],
  ['deflate', deflateSync(JSON_TEXT)],
  ['br', brotliCompressSync(JSON_TEXT)],
  ['identity', Buffer.from(JSON_TEXT)],
]

const sign = (signed: string | Buffer) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(signed).digest('hex')}`,
})

describe('an event', () => {
  let bot: Bot
  const cleaning: (() => Promise<void>)[] = []
  const post = async (workflow: string, body: string | Buffer, headers: Record<string, string>) => {
    const response = await fetch(`${bot.app.url}/hooks/${workflow}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers,
    })
    return {
      status: response.status,
      answer: (await response.json()) as { run: string; event: string; title: string; detail: string },
    }
  }
  const recordOf = async (run: string) => {
    await bot.untilIdle()
    const record = await bot.app.db.prisma.record.findUniqueOrThrow({ where: { runId: run } })
    return record.fields as Record<string, unknown>
  }
  before(async () => {
    bot = await startBot({ after: (clean) => void cleaning.push(clean) }, { env: { HOOK: SECRET } })
    await bot.publish({
      object: flow('object', 'event', 'object'),
      list: flow('list', 'event', 'array'),
      text: flow('text', 'event'),
      'masked-two': flow('masked-two', 'event.e.order.name', 'string', ', secret: true'),
      masked: flow('masked', 'event.order.name', 'string', ', secret: true'),
      latin: flow('latin', 'event.payload.name'),
      once: flow('once', 'event.id').replace('allow_unsigned: true', 'allow_unsigned: true, id: event.id'),
      signed: flow('signed', 'event.a').replace(
        'verify: { scheme: none }, allow_unsigned: true, body: [json, form, multipart, xml, ndjson, text]',
        'preset: github, secret: secret.HOOK',
      ),
    })
  })
  after(async () => {
    for (const clean of cleaning.toReversed()) await clean()
  })

  for (const [what, type, body, seen] of rows) {
    test(`as ${what} is read, and kept byte for byte with its content type`, async () => {
      const workflow = typeof seen === 'string' ? 'text' : Array.isArray(seen) ? 'list' : 'object'
      const { status, answer } = await post(workflow, body, { 'content-type': type })
      assert.equal(status, 202, answer.detail)
      const fields = await recordOf(answer.run)
      const plain = JSON.stringify(fields['seen']).replace('9007199254740993', '"exact"')
      assert.deepEqual(JSON.parse(plain), seen)
      const event = await bot.app.db.prisma.event.findUniqueOrThrow({ where: { id: answer.event } })
      assert.ok(Buffer.from(event.body).equals(Buffer.from(body)))
      assert.equal(event.contentType, type)
      const run = await readRun(bot.app.db.prisma, answer.run)
      const { bodyBase64, bodyBase64LeftOut } = await originalBody(bot.app.db.prisma, answer.run)
      assert.equal(bodyBase64LeftOut, undefined)
      const given =
        bodyBase64 === undefined ? Buffer.from(run?.event.body ?? '') : Buffer.from(bodyBase64, 'base64')
      assert.ok(given.equals(Buffer.from(body)), 'the text or the base64 is the payload')
      assert.equal(bodyBase64 === undefined, what === 'JSON' || what === 'JSON of a vendor')
    })
  }

  for (const [encoding, body] of packed) {
    test(`in ${encoding} (${body.length} bytes) is unpacked, and kept unpacked`, async () => {
      const { status, answer } = await post('object', body, {
        'content-type': 'application/json',
        'content-encoding': encoding,
      })
      assert.equal(status, 202, answer.detail)
      assert.deepEqual((await recordOf(answer.run))['seen'], { a: 'é', n: 1 })
      const event = await bot.app.db.prisma.event.findUniqueOrThrow({ where: { id: answer.event } })
      assert.equal(Buffer.from(event.body).toString(), JSON_TEXT)
      assert.equal((event.headers as Record<string, string>)['content-encoding'], undefined)
    })
  }

  test('in br of more than 1 MiB is refused before it is unpacked whole', async () => {
    const body = brotliCompressSync(Buffer.alloc(8 * 1024 * 1024))
    const { status, answer } = await post('object', body, {
      'content-type': 'application/json',
      'content-encoding': 'br',
    })
    assert.deepEqual([status, answer.detail], [413, 'The body is larger than 1 MiB once it is unpacked.'])
  })

  test('that is compressed is signed as it stands on the wire', async () => {
    const body = gzipSync(JSON_TEXT)
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    assert.equal((await post('signed', body, { ...headers, ...sign(JSON_TEXT) })).status, 401)
    const first = await post('signed', body, { ...headers, ...sign(body) })
    const again = await post('signed', body, { ...headers, ...sign(body) })
    assert.deepEqual([first.status, again.status, again.answer.run], [202, 200, first.answer.run])
  })

  test('of another form or order with the same content is a repeat; a file with other bytes is not', async () => {
    const first = await post('once', 'id=f-1&n=x', { 'content-type': FORM })
    const again = [
      await post('once', 'n=x&id=f-1', { 'content-type': FORM }),
      await post('once', '{"n":"x","id":"f-1"}', { 'content-type': 'application/json' }),
      await post('once', multipart('b', [field('id', 'f-1'), field('n', 'x')]), {
        'content-type': 'multipart/form-data; boundary=b',
      }),
    ]
    for (const { status, answer } of again) assert.deepEqual([status, answer.run], [200, first.answer.run])
    const send = (boundary: string, content: string) =>
      post('once', multipart(boundary, [field('id', 'f-2'), file('a.csv', content)]), {
        'content-type': `multipart/form-data; boundary=${boundary}`,
      })
    const withFile = await send('b1', 'a,b')
    const sameFile = await send('b2', 'a,b')
    const otherFile = await send('b3', 'a,c')
    assert.deepEqual([sameFile.status, sameFile.answer.run], [200, withFile.answer.run])
    assert.equal(otherFile.status, 202)
    await bot.untilIdle()
    const { detail } = await bot.app.db.prisma.exception.findFirstOrThrow({
      where: { runId: otherFile.answer.run },
    })
    assert.match(detail, /What differs: file\.sha256\./)
  })

  test('is shown as what was read of it, with what is marked masked, in another shape too', async () => {
    const xml = '<order><name>Mabel</name><note>for Mabel</note></order>'
    const { answer } = await post('masked', xml, { 'content-type': 'application/xml' })
    await bot.untilIdle()
    const run = await readRun(bot.app.db.prisma, answer.run)
    assert.equal(run?.event.body, '{"order":{"name":"●●●","note":"for ●●●"}}')
    assert.equal(run?.event.contentType, 'application/xml')
    const two = '<e><order><name>Mabel</name></order><order><name>Ruth</name><n>1</n></order></e>'
    const shapes: [type: string, body: string, shown: string][] = [
      ['application/xml', two, '{"e":{"order":[{"name":"●●●"},{"name":"●●●","n":"1"}]}}'],
      ['application/x-ndjson', '{"e":{"order":{"name":"Mabel"}}}', '[{"e":{"order":{"name":"●●●"}}}]'],
      ['text/plain', '{"e":{"order":{"name":"Mabel"}}}', '"●●●"'],
      ['application/json', '{"e":{"order":"{\\"name\\":\\"Mabel\\"}"}}', '{"e":{"order":"●●●"}}'],
    ]
    for (const [type, body, shown] of shapes) {
      const sent = await post('masked-two', body, { 'content-type': type })
      await bot.untilIdle()
      const seen = await readRun(bot.app.db.prisma, sent.answer.run)
      assert.equal(seen?.event.body, shown)
      assert.doesNotMatch(JSON.stringify(seen), /Mabel|Ruth/)
    }
  })

  test('is given byte for byte by explain --json, and explain says what its text was read from', async () => {
    const xml = '<order><!-- rush --><name>Mabel</name></order>'
    const { answer } = await post('object', xml, { 'content-type': 'application/xml' })
    await bot.untilIdle()
    const { stdout } = await signalbox(bot.env, 'explain', answer.run)
    assert.match(
      stdout,
      /^Read from +XML \(original bytes: bodyBase64 in signalbox explain evt_\w+ --json\)$/m,
    )
    const json = await signalbox(bot.env, 'explain', answer.run, '--json')
    const { run } = JSON.parse(json.stdout) as { run: { event: Record<string, string> } }
    assert.equal(run.event['body'], '{"order":{"name":"Mabel"}}')
    assert.equal(Buffer.from(run.event['bodyBase64'] ?? '', 'base64').toString(), xml)
  })

  for (const [where, xml] of [
    ['a field', '<order><name>Mabel</name></order>'],
    ['what its text leaves out', '<order><!-- for MABEL --><name>Mabel</name></order>'],
  ] as const) {
    test(`that holds a masked value in ${where} is given by reveal alone, and explain says so`, async () => {
      const { answer } = await post('masked', xml, { 'content-type': 'application/xml' })
      await bot.untilIdle()
      const explained = await signalbox(bot.env, 'explain', answer.run, '--json')
      const { run } = JSON.parse(explained.stdout) as { run: { event: Record<string, string> } }
      assert.equal(run.event['bodyBase64'], undefined)
      assert.match(
        run.event['bodyBase64LeftOut'] ?? '',
        /masks fields of this event.*signalbox reveal --json/,
      )
      const revealed = await signalbox(bot.env, 'reveal', answer.run, '--json', '--as', '@ops-lead')
      assert.equal(revealed.code, 0, revealed.stderr)
      const { event } = JSON.parse(revealed.stdout) as { event: Record<string, string> }
      assert.equal(Buffer.from(event['bodyBase64'] ?? '', 'base64').toString(), xml)
    })
  }

  test('without a masked value is given also where its workflow masks others', async () => {
    const xml = '<order><note>for Mabel</note></order>'
    const { answer } = await post('masked', xml, { 'content-type': 'application/xml' })
    await bot.untilIdle()
    const { bodyBase64 } = await originalBody(bot.app.db.prisma, answer.run)
    assert.equal(Buffer.from(bodyBase64 ?? '', 'base64').toString(), xml)
  })

  test('that is a form is replayed as the form that it was, or as the JSON that is given instead', async () => {
    const body = `payload=${encodeURIComponent('{"name":"é"}')}`
    const { answer } = await post('latin', body, { 'content-type': FORM })
    assert.deepEqual(await recordOf(answer.run), { seen: 'é' })
    const actor = { id: 'cli:ops-lead', surface: 'cli' } as const
    const request = { runId: answer.run, version: 'current', actor } as const
    const { db, queue, catalog } = bot.app
    const deps = { db, queue, catalog, clock: () => new Date(), cardsChanged: () => {} }
    const same = await replay(deps, request)
    assert.ok(same.kind === 'replayed')
    assert.deepEqual(await recordOf(same.runId), { seen: 'é' })
    const other = await replay(deps, { ...request, event: Buffer.from('{"payload":{"name":"x"}}') })
    assert.ok(other.kind === 'replayed')
    assert.deepEqual(await recordOf(other.runId), { seen: 'x' })
  })

  const refused: [what: string, type: string, body: string | Buffer, status: number, says: RegExp][] = [
    ['no type at all', '', 'x', 415, /application\/json, application\/x-www-form-urlencoded/],
    ['a charset that nobody knows', 'application/json; charset=klingon', '{}', 415, /charset "klingon"/],
    [
      'JSON that is not UTF-8',
      'application/json',
      Buffer.from([0x22, 0xe9, 0x22]),
      400,
      /not UTF-8\. Send UTF-8/,
    ],
    ['a form that is not UTF-8', FORM, 'a=%E9', 400, /not UTF-8/],
    ['half a payload', FORM, 'payload=%7B', 400, /The field "payload" is not JSON/],
    [
      'a boundary that its first line only begins with',
      'multipart/form-data; boundary=b',
      multipart('b1', [field('a', '1')]),
      400,
      /first line is not the boundary/,
    ],
    ['multipart without a boundary', 'multipart/form-data', 'x', 400, /names no boundary/],
    ['a broken line', 'application/x-ndjson', '{}\n{', 400, /^Line 2 is not JSON/],
    ['XML that ends early', 'application/xml', '<a><b></a>', 400, /Missing end tag for element b/],
  ]
  for (const [what, type, body, status, says] of refused) {
    test(`with ${what} is refused in a sentence, and nothing is kept`, async () => {
      const count = await bot.app.db.prisma.event.count()
      const { status: got, answer } = await post('object', body, { 'content-type': type })
      assert.equal(got, status)
      assert.match(answer.detail, says)
      assert.equal(await bot.app.db.prisma.event.count(), count)
    })
  }
})
