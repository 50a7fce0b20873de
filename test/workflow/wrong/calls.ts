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
  ...[
    'url: "https://${record.order_id}/x", auth: { bearer: secret.SET }',
    'url: "${vars.shop}${record.order_id}", auth: { bearer: secret.SET }',
    'url: "https://${record.order_id}.example/x", headers: { x-key: "${secret.SET}" }',
    'url: "https://${record.order_id}/x", json: { key: "a ${secret.SET}" }',
    'url: "https://${record.order_id}/x", sign: "${secret.SET}"',
    'url: "https:///${record.order_id}/x", auth: { bearer: secret.SET }',
    'url: " https:/${record.order_id}/x", auth: { bearer: secret.SET }',
    'url: "https:\\\\\t${record.order_id}/x", auth: { bearer: secret.SET }',
    'url: "${vars.scheme}//${record.order_id}/x", auth: { bearer: secret.SET }',
  ].map((text) => ({
    why: `a secret for whoever the event names: ${text}`,
    change: call(text),
    line: 23,
    says: 'a secret would go to a host that record.order_id chooses',
  })),
  ...[
    'headers: { HOST: evil.example }',
    'auth: { header: { name: Host, value: secret.SET } }',
    'auth: { hmac: { secret: secret.SET, header: host } }',
    'idempotency: { header: Host }',
  ].map((text) => ({
    why: `a host beside that of the address: ${text}`,
    change: call(`${URL}, ${text}`),
    line: 23,
    says: 'the address says which host is called: write no header Host',
  })),
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

const OUTCOME = '    outcome: achieved\n  check:'
const REVIEW = "    review: { by: role:leads, when: 'record.amount > 10' }\n"
/** The action "pay" keeps its answer, and these stand behind it. */
const then = (...actions: string[]): Wrong['change'] => [
  `      - action: pay\n        ${CALL}\n${OUTCOME}`,
  `      - { action: pay, as: paid, ${CALL} }\n${actions.map((one) => `      - ${one}\n`).join('')}${OUTCOME}`,
]
const tell = (text: string, more = ''): string =>
  `{ action: tell, ${more}slack: { channel: "#ops-exceptions", text: "${text}" } }`

export const wrongAnswers: Wrong[] = [
  {
    why: 'an answer that no action keeps',
    change: then(tell('${actions.payd.body.id}')),
    line: 23,
    says: 'No such key: payd',
  },
  {
    why: 'the answer of a later action',
    change: then(
      tell('${actions.told.body.id}'),
      `{ action: last, as: told, ${CALL.replace('refunds', 'last')} }`,
    ),
    line: 23,
    says: 'the answer "told" is not there yet: "last" comes later',
  },
  {
    why: 'an answer of its own',
    change: then(
      `{ action: tell, as: told, http: { url: "\${vars.shop}/x", json: "\${actions.told.status}" } }`,
    ),
    line: 23,
    says: 'the answer "told" is not there yet',
  },
  {
    why: 'the answer of an action that may be skipped',
    change: then(
      `{ action: maybe, as: perhaps, when: record.amount > 5, ${CALL.replace('refunds', 'maybe')} }`,
      tell('${actions.perhaps.body.id}'),
    ),
    line: 24,
    says: '"maybe" may be skipped, and then there is no answer "perhaps": ask has(actions.perhaps) first',
  },
  {
    why: 'an answer before there is any',
    change: [REVIEW, "    review: { by: role:leads, when: 'actions.paid.status == 200' }\n"],
    line: 20,
    says: 'Unknown variable: actions',
  },
  {
    why: 'an answer on another route',
    change: [
      `      - action: pay\n        ${CALL}\n    outcome: achieved\n  check: { exception: { reason: needs_judgement, text: "Look at \${record.order_id}" } }`,
      `      - { action: pay, as: paid, ${CALL} }\n    outcome: achieved\n  check: { exception: { reason: needs_judgement, text: "Look at \${actions.paid.body.id}" } }`,
    ],
    line: 24,
    says: 'no action of the route "check" keeps its answer as "paid"',
  },
  {
    why: 'all answers at once',
    change: then(tell('${actions}')),
    line: 23,
    says: 'name the answer: actions.created',
  },
  {
    why: 'two answers of one name',
    change: then(`{ action: other, as: paid, ${CALL.replace('refunds', 'other')} }`),
    line: 23,
    says: 'the answer "paid" stands in this route already',
  },
  {
    why: 'an answer of what gives none',
    change: then(`{ action: tell, as: told, slack: { channel: "#ops-exceptions", text: Hi } }`),
    line: 23,
    says: 'only an http action has an answer to keep',
  },
  {
    why: 'an approved action that goes where an answer says',
    change: then('{ action: mail, email: { to: "${actions.paid.body.mail}", subject: Hi, text: Hi } }'),
    line: 23,
    says: 'an approval has to cover where this goes',
  },
  ...['https://', 'https:///', ' https:/', 'https:\\\\\\\\', 'ht\\ttps://'].map((start) => ({
    why: `an approved call to the host that an answer names: ${start}`,
    change: then(`{ action: send, http: { url: "${start}\${actions.paid.body.host}/x" } }`),
    line: 23,
    says: 'an approval has to cover where this goes',
  })),
  {
    why: 'an approved text that mixes an answer with the record',
    change: then(tell('${has(actions.paid) ? record.order_id : "none"}'.replaceAll('"', "'"))),
    line: 23,
    says: 'an approval covers record but no answer',
  },
]

/** The same of a connection of signalbox.yaml: what stands in it, and the complaint. */
export const wrongConnections: [why: string, connection: string, says: string][] = [
  ['no address', '{ auth: { bearer: secret.SET } }', 'url is missing'],
  ['an address with parameters', '{ url: "https://a.example/x?key=1" }', 'only scheme, host and path'],
  [
    'a header that names a host',
    '{ url: "https://a.example", headers: { host: b.example } }',
    'no header Host',
  ],
  ['an address from the record', '{ url: "https://${record.host}" }', 'only ${vars.…} and ${secret.…}'],
  [
    'a header from the record',
    '{ url: "https://a.example", headers: { X: "${record.x}" } }',
    'only ${vars.…}',
  ],
  ['a var that is not there', '{ url: "https://a.example/${vars.nowhere}" }', 'No such key: nowhere'],
  ['a condition that does not parse', '{ url: "https://a.example", retry_when: "answer.status ==" }', ''],
  ['no limit', '{ url: "https://a.example", limits: { at_once: 0 } }', 'at_once'],
  [
    'one idempotency key for all calls',
    '{ url: "https://a.example", idempotency: { header: X-Once }, headers: { x-once: "1" } }',
    'the idempotency key differs from step to step',
  ],
  ['a preset that lacks something', '{ preset: stripe }', 'stripe needs key: secret.STRIPE_KEY'],
  [
    'a preset with what another takes',
    '{ preset: stripe, key: secret.SET, shop: x }',
    'stripe takes no shop (it takes key)',
  ],
  ['what a preset takes, without one', '{ url: "https://a.example", shop: x }', 'only goes with a preset'],
]
