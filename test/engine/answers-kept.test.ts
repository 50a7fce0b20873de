// What is kept of an answer is without secrets, however many tokens came before; what it means is read from it as it came.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { makeSendHttp } from '../../src/connectors/http.ts'
import { handOut } from '../../src/connectors/secrets.ts'
import { makeTargets } from '../../src/connectors/targets.ts'
import type { HttpCall } from '../../src/domain/call/http-call.ts'
import { FaultError } from '../../src/domain/fault.ts'
import { asWritten, type HeaderText, type UrlText } from '../../src/domain/text/texts.ts'

async function start(t: TestContext, tokenOf: (n: number) => object) {
  let tokens = 0
  const server = createServer((request, response) => {
    if (request.url === '/token') return response.end(JSON.stringify(tokenOf((tokens += 1))))
    const { authorization = '' } = request.headers
    return response.end(JSON.stringify({ result: 'refused', key: request.headers['x-key'], authorization }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { secret, hide } = handOut((name) => `${name}-Secret-Value`)
  const rules = { allowed: new Set(['127.0.0.1']), allowLoopback: false }
  const { send, close } = makeSendHttp(rules, makeTargets(), hide)
  t.after(async () => {
    await close()
    server.closeAllConnections()
    server.close()
  })
  const call = (more: Partial<HttpCall> = {}) =>
    send({ method: 'GET', url: asWritten<UrlText>(`${url}/x`), headers: {}, ...more })
  const oauth2 = {
    token_url: `${url}/token`,
    client_id: 'id',
    client_secret: 'client-secret',
    client_auth: 'header',
  } as const
  return { call, secret, oauth2, asked: () => tokens }
}

test('a secret that is used first after hundreds of tokens is hidden, and each answer is without its own token', async (t) => {
  const { call, secret, oauth2, asked } = await start(t, (n) => ({
    access_token: `tok-${n}-of-many`,
    expires_in: 3600,
  }))
  for (let n = 1; n <= 520; n += 1) {
    const { answer } = await call({ auth: { oauth2: { ...oauth2, client_id: `client-${n}` } } })
    assert.match(answer, /"authorization":"Bearer \[secret\]"/)
  }
  assert.equal(asked(), 520)
  const { answer } = await call({ headers: { 'x-key': asWritten<HeaderText>(secret('LATE') ?? '') } })
  assert.match(answer, /"key":"\[secret\]"/)
})

test('a token says nothing about what others answer, nor what the answer to its own call means', async (t) => {
  const { call, oauth2 } = await start(t, () => ({ access_token: 'refused', expires_in: 3600 }))
  const failsWhen: Partial<HttpCall> = {
    handling: { conditions: { fail_when: 'answer.body.result == "refused"' } },
  }
  const faultOf = async (more: Partial<HttpCall>): Promise<FaultError> => {
    const fault = await call(more).catch((error: unknown) => error)
    assert.ok(fault instanceof FaultError, JSON.stringify(fault))
    return fault
  }
  const own = await faultOf({ ...failsWhen, auth: { oauth2 } })
  assert.match(own.message, /fail_when holds/)
  assert.match(own.answer ?? '', /"result":"\[secret\]"/)
  const other = await faultOf(failsWhen)
  assert.match(other.message, /fail_when holds/)
  assert.match(other.answer ?? '', /"result":"refused"/)
})
