// Where calls go, tried on real servers: every spelling of an address that is not public, names whose address changes,
// redirects, packed answers, certificates.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import type { lookup } from 'node:dns'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { type AddressRules, refuseAddress } from '../../src/connectors/address-guard.ts'
import { makeSendHttp } from '../../src/connectors/http.ts'
import { makeTargets } from '../../src/connectors/targets.ts'
import type { FaultError } from '../../src/domain/fault.ts'
import { asWritten, type HeaderText, type UrlText } from '../../src/domain/text/texts.ts'

const closed: AddressRules = { allowed: new Set(), allowLoopback: false }
const open: AddressRules = { allowed: new Set(), allowLoopback: true }

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no fault',
    (error: FaultError) => error.code,
  )
const sender = (t: TestContext, rules: AddressRules) => {
  const { send, close } = makeSendHttp(
    rules,
    makeTargets({ limits: { failures: 99, openMs: 1, atOnce: 8, waiting: 8, waitsForMs: 2000 } }),
  )
  t.after(close)
  return (url: string, headers: Record<string, string> = {}) =>
    send({ method: 'GET', url: asWritten<UrlText>(url), headers: headers as Record<string, HeaderText> })
}
const serve = async (t: TestContext, listener: RequestListener): Promise<number> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
/** Answers names one after the other as `answers` say; the last one stays. */
const resolver = (answers: string[][]) => {
  const asked: string[] = []
  const answer = ((name: string, _options: object, done: (error: null, found: object[]) => void) => {
    const found = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(name)
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as unknown as typeof lookup
  return { asked, answer }
}

describe('an address that is not public is refused in every spelling', () => {
  const addresses = [
    ['this network', '0.0.0.0', '0.1.2.3', '0'],
    [
      'loopback',
      '127.0.0.1',
      '127.255.0.1',
      '::1',
      '0:0:0:0:0:0:0:1',
      '127.1',
      '0x7f.1',
      '0177.0.0.1',
      '2130706433',
    ],
    [
      'loopback within IPv6',
      '::127.0.0.1',
      '::7f00:1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:0:7f00:1',
    ],
    [
      'loopback behind a translation',
      '64:ff9b::7f00:1',
      '64:ff9b::127.0.0.1',
      '64:ff9b:1::7f00:1',
      '2002:7f00:1::',
    ],
    [
      'private',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '::10.0.0.1',
      '::a00:1',
      '::ffff:a00:1',
    ],
    ['shared, between provider and customer', '100.64.0.1', '100.127.255.255'],
    [
      'link-local, where clouds keep credentials',
      '169.254.169.254',
      '::a9fe:a9fe',
      'fe80::1',
      'fe80::1%eth0',
      'febf::1',
    ],
    ['unique and site-local', 'fc00::1', 'fd12:3456::1', 'fec0::1', 'feff::1'],
    ['tunnels', '2001::1', '2001:0:7f00:1::', '192.88.99.1'],
    [
      'protocol assignments, benchmarks, documentation',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
      '2001:db8::1',
      '3fff::1',
      '100::1',
    ],
    [
      'multicast, broadcast, reserved',
      '224.0.0.1',
      '239.255.255.255',
      '240.0.0.1',
      '255.255.255.255',
      'ff02::1',
      'ff0e::1',
    ],
    [
      'not routed, or no address',
      '::',
      '::2',
      '4000::1',
      '8000::1',
      '',
      'localhost',
      '1.2.3.4.5',
      '127.0.0.1/8',
    ],
  ]
  for (const [name = '', ...spellings] of addresses)
    test(name, () => {
      for (const address of spellings) assert.ok(refuseAddress(address, closed), address)
    })
  test('and what is public is not', () => {
    for (const address of [
      '1.1.1.1',
      '8.8.8.8',
      '172.32.0.1',
      '100.128.0.1',
      '2606:4700::1111',
      '::ffff:8.8.8.8',
    ])
      assert.equal(refuseAddress(address, closed), undefined, address)
  })

  test('also in a URL, where nobody hears of the call', async (t) => {
    let heard = 0
    const port = await serve(t, (_request, response) => {
      heard += 1
      response.end('{}')
    })
    const send = sender(t, closed)
    for (const host of [
      '127.0.0.1',
      '127.1',
      '0x7f000001',
      '017700000001',
      '2130706433',
      '0',
      '127.0.0.1.',
      'localhost',
      'LOCALHOST',
      '[::1]',
      '[::127.0.0.1]',
      '[::ffff:127.0.0.1]',
      '[0:0:0:0:0:ffff:7f00:1]',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      'user:secret@127.0.0.1',
      '%31%32%37.0.0.1',
    ])
      assert.equal(await codeOf(send(`http://${host}:${port}/`)), 'blocked_address', host)
    assert.equal(heard, 0)
  })
})

describe('a name whose address changes', () => {
  test('is called at the address that was checked: each connection asks once, and checks what it is told', async (t) => {
    const port = await serve(
      t,
      (_request, response) => void response.setHeader('connection', 'close').end('{}'),
    )
    const { asked, answer } = resolver([['127.0.0.1'], ['10.0.0.1']])
    const send = sender(t, { ...open, lookup: answer })
    assert.equal(await codeOf(send(`http://shop.example:${port}/`)), 'no fault')
    assert.deepEqual(asked, ['shop.example'], 'what is connected to was not asked for again')
    assert.equal(await codeOf(send(`http://shop.example:${port}/`)), 'blocked_address')
  })
  test('is refused when only one of its addresses is private', async (t) => {
    const { answer } = resolver([
      ['8.8.8.8', '10.0.0.1'],
      ['8.8.8.8', '::7f00:1'],
      ['8.8.8.8', 'fe80::1%1'],
    ])
    const send = sender(t, { ...closed, lookup: answer })
    for (let n = 0; n < 3; n += 1) assert.equal(await codeOf(send('http://shop.example/')), 'blocked_address')
  })
})

test('a redirect is not followed, and takes no credentials along', async (t) => {
  let heard = 0
  const other = await serve(t, (_request, response) => {
    heard += 1
    response.end('{}')
  })
  for (const status of [301, 302, 303, 307, 308]) {
    const port = await serve(
      t,
      (_request, response) =>
        void response.writeHead(status, { location: `http://127.0.0.1:${other}/` }).end(),
    )
    assert.equal(
      await codeOf(sender(t, open)(`http://127.0.0.1:${port}/`, { authorization: 'Bearer x' })),
      `http_${status}`,
    )
  }
  assert.equal(heard, 0)
})

test('a packed answer is never unpacked, and a long one is cut', async (t) => {
  const bomb = Buffer.alloc(64 * 1024 * 1024, '[')
  const packed: Record<string, Buffer> = {
    gzip: gzipSync(bomb),
    br: brotliCompressSync(bomb.subarray(0, 8 * 1024 * 1024)),
    zstd: zstdCompressSync(bomb),
    'gzip, gzip': gzipSync(gzipSync(bomb)),
    'x-gzip': gzipSync(bomb),
  }
  const asked: (string | string[] | undefined)[] = []
  const port = await serve(t, (request, response) => {
    asked.push(request.headers['accept-encoding'])
    const encoding = decodeURIComponent(request.url?.slice(1) ?? '')
    if (encoding === 'none') response.end(bomb)
    else response.setHeader('content-encoding', encoding).end(packed[encoding])
  })
  const send = sender(t, open)
  for (const encoding of Object.keys(packed)) {
    const { body, isCut } = await send(`http://127.0.0.1:${port}/${encodeURIComponent(encoding)}`)
    assert.deepEqual([body, isCut], ['(a compressed answer, which was not asked for)', true])
  }
  const { body, isCut } = await send(`http://127.0.0.1:${port}/none`)
  assert.deepEqual([body.length, isCut], [64 * 1024, true])
  assert.deepEqual([...new Set(asked)], ['identity'])
})

test('an answer with characters that no database keeps is kept without them', async (t) => {
  const port = await serve(t, (_request, response) => void response.end(Buffer.from([0x61, 0, 0xff, 0x62])))
  assert.equal((await sender(t, open)(`http://127.0.0.1:${port}/`)).body, 'a\ufffd\ufffdb')
})

test('a certificate must be trusted, and be of the name that was called', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-tls-'))
  const [keyFile, certFile] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string]
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=right.example'
  execFileSync(
    'openssl',
    [
      ...words.split(' '),
      '-addext',
      'subjectAltName=DNS:right.example',
      '-keyout',
      keyFile,
      '-out',
      certFile,
    ],
    { stdio: 'ignore' },
  )
  const cert = readFileSync(certFile, 'utf8')
  let heard = 0
  const server = createTlsServer({ key: readFileSync(keyFile), cert }, (_request, response) => {
    heard += 1
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const send = sender(t, { ...open, lookup: resolver([['127.0.0.1']]).answer })
  const named = sender(t, { allowed: new Set(['127.0.0.1']), allowLoopback: false })
  const before = getCACertificates()
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  t.after(() => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    setDefaultCACertificates(before)
  })
  assert.equal(await codeOf(send(`https://right.example:${port}/`)), 'depth_zero_self_signed_cert')
  assert.equal(await codeOf(named(`https://127.0.0.1:${port}/`)), 'depth_zero_self_signed_cert')
  setDefaultCACertificates([...before, cert])
  assert.equal(await codeOf(send(`https://wrong.example:${port}/`)), 'err_tls_cert_altname_invalid')
  assert.equal(await codeOf(named(`https://127.0.0.1:${port}/`)), 'err_tls_cert_altname_invalid')
  assert.equal(heard, 0)
  assert.equal(await codeOf(send(`https://right.example:${port}/`)), 'no fault')
})
