// Wrong files: triggers.
import { type Wrong } from './sound.ts'

export const wrongTriggers: Wrong[] = [
  {
    why: 'an id from a header that the scheme does not sign',
    change: [
      'verify: { scheme: none }, allow_unsigned: true, id: event.order_id',
      `preset: github, secret: secret.SET, id: 'headers["x-github-delivery"]'`,
    ],
    line: 6,
    says: 'headers["x-github-delivery"]: preset github does not sign it',
  },
  {
    why: 'an id with an unsigned header in it, where a time is signed',
    change: [
      'verify: { scheme: none }, allow_unsigned: true, id: event.order_id',
      `preset: stripe, secret: secret.SET, id: 'event.order_id + headers["idempotency-key"]'`,
    ],
    line: 6,
    says: 'headers["idempotency-key"]: preset stripe does not sign it',
  },
  {
    why: 'an id from the query of a signed request',
    change: [
      'verify: { scheme: none }, allow_unsigned: true, id: event.order_id',
      `verify: { scheme: hmac, header: X-Sig, secret: secret.SET }, id: 'query.delivery'`,
    ],
    line: 6,
    says: 'the query: scheme hmac does not sign it',
  },
  {
    why: 'an id from a header whose name the event brings',
    change: [
      'verify: { scheme: none }, allow_unsigned: true, id: event.order_id',
      `preset: standard-webhooks, secret: secret.SET, id: 'headers["webhook-id"] + headers[event.order_id]'`,
    ],
    line: 6,
    says: 'headers by names that are worked out: preset standard-webhooks',
  },
  {
    why: 'a body in a form that there is not',
    change: ['allow_unsigned: true', 'allow_unsigned: true, body: protobuf'],
    line: 6,
    says: 'body cannot be "protobuf"',
    hint: 'one of: json, form, multipart, xml, ndjson, text',
  },
  {
    why: 'two forms of signed bytes',
    change: [
      'verify: { scheme: none }, allow_unsigned: true',
      'preset: github, secret: secret.SET, body: [json, form]',
    ],
    line: 6,
    says: 'nobody signs the Content-Type',
  },
  {
    why: 'a webhook that anyone may send to, without a word about it',
    change: [', allow_unsigned: true', ''],
    line: 6,
    says: 'anyone who reaches /hooks/order-delivery may send',
    hint: 'allow_unsigned: true',
    severity: 'warning',
  },
  {
    why: 'allow_unsigned beside a scheme that asks for proof',
    change: ['verify: { scheme: none }', 'preset: github, secret: secret.SET'],
    line: 6,
    says: 'the sender proves itself already',
  },
  {
    why: 'allow_unsigned: false',
    change: ['allow_unsigned: true', 'allow_unsigned: false'],
    line: 6,
    says: 'allow_unsigned cannot be',
    hint: 'one of: true',
  },
  {
    why: 'an unknown preset',
    change: ['verify: { scheme: none }, allow_unsigned: true', 'preset: githb'],
    line: 6,
    says: 'cannot be "githb"',
    hint: 'did you mean github?',
  },
  {
    why: 'a preset without its secret',
    change: ['verify: { scheme: none }, allow_unsigned: true', 'preset: stripe'],
    line: 6,
    says: 'preset stripe needs secret: secret.NAME',
  },
  {
    why: 'a scheme without its secret',
    change: ['scheme: none }, allow_unsigned: true', 'scheme: bearer }'],
    line: 6,
    says: 'scheme bearer needs secret: secret.NAME',
  },
  {
    why: 'a preset beside verify',
    change: ['allow_unsigned: true', 'preset: stripe'],
    line: 6,
    says: 'leave out one of them',
  },
  {
    why: 'a webhook that says nothing of its sender',
    change: ['verify: { scheme: none }, allow_unsigned: true, ', ''],
    line: 6,
    says: 'say who sends: preset: NAME',
  },
  {
    why: 'a signed text with a part that there is not',
    change: [
      'scheme: none }, allow_unsigned: true',
      'scheme: hmac, secret: secret.SET, header: X-Sig, signed: "${bdy}" }',
    ],
    line: 6,
    says: '${bdy} is nothing that is signed',
  },
  {
    why: 'a signed text without the event',
    change: [
      'scheme: none }, allow_unsigned: true',
      'scheme: hmac, secret: secret.SET, header: X-Sig, timestamp: X-Time, signed: "${timestamp}" }',
    ],
    line: 6,
    says: 'nothing of the event is signed',
  },
  {
    why: 'a time that is read and not signed',
    change: [
      'scheme: none }, allow_unsigned: true',
      'scheme: hmac, secret: secret.SET, header: X-Sig, timestamp: X-Time, signed: "${body}" }',
    ],
    line: 6,
    says: 'a time that is not signed says nothing',
  },
  {
    why: 'a signed time that is read nowhere',
    change: [
      'scheme: none }, allow_unsigned: true',
      'scheme: hmac, secret: secret.SET, header: X-Sig, signed: "${timestamp}${body}" }',
    ],
    line: 6,
    says: '${timestamp} is read from timestamp',
  },
  {
    why: 'a signature in two places',
    change: [
      'scheme: none }, allow_unsigned: true, id: event.order_id',
      'scheme: hmac, secret: secret.SET, header: X-Sig, field: event.sig, signed: "${event.n}" }',
    ],
    line: 6,
    says: 'it stands in one place: take header or field',
  },
  {
    why: 'an id where only some values are signed',
    change: [
      'scheme: none }, allow_unsigned: true',
      'scheme: hmac, secret: secret.SET, field: event.sig, signed: "${event.order_id}" }',
    ],
    line: 6,
    says: 'what the id reads: scheme hmac does not sign it',
  },
  {
    why: 'the secret of a preset under no preset',
    change: ['allow_unsigned: true', 'secret: secret.SET'],
    line: 6,
    says: 'secret goes beside a preset, or into verify',
  },
  {
    why: 'a secret where none is checked',
    change: ['scheme: none', 'scheme: none, secret: secret.A'],
    line: 6,
    says: 'it takes no secret',
  },
  {
    why: 'the secret itself in the file',
    change: ['verify: { scheme: none }, allow_unsigned: true', 'preset: shopify, secret: abc123'],
    line: 6,
    says: 'name a secret like secret.ORDER_HOOK',
  },
  {
    why: 'a key that its scheme does not read',
    change: ['scheme: none }, allow_unsigned: true', 'scheme: bearer, secret: secret.SET, prefix: X }'],
    line: 6,
    says: 'scheme bearer takes no prefix (it takes secret, header, query, field)',
  },
  {
    why: 'a key that its preset does not read',
    change: [
      'verify: { scheme: none }, allow_unsigned: true',
      'preset: github, secret: secret.SET, tolerance: 1h',
    ],
    line: 6,
    says: 'preset github takes no tolerance (it takes secret)',
  },
  {
    why: 'a preset without the verify token that it is asked for',
    change: [
      'verify: { scheme: none }, allow_unsigned: true, id: event.order_id',
      'preset: meta, secret: secret.SET',
    ],
    line: 6,
    says: 'preset meta needs verify_token: secret.NAME',
  },
  {
    why: 'SNS without a topic',
    change: ['verify: { scheme: none }, allow_unsigned: true, id: event.order_id', 'preset: sns'],
    line: 6,
    says: 'preset sns needs topic',
  },
  {
    why: 'a secret of a sender that has none',
    change: [
      'verify: { scheme: none }, allow_unsigned: true, id: event.order_id',
      'preset: sns, topic: arn, secret: secret.SET',
    ],
    line: 6,
    says: 'preset sns takes no secret (it takes topic)',
  },
  {
    why: 'where the events stand, of a preset that signs each',
    change: [
      'verify: { scheme: none }, allow_unsigned: true, id: event.order_id',
      'preset: adyen, secret: secret.SET, each: event.items',
    ],
    line: 6,
    says: 'preset adyen signs each of its events',
  },
  {
    why: 'a tolerance where no time is signed',
    change: [
      'scheme: none }, allow_unsigned: true',
      'scheme: hmac, secret: secret.SET, header: X-Sig, tolerance: 1h }',
    ],
    line: 6,
    says: 'it is about a signed time: add timestamp',
  },
  {
    why: 'hmac without a header',
    change: ['scheme: none }, allow_unsigned: true', 'scheme: hmac, secret: secret.SET }'],
    line: 6,
    says: 'needs header',
  },
  {
    why: 'basic without a user name',
    change: ['scheme: none }, allow_unsigned: true', 'scheme: basic, secret: secret.SET }'],
    line: 6,
    says: 'scheme basic needs username',
  },
  {
    why: 'a wrong cron line',
    change: ['subject:', '  schedule: { cron: "0 25 * * *" }\nsubject:'],
    line: 7,
    says: 'is not a cron line',
  },
  ...['0 7 * * Monday', '0 7 1 January *', '0 22-2 * * *', '0 9 1W * *'].map((cron): Wrong => ({
    why: `a cron line that no schedule could keep, ${cron}`,
    change: ['subject:', `  schedule: { cron: "${cron}" }\nsubject:`],
    line: 7,
    says: `"${cron}" is not a cron line`,
    hint: 'minute hour day month weekday',
  })),
  ...(
    [
      ['0 0 31 2 *', 'month 2 has no day 31', '0 0 L 2 *'],
      ['0 7 30,31 feb *', 'month feb has no day 30,31', '0 7 L feb *'],
      ['0 0 31 4,6 *', 'month 4,6 has no day 31', '0 0 L 4,6 *'],
    ] as const
  ).map(([cron, says, right]): Wrong => ({
    why: `a cron line that never comes, ${cron}`,
    change: ['subject:', `  schedule: { cron: "${cron}" }\nsubject:`],
    line: 7,
    says: `"${cron}" never comes: ${says}`,
    hint: `for the last day of a month write L: "${right}"`,
  })),
  ...(
    [
      ['0 0 * 2 mon#5', 'a fifth mon', '0 0 * 2 monL'],
      ['30 9 ? feb 7#5', 'a fifth 7', '30 9 * feb 7L'],
      ['0 0 30 2 0#5', 'a fifth 0', '0 0 * 2 0L'],
    ] as const
  ).map(([cron, says, right]): Wrong => ({
    why: `a cron line that hardly ever comes, ${cron}`,
    change: ['subject:', `  schedule: { cron: "${cron}" }\nsubject:`],
    line: 7,
    says: `"${cron}" comes once in 28 years: February has ${says} only when its 29th is one`,
    hint: `for the last one of the month write "${right}"`,
  })),
  {
    why: 'seconds in a cron line',
    change: ['subject:', '  schedule: { cron: "*/5 0 7 * * *" }\nsubject:'],
    line: 7,
    says: '"*/5 0 7 * * *" has six fields; a cron line has five, without seconds',
    hint: 'leave out the first one, the seconds: "0 7 * * *"',
  },
  ...(
    [
      ['*/90 * * * *', '"*/90" never means every 90 minutes', 'for every 2 hours write "0 */2 * * *"'],
      ['5-40/60 * * * *', '"5-40/60" never means every 60 minutes', 'for every hour write "0 * * * *"'],
      ['0 */24 * * *', 'so this is hour 0 alone', 'for every day write "0 0 * * *"'],
      ['0 0 */40 * *', '"*/40" never means every 40 days', 'name each day, like "1,15"'],
    ] as const
  ).map(([cron, says, hint]): Wrong => ({
    why: `a step that is never kept, ${cron}`,
    change: ['subject:', `  schedule: { cron: "${cron}" }\nsubject:`],
    line: 7,
    says,
    hint,
  })),
  {
    why: 'an unknown time zone',
    change: ['subject:', '  schedule: { cron: "0 7 * * *", timezone: Europe/Berln }\nsubject:'],
    line: 7,
    says: 'there is no time zone "Europe/Berln"',
  },
  {
    why: 'a dedupe key made of the record',
    change: ['id: event.order_id }', 'id: record.order_id }'],
    line: 6,
    says: 'only event, headers, query, method and vars are known here',
  },
  {
    why: 'a secret that is not set',
    change: ['verify: { scheme: none }, allow_unsigned: true', 'preset: stripe, secret: secret.UNSET'],
    line: 6,
    says: 'secret.UNSET is not set',
  },
]
