// A token for a statement that a key signs (RFC 7523), over the wire: the other side verifies it as it should.
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { makeSendHttp } from '../../src/connectors/http.ts'
import { handOut } from '../../src/connectors/secrets.ts'
import { makeTargets } from '../../src/connectors/targets.ts'
import type { JwtBearer } from '../../src/domain/call/http-call.ts'
import type { FaultError } from '../../src/domain/fault.ts'
import { asWritten, type UrlText } from '../../src/domain/text/texts.ts'

const pem = { type: 'pkcs8', format: 'pem' } as const
const spki = { type: 'spki', format: 'pem' } as const
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: pem,
  publicKeyEncoding: spki,
})
const ec = generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
  privateKeyEncoding: pem,
  publicKeyEncoding: spki,
})

const read = (part: string) =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>

/** Header and claims of a JWT whose signature is that of the key; throws where it is not. */
function verified(
  jwt: string,
  publicKey: string,
): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header = '', claims = '', signature = ''] = jwt.split('.')
  const key = createPublicKey(publicKey)
  assert.ok(
    verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    ),
  )
  return { header: read(header), claims: read(claims) }
}

async function start(t: TestContext, answerOf: (body: URLSearchParams) => object = () => ({})) {
  const asked: URLSearchParams[] = []
  const called: (string | undefined)[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => (text += part.toString()))
    request.on('end', () => {
      if (request.url !== '/token') {
        called.push(request.headers.authorization)
        response.end('{}')
        return
      }
      const body = new URLSearchParams(text)
      asked.push(body)
      response.end(JSON.stringify({ access_token: 'tok-of-a-key', expires_in: 3600, ...answerOf(body) }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { hide } = handOut(() => undefined)
  const rules = { allowed: new Set(['127.0.0.1']), allowLoopback: false }
  const { send, close } = makeSendHttp(rules, makeTargets(), hide)
  t.after(async () => {
    await close()
    server.closeAllConnections()
    server.close()
  })
  const call = (more: Partial<JwtBearer> = {}) =>
    send({
      method: 'GET',
      url: asWritten<UrlText>(`${url}/x`),
      headers: {},
      auth: {
        jwt_bearer: {
          token_url: `${url}/token`,
          issuer: 'bot@x.example',
          private_key: rsa.privateKey,
          ...more,
        },
      },
    })
  return { call, asked, called, url }
}

describe('a token for a signed statement', () => {
  test('is asked for once, with a statement of three minutes that the key verifies', async (t) => {
    const { call, asked, called, url } = await start(t)
    await Promise.all([call(), call()])
    await call()
    assert.deepEqual(called, ['Bearer tok-of-a-key', 'Bearer tok-of-a-key', 'Bearer tok-of-a-key'])
    assert.equal(asked.length, 1)
    assert.deepEqual([...(asked[0]?.keys() ?? [])], ['grant_type', 'assertion'])
    assert.equal(asked[0]?.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer')
    const { header, claims } = verified(asked[0]?.get('assertion') ?? '', rsa.publicKey)
    assert.deepEqual(header, { alg: 'RS256', typ: 'JWT' })
    const { iat, exp, ...rest } = claims
    assert.deepEqual(rest, { iss: 'bot@x.example', aud: `${url}/token` })
    assert.ok(Math.abs(Number(iat) - Date.now() / 1000) < 30)
    assert.equal(Number(exp) - Number(iat), 180)
  })
  test('says for whom, to whom, for what and by which key, and signs with P-256 as well', async (t) => {
    const { call, asked } = await start(t)
    await call({
      private_key: ec.privateKey,
      subject: 'ada@x.example',
      audience: 'https://login.x.example',
      scope: 'a b',
      key_id: 'k1',
    })
    const { header, claims } = verified(asked[0]?.get('assertion') ?? '', ec.publicKey)
    assert.deepEqual(header, { alg: 'ES256', typ: 'JWT', kid: 'k1' })
    assert.deepEqual(
      [claims['sub'], claims['aud'], claims['scope']],
      ['ada@x.example', 'https://login.x.example', 'a b'],
    )
  })
  test('takes a key in one line, as environments have it', async (t) => {
    const { call, asked } = await start(t)
    await call({ private_key: rsa.privateKey.replaceAll('\n', '\\n') })
    verified(asked[0]?.get('assertion') ?? '', rsa.publicKey)
  })
  test('is not asked for by a key that is none: that is said at once, without the key', async (t) => {
    const { call, asked } = await start(t)
    const ed = generateKeyPairSync('ed25519', { privateKeyEncoding: pem, publicKeyEncoding: spki })
    for (const [private_key, says] of [
      ['hush-hush', /^the private key is not one in PEM/],
      [ed.privateKey, /^the private key is neither RSA nor of the curve P-256$/],
    ] as const) {
      const fault = await call({ private_key }).then(
        () => assert.fail('it was taken'),
        (error: FaultError) => error,
      )
      assert.match(fault.message, says)
      assert.deepEqual([fault.code, fault.retry], ['bad_secret', 'never'])
    }
    assert.equal(asked.length, 0)
  })
})
