// Wrong files: calls to other systems.
import type { Wrong } from './sound.ts'

const CALL = 'http: { url: "${vars.shop}/refunds", json: { order: "${record.order_id}" } }'
const call = (text: string): Wrong['change'] => [CALL, `http: { ${text} }`]
const URL = 'url: "${vars.shop}/refunds"'

export const wrongCalls: Wrong[] = [
  {
    why: 'the old name of json',
    change: call(`${URL}, body: {}`),
    line: 23,
    says: 'unknown key "body"',
    hint: 'known here: method, url, connection, path, json',
  },
  { why: 'a call to nowhere', change: call('json: {}'), line: 23, says: 'say either url, or connection' },
  {
    why: 'a call to two places',
    change: call(`${URL}, connection: shop-api`),
    line: 23,
    says: 'say either url, or connection',
  },
  {
    why: 'a path behind an address',
    change: call(`${URL}, path: /x`),
    line: 23,
    says: 'a path stands behind a connection',
  },
  {
    why: 'a path that would change the host',
    change: call('connection: shop-api, path: "@evil.example/x"'),
    line: 23,
    says: 'a path begins with /',
  },
  {
    why: 'two bodies',
    change: call(`${URL}, json: {}, form: {}`),
    line: 23,
    says: 'a call sends one of json, form, multipart, text',
  },
  {
    why: 'a connection that is not there',
    change: call('connection: shop-apy, path: /x'),
    line: 23,
    says: 'there is no connection "shop-apy" in signalbox.yaml',
    hint: 'did you mean shop-api?',
  },
  {
    why: 'a password in plain text',
    change: call(`${URL}, auth: { bearer: sk_live_123 }`),
    line: 23,
    says: 'name a secret like secret.ORDER_HOOK',
  },
  {
    why: 'a header of auth without a secret',
    change: call(`${URL}, auth: { header: { name: X-Key, value: abc } }`),
    line: 23,
    says: 'write secret.NAME, or a text with ${secret.NAME} in it',
  },
  {
    why: 'two ways of auth',
    change: call(`${URL}, auth: { bearer: secret.SET, basic: { username: a } }`),
    line: 23,
    says: 'auth is exactly one of bearer, basic',
  },
  {
    why: 'auth beside the header that it writes',
    change: call(`${URL}, auth: { bearer: secret.SET }, headers: { authorization: x }`),
    line: 23,
    says: 'leave the header Authorization out',
  },
  {
    why: 'auth by what the record brings',
    change: call(`${URL}, auth: { basic: { username: "\${record.order_id}", password: secret.SET } }`),
    line: 23,
    says: 'auth reads record.order_id: only vars and secrets stand in it',
  },
  {
    why: 'a secret of auth that is not set',
    change: call(`${URL}, auth: { bearer: secret.UNSET }`),
    line: 23,
    says: 'secret.UNSET is not set',
  },
  {
    why: 'a signature of nothing',
    change: call(`${URL}, auth: { hmac: { secret: secret.SET, header: X-Sig, signed: "\${timestamp}" } }`),
    line: 23,
    says: 'sign the body',
  },
  {
    why: 'a signature of what is not known',
    change: call(
      `${URL}, auth: { hmac: { secret: secret.SET, header: X-Sig, signed: "\${time}.\${body}" } }`,
    ),
    line: 23,
    says: 'not ${time}',
  },
  {
    why: 'a condition over the record',
    change: call(`${URL}, retry_when: record.amount > 3`),
    line: 23,
    says: 'only answer.status, answer.headers and answer.body are known here',
  },
  {
    why: 'a condition that is no condition',
    change: call(`${URL}, success_when: answer.status`),
    line: 23,
    says: 'a condition is true or false, and this is of type double',
  },
  {
    why: 'a header of an answer in capitals',
    change: call(`${URL}, retry_when: 'answer.headers["X-Left"] == "0"'`),
    line: 23,
    says: 'lower case here: "x-left"',
  },
  {
    why: 'an idempotency key in a body that is not sent',
    change: call(`${URL}, idempotency: { form: key }`),
    line: 23,
    says: 'the idempotency key stands in form, and this call sends no form',
  },
  {
    why: 'an approval that leaves out where a call goes',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }",
      'review: { by: role:leads, except: [pay.query.at] }',
    ],
    line: 20,
    says: '"pay" sends no "query.at" that an approval could leave out',
  },
]

/** The same of a connection of signalbox.yaml: what stands in it, and the complaint. */
export const wrongConnections: [why: string, connection: string, says: string][] = [
  ['no address', '{ auth: { bearer: secret.SET } }', 'url is missing'],
  ['an address with parameters', '{ url: "https://a.example/x?key=1" }', 'only scheme, host and path'],
  ['an address from the record', '{ url: "https://${record.host}" }', 'only ${vars.…} and ${secret.…}'],
  [
    'a header from the record',
    '{ url: "https://a.example", headers: { X: "${record.x}" } }',
    'only ${vars.…}',
  ],
  ['a var that is not there', '{ url: "https://a.example/${vars.nowhere}" }', 'No such key: nowhere'],
  ['a condition that does not parse', '{ url: "https://a.example", retry_when: "answer.status ==" }', ''],
  ['no limit', '{ url: "https://a.example", limits: { at_once: 0 } }', 'at_once'],
]
