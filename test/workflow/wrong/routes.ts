// Wrong files: routes, standards and tests.
import { type Wrong, sound } from './sound.ts'

const check = (choices: string): [string, string] => [
  '  check: { exception: { reason: needs_judgement, text: "Look at ${record.order_id}" } }',
  `  check: { exception: { reason: needs_judgement, ${choices} } }`,
]

export const wrongRoutes: Wrong[] = [
  {
    why: 'a route nobody uses',
    change: [
      '  close: { outcome: achieved }',
      '  close: { outcome: achieved }\n  other: { outcome: ignored }',
    ],
    line: 27,
    says: 'nothing leads to the route "other"',
  },
  {
    why: 'declined on a route that nobody reviews',
    change: [
      '  close: { outcome: achieved }',
      '  close: { declined: { outcome: ignored }, outcome: achieved }',
    ],
    line: 26,
    says: 'only what is reviewed can be declined',
  },
  {
    why: 'a timeout where nobody is asked',
    change: [
      '  close: { outcome: achieved }',
      '  close: { timeout: { after: 3d, outcome: ignored }, outcome: achieved }',
    ],
    line: 26,
    says: 'nobody is asked on this route',
  },
  {
    why: 'a timeout that leads nowhere',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }",
      'review: { by: role:leads }\n    timeout: { after: 3d }',
    ],
    line: 21,
    says: 'say either a route or an outcome',
  },
  {
    why: 'a timeout to no route',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }",
      'review: { by: role:leads }\n    timeout: { after: 3d, route: chek }',
    ],
    line: 21,
    says: 'there is no route "chek"',
    hint: 'did you mean check?',
  },
  {
    why: 'a route that leads back when it is declined',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }",
      'review: { by: role:leads }\n    declined: { route: refund }',
    ],
    line: 21,
    says: 'the route "refund" leads to itself',
  },
  {
    why: 'a card that would show a secret',
    change: [
      '  close: { outcome: achieved }',
      '  close: { card: { text: "${secret.SHOP}" }, outcome: achieved }',
    ],
    line: 26,
    says: 'a card shows no secrets',
    also: 1,
  },
  {
    why: 'a card with more fields than it has room for',
    change: [
      '  close: { outcome: achieved }',
      `  close: { card: { fields: { ${'abcdefg'
        .split('')
        .map((one) => `${one}: x`)
        .join(', ')} } }, outcome: achieved }`,
    ],
    line: 26,
    says: 'a card has at most 6 fields',
  },
  {
    why: 'a choice that leads to no route',
    change: check('choices: [{ label: Refund, route: refnd }]'),
    line: 25,
    says: 'there is no route "refnd"',
    hint: 'did you mean refund?',
  },
  {
    why: 'two choices of one name',
    change: check('choices: [{ label: Close, route: close }, { label: close, outcome: dismissed }]'),
    line: 25,
    says: 'two choices are called "close"',
  },
  {
    why: 'more than four choices',
    change: check(
      `choices: [${[1, 2, 3, 4, 5].map((n) => `{ label: C${n}, outcome: achieved }`).join(', ')}]`,
    ),
    line: 25,
    says: 'offer at most four choices',
  },
  {
    why: 'a choice that goes on and ends',
    change: check('choices: [{ label: Close, route: close, outcome: achieved }]'),
    line: 25,
    says: 'a choice has either a route or an outcome',
  },
  {
    why: 'a form that requires what it does not ask for',
    change: check(
      'choices: [{ label: Close, route: close, form: { required: [why], properties: { way: { type: string } } } }]',
    ),
    line: 25,
    says: 'there is no property "why"',
    hint: 'did you mean way?',
  },
  {
    why: 'a form with a keyword that does not fit its type',
    change: check(
      'choices: [{ label: Close, route: close, form: { properties: { note: { type: string, minimum: 1 } } } }]',
    ),
    line: 25,
    says: 'it is for type number, integer or money',
  },
  {
    why: 'a form that asks for what the record has',
    change: check(
      'choices: [{ label: Close, route: close, form: { properties: { amount: { type: number } } } }]',
    ),
    line: 25,
    says: 'the record has amount already',
  },
  {
    why: 'a choice that leads back',
    change: check('choices: [{ label: Again, route: check }]'),
    line: 25,
    says: 'the route "check" leads to itself',
  },
  {
    why: 'a text that reads what only one way to its route asks for',
    change: [
      `  check: { exception: { reason: needs_judgement, text: "Look at \${record.order_id}" } }
  close: { outcome: achieved }`,
      `  check: { exception: { reason: needs_judgement, choices: [{ label: Say, route: close, form: { required: [why], properties: { why: {} } } }] } }
  close: { actions: [{ action: tell, slack: { channel: "#ops-exceptions", text: "\${record.why}" } }], outcome: achieved }`,
    ],
    line: 26,
    says: 'not every way to "close" asks for it',
    hint: 'has(record.why)',
  },
  {
    why: 'a mention of the owner where no message of Slack is',
    change: ['order: "${record.order_id}"', 'order: "${owner.mention}"'],
    line: 23,
    says: 'write owner.name, owner.email or owner.id here',
  },
  {
    why: 'the same under a name in brackets',
    change: ['order: "${record.order_id}"', `order: '\${owner["mention"]}'`],
    line: 23,
    says: 'write owner.name, owner.email or owner.id here',
  },
  {
    why: 'a name of the owner that is worked out',
    change: ['order: "${record.order_id}"', `order: '\${owner["men" + "tion"]}'`],
    line: 23,
    says: 'write owner.name, owner.email or owner.id here',
  },
  {
    why: 'an owner who names the owner',
    change: ['owner: round_robin("@support")', 'owner: "${owner.id}"'],
    line: 19,
    says: 'the owner is known once a rule has decided',
  },
  {
    why: 'a condition of a review that reads the owner',
    change: ["when: 'record.amount > 10'", 'when: \'owner.id == "U1"\''],
    line: 20,
    says: 'Unknown variable: owner',
  },
  {
    why: 'something that no owner has',
    change: ['text: "Look at ${record.order_id}"', 'text: "Look at it, ${owner.phone}"'],
    line: 25,
    says: 'No such key: phone',
  },
  {
    why: 'a route without an end',
    change: ['  close: { outcome: achieved }', '  close: { title: Close }'],
    line: 26,
    says: 'say how it ends',
  },
  {
    why: 'a route with two ends',
    change: [
      '  close: { outcome: achieved }',
      '  close: { outcome: achieved, exception: { reason: timed_out } }',
    ],
    line: 26,
    says: 'not both',
  },
  {
    why: 'an unknown outcome',
    change: ['  close: { outcome: achieved }', '  close: { outcome: achived }'],
    line: 26,
    says: 'cannot be "achived"',
    hint: 'did you mean achieved?',
  },
  {
    why: 'an approval after which nothing is left to do',
    change: ['reason: needs_judgement', 'reason: approval_required'],
    line: 25,
    says: 'use "review" with actions and an outcome',
  },
  {
    why: 'an approval that leaves out what no action sends',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }",
      'review: { by: role:leads, except: [pay.json.at] }',
    ],
    line: 20,
    says: '"pay" sends no "json.at"',
  },
  {
    why: 'two actions of one name in a route',
    change: [
      '    outcome: achieved\n  check:',
      '      - { action: pay, http: { url: "${vars.shop}/b", json: { order: "${record.order_id}" } } }\n    outcome: achieved\n  check:',
    ],
    line: 24,
    says: 'the action "pay" stands in this route already, in line 22',
    hint: 'a name of its own',
  },
  {
    why: 'an approval that leaves out what may be of either of two actions',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }\n    actions:",
      'review: { by: role:leads, except: [pay.body.json.at] }\n    actions:\n      - { action: pay.body, http: { url: "${vars.shop}/b", json: { at: "${now}" } } }',
    ],
    line: 20,
    says: '"pay.body.json.at" begins with more than one action of this route: pay.body, pay',
    hint: 'rename one of them',
  },
  {
    why: 'an approval that leaves out something of no action',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }",
      'review: { by: role:leads, except: [pai.json.order] }',
    ],
    line: 20,
    says: '"pai.json.order" begins with no action of this route',
    hint: 'did you mean pay?',
  },
  {
    why: 'an approval that leaves out what it is about',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }",
      'review: { by: role:leads, except: [pay.json.order] }',
    ],
    line: 20,
    says: '"json.order" reads record.order_id, which an approval has to cover',
  },
  {
    why: 'an approval that leaves out a whole part',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }",
      'review: { by: role:leads, except: [pay.json] }',
    ],
    line: 20,
    says: '"json" is more than one text',
  },
  {
    why: 'an approval that leaves out where it goes',
    change: [
      "review: { by: role:leads, when: 'record.amount > 10' }",
      'review: { by: role:leads, except: [pay.url] }',
    ],
    line: 20,
    says: '"pay" sends no "url" that an approval could leave out',
  },
  {
    why: 'an approval of a moment',
    change: ['json: { order: "${record.order_id}" }', 'json: { order: "${now}" }'],
    line: 23,
    says: 'this reads now',
    hint: 'take the moment from the record, or name this text in review.except',
    severity: 'warning',
  },
  {
    why: 'an unknown reason',
    change: ['reason: needs_judgement', 'reason: needs_judgment'],
    line: 25,
    says: 'cannot be "needs_judgment"',
    hint: 'did you mean needs_judgement?',
  },
  {
    why: 'an action that does nothing',
    change: [
      'http: { url: "${vars.shop}/refunds", json: { order: "${record.order_id}" } }',
      'retry: { attempts: 2 }',
    ],
    line: 22,
    says: 'exactly one of http, slack, email, emit',
  },
  {
    why: 'a text with an unknown field',
    change: ['Look at ${record.order_id}', 'Look at ${record.order}'],
    line: 25,
    says: 'No such key: order',
  },
  {
    why: 'a text that is not closed',
    change: ['Look at ${record.order_id}', 'Look at ${record.order_id'],
    line: 25,
    says: '${ is not closed',
  },
  {
    why: 'a bad duration',
    change: ['respond: 30m', 'respond: 30 minutes'],
    line: 27,
    says: 'write a duration like 30s',
  },
  {
    why: 'an unknown calendar',
    change: ['calendar: business', 'calendar: busines'],
    line: 27,
    says: 'there is no calendar "busines"',
    hint: 'did you mean business?',
  },
  {
    why: 'an unknown role',
    change: ['by: role:leads', 'by: role:leds'],
    line: 20,
    says: 'there is no role "leds"',
    hint: 'did you mean leads?',
  },
  {
    why: 'a person Slack does not know',
    change: ['owner: "@ops-lead"', 'owner: "@ops-leed"'],
    line: 3,
    says: 'Slack knows nobody and no group called @ops-leed',
    hint: 'did you mean ops-lead?',
  },
  {
    why: 'a channel Slack does not know',
    change: ['channel: "#ops-exceptions"', 'channel: "#ops-exeptions"'],
    line: 4,
    says: 'Slack knows no channel #ops-exeptions',
    hint: 'did you mean ops-exceptions?',
  },
  {
    why: 'another workflow that is not there',
    change: [
      'http: { url: "${vars.shop}/refunds", json: { order: "${record.order_id}" } }',
      'emit: { workflow: order-delivry, event: {} }',
    ],
    line: 23,
    says: 'there is no workflow "order-delivry"',
    hint: 'did you mean order-delivery?',
  },
  {
    why: 'approvers from the record, who would be nobody',
    change: ['by: role:leads', 'by: "${record.order_id}"'],
    line: 20,
    says: 'only an owner may come from the record, so "${record.order_id}" would be nobody here',
    hint: 'role:name',
  },
  {
    why: 'an escalation to somebody from the record',
    change: ['to: role:leads', 'to: [role:leads, "${record.order_id}"]'],
    line: 27,
    says: 'only an owner may come from the record',
  },
  {
    why: 'a secret in a text that people read',
    change: ['Look at ${record.order_id}', 'Look at ${secret.SET}'],
    line: 25,
    says: 'secret.SET may stand only in texts that are sent, and under verify',
  },
  {
    why: 'a secret as an owner',
    change: ['owner: round_robin("@support")', 'owner: "${secret.UNSET}"'],
    line: 19,
    says: 'secret.UNSET may stand only in texts that are sent, and under verify',
  },
  // Standards and tests
  {
    why: 'no owner where the standards ask for one',
    change: ['owner: "@ops-lead"\n', ''],
    line: 1,
    says: 'the standards ask for an owner',
  },
  {
    why: 'no SLA where the standards ask for one',
    change: [sound.slice(sound.indexOf('sla:'), sound.indexOf('tests:')), ''],
    line: 1,
    says: 'the standards ask for an SLA',
  },
  {
    why: 'no tests where the standards ask for them',
    change: [sound.slice(sound.indexOf('tests:')), ''],
    line: 1,
    says: 'the standards ask for tests',
  },
  {
    why: 'a time in a test that is none',
    change: ['    expect: { route: refund', '    now: yesterday\n    expect: { route: refund'],
    line: 31,
    says: 'tests[1].now: write a time like 2026-01-05T12:00:00Z',
  },
  {
    why: 'a test that fails',
    change: ['expect: { route: refund, rule: gone }', 'expect: { route: close }'],
    line: 29,
    says: 'expected route close, and got route refund by the rule "gone"',
  },
  {
    why: 'a test of a route that does not exist',
    change: ['expect: { route: refund, rule: gone }', 'expect: { route: refnd }'],
    line: 31,
    says: 'there is no route "refnd"',
    hint: 'did you mean refund?',
  },
  {
    why: 'a test that expects nothing',
    change: ['expect: { route: refund, rule: gone }', 'expect: {}'],
    line: 31,
    says: 'expect at least one of',
  },
  {
    why: 'a test of the owner of what no rule decides',
    change: [
      'event: { order_id: "1", status: canceled }\n    expect: { route: refund, rule: gone }',
      'event: { order_id: "1" }\n    expect: { owner: "@ops-lead" }',
    ],
    line: 29,
    says: 'expected owner @ops-lead, and got the exception missing_field',
  },
]
