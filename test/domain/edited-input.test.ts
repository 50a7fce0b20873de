// What a person writes in place of an action's input: whose review that needs, and where secrets go.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inputProblems, secretPlaceholder } from '../../src/domain/exceptions/action-input.ts'
import { inputTexts } from '../../src/domain/masking/redact.ts'
import { applyEdit } from '../../src/pipeline/act/edited.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { reviewsOfEdit } from '../../src/domain/exceptions/review-of-edit.ts'
import type { EditedInput } from '../../src/domain/exceptions/action-input.ts'
import type { CompiledWorkflow } from '../../src/domain/compile/compiled-workflow.ts'
import type { Scope } from '../../src/domain/rules/decision.ts'
import { compiled, scopeOf } from './compiled.ts'

/** By whom it has to be approved; or why it is refused. */
const askedBy = (workflow: CompiledWorkflow, edited: EditedInput, scope: Scope): string[] | string => {
  const found = reviewsOfEdit(workflow, edited, scope)
  return found.kind === 'refused' ? found.because : found.reviews.map(({ by }) => by.join())
}

const fields = {
  note: { type: 'string' },
  reason: { type: 'string' },
  room: { type: 'string', missing: 'ignore' },
}

/** `small` has no review, `large` has one. */
const reviewOf = (
  small: object,
  large: object,
  input: JsonObject,
  record: JsonObject = { note: 'n', reason: 'r' },
) => {
  const workflow = compiled({
    fields,
    rules: [
      { rule: 'all', when: 'true', route: 'small' },
      { rule: 'other', when: 'true', route: 'large' },
    ],
    routes: {
      small: { actions: [{ action: 'a', ...small }], outcome: 'achieved' },
      large: { review: { by: '@ada' }, actions: [{ action: 'b', ...large }], outcome: 'achieved' },
    },
  })
  return askedBy(workflow, { route: 'small', step: 0, input }, scopeOf(record, record))
}
const http = (url: string, more: object = {}) => ({ http: { url, json: { n: '${record.note}' }, ...more } })
const slack = (channel: string) => ({ slack: { channel, text: '${record.note}' } })
const email = (to: string) => ({ email: { to, subject: 's', text: '${record.note}' } })
const otherBody = { json: { n: 'another' } }

const problemsOf = (action: object, input: JsonObject, record: JsonObject = { note: 'n', reason: 'r' }) => {
  const { definition, action: render } = compiled({
    fields,
    routes: { end: { actions: [{ action: 'a', ...action }], outcome: 'achieved' } },
  })
  const written = definition.routes['end']?.actions[0]
  return inputProblems(render('end', 0, scopeOf(record), secretPlaceholder), input, inputTexts(written))
}
const coded = (channel: string) => ({ slack: { channel, text: 'Code ${secret.DOOR}' } })

describe('an edit of where something is sent', () => {
  const mailed = { email: { to: 'a@x.example', subject: 's', text: 'Code ${secret.DOOR}' } }
  const text = 'Code ${secret.DOOR}'
  const refused =
    'This sends secret.DOOR, so it goes only where the workflow sends it. Correct the record or the workflow instead.'
  const cases: [what: string, object, JsonObject, problems: [string, string][]][] = [
    ['another channel of a secret', coded('#here'), { channel: '#mine', text }, [['channel', refused]]],
    [
      'another channel, though the text names no secret any more',
      coded('#here'),
      { channel: '#mine', text: 'x' },
      [['channel', refused]],
    ],
    [
      'another channel than the record names',
      coded('#${record.note}'),
      { channel: '#mine', text },
      [['channel', refused]],
    ],
    ['another receiver of a secret', mailed, { to: 'eve@x.example', subject: 's', text }, [['to', refused]]],
    [
      'one more receiver of a secret',
      mailed,
      { to: 'a@x.example, eve@x.example', subject: 's', text },
      [['to', refused]],
    ],
    [
      'another channel of a secret that is written with spaces',
      { slack: { channel: '#here', text: 'Code ${ secret . DOOR }' } },
      { channel: '#mine', text },
      [['channel', refused]],
    ],
    ['another text beside a secret', coded('#here'), { channel: '#here', text: `Now: ${text}` }, []],
    ['another channel of what names no secret', slack('#here'), { channel: '#mine', text: 'x' }, []],
  ]
  for (const [what, action, input, problems] of cases)
    test(`${what} is ${problems.length > 0 ? 'refused' : 'taken'}`, () => {
      assert.deepEqual(
        problemsOf(action, input).map(({ field, message }) => [field, message]),
        problems,
      )
    })
  test('is taken where a text that came from outside only reads like a secret', () => {
    const record = { note: '${secret.DOOR}', reason: 'r' }
    assert.deepEqual(problemsOf(slack('#here'), { channel: '#mine', text: 'x' }, record), [])
  })
})

describe('whose review an edited input needs', () => {
  const asks: [string, object, object, JsonObject, JsonObject?][] = [
    ['the same address', http('${vars.shop}/r'), http('${vars.shop}/r'), otherBody],
    ['the same address, written with spaces', http('${ vars.shop }/r'), http('${vars.shop}/r'), otherBody],
    [
      'the same address, its host in capitals, with a slash',
      http('https://S.example/r/'),
      http('https://s.example/r?x=1'),
      otherBody,
    ],
    [
      'another method of the same address',
      http('${vars.shop}/r', { method: 'PUT' }),
      http('${vars.shop}/r'),
      otherBody,
    ],
    [
      'an address that cannot be told',
      http('${vars.shop}/r'),
      http('${vars.shop}/${record.room}'),
      otherBody,
    ],
    [
      'a channel that the person chose',
      slack('#nowhere'),
      slack('#leaders'),
      { channel: '#leaders', text: 'x' },
    ],
    [
      'any channel that the person chose',
      slack('#nowhere'),
      slack('#leaders'),
      { channel: '#Leaders ', text: 'x' },
    ],
    [
      'the same channel, from the record',
      slack('#leaders'),
      slack('${record.room}'),
      { channel: '#leaders', text: 'x' },
      { note: 'n', reason: 'r', room: 'leaders' },
    ],
    ['a channel by its id', slack('#leaders'), slack('C0123456789'), { channel: '#leaders', text: 'x' }],
    [
      'an address of two',
      email('a@x.example, b@x.example'),
      email('B <B@x.example>'),
      { to: 'a@x.example, b@x.example', subject: 's', text: 'x' },
    ],
    [
      'a recipient that the person chose',
      email('a@x.example'),
      email('b@x.example'),
      { to: 'c@x.example', subject: 's', text: 'x' },
    ],
  ]
  for (const [what, small, large, input, record] of asks)
    test(`${what}: that of the route with a review`, () => {
      assert.deepEqual(reviewOf(small, large, input, record), ['@ada'])
    })

  const alike: [small: string, large: string, record?: JsonObject][] = [
    ['${vars.shop}/%72', '${vars.shop}/r'],
    ['${vars.shop}//r', '${vars.shop}/r'],
    ['${vars.shop}/R', '${vars.shop}/r'],
    [
      '${vars.shop}/shops/${record.room}/r',
      '${vars.shop}/shops/eu:west/r',
      { note: 'n', reason: 'r', room: 'eu:west' },
    ],
  ]
  for (const [small, large, record] of alike)
    test(`${small} is the address ${large}`, () => {
      assert.deepEqual(reviewOf(http(small), http(large), otherBody, record), ['@ada'])
    })

  test('several reviews of one place are all of them, each once', () => {
    const actions = [{ action: 'a', ...http('${vars.shop}/r') }]
    const outcome = 'achieved'
    const note = { note: 'n', reason: 'r' }
    const workflow = compiled({
      fields,
      rules: ['small', 'medium', 'large', 'same'].map((route) => ({ rule: route, when: 'true', route })),
      routes: {
        small: { actions, outcome },
        medium: { review: { by: '@grace' }, actions, outcome },
        large: { review: { by: '@ada' }, actions, outcome },
        same: { review: { by: '@ada' }, actions, outcome },
      },
    })
    for (const route of ['small', 'medium', 'large'])
      assert.deepEqual(askedBy(workflow, { route, step: 0, input: otherBody }, scopeOf(note, note)), [
        '@grace',
        '@ada',
      ])
  })

  const free: [string, object, object, JsonObject][] = [
    ['another address', http('${vars.shop}/r'), http('${vars.shop}/other'), otherBody],
    ['another kind of action', http('${vars.shop}/r'), slack('#leaders'), otherBody],
    [
      'another channel, which the person left alone',
      slack('#here'),
      slack('#leaders'),
      { channel: '#here', text: 'x' },
    ],
    [
      'other recipients',
      email('a@x.example'),
      email('b@x.example'),
      { to: 'a@x.example', subject: 's', text: 'x' },
    ],
  ]
  for (const [what, small, large, input] of free)
    test(`${what}: nobody's`, () => {
      assert.deepEqual(reviewOf(small, large, input), [])
    })
})

const ofAmount = (amount: number): JsonObject => ({ sum: amount, for: ['a'], cents: amount * 100 })

describe('whom the rules would ask about an edited input', () => {
  const lookup = { lookup: 'customers', key: 'record.customer', missing: 'ignore' }
  const workflow = compiled({
    owner: '@joan',
    fields: { amount: { type: 'number' }, customer: { type: 'string', missing: 'ignore' } },
    enrich: { info: lookup },
    rules: [
      { rule: 'odd', when: 'record.amount < 0.0', route: 'odd' },
      { rule: 'hers', when: 'record.amount == 7.0', route: 'hers' },
      { rule: 'none', when: 'record.amount == 8.0', route: 'none', owner: ['@mary', '@joan'] },
      { rule: 'huge', when: 'record.amount > 1000.0', route: 'look' },
      { rule: 'large', when: 'record.amount > 100.0', route: 'large' },
      { rule: 'small', when: 'record.amount > 0.0', route: 'small' },
    ],
    routes: {
      odd: { exception: { reason: 'needs_judgement' } },
      hers: { exception: { reason: 'needs_judgement' } },
      none: { outcome: 'declined' },
      look: {
        owner: '@grace',
        // Not sent for small ones: it is no other way to send them.
        actions: [{ action: 'hold', when: 'record.amount > 1000.0', http: { url: '${vars.shop}/hold' } }],
        exception: { reason: 'needs_judgement' },
      },
      large: {
        review: { by: '@ada' },
        actions: [{ action: 'call', slack: { channel: '#desk', text: 'Large' } }],
        outcome: 'achieved',
      },
      small: {
        actions: [
          {
            action: 'pay',
            http: {
              url: '${vars.shop}/pay',
              json: {
                sum: '${record.amount}',
                for: ['${ record.customer }'],
                cents: '${record.amount * 100.0}',
              },
            },
          },
        ],
        outcome: 'achieved',
      },
    },
  })
  const askedFor = (body: JsonObject) =>
    askedBy(
      workflow,
      { route: 'small', step: 0, input: { json: body } },
      scopeOf({ amount: 5, customer: 'a' }, { amount: 5, customer: 'a' }),
    )

  const all = ['@mary,@joan', '@grace', '@ada']
  const asks: [string, JsonObject, string[] | string][] = [
    ['nobody, where they would send it too', ofAmount(6), []],
    ['the owner of the route that ends with a person', ofAmount(5000), ['@grace']],
    ['the approvers of a route that sends elsewhere', ofAmount(500), ['@ada']],
    ['nobody besides the owner who wrote it', ofAmount(7), []],
    ['the owner of a rule that has nothing sent', ofAmount(8), ['@mary,@joan']],
    ['nobody besides the owner, where no rule matches', ofAmount(0), []],
    ['everybody whom they may ask, of values that do not fit together', { ...ofAmount(5), sum: 6 }, all],
    [
      'everybody whom they may ask, of a value that no field gives',
      { ...ofAmount(5), cents: 50_000_000 },
      all,
    ],
    ['everybody whom they may ask, of a name that the file lacks', { ...ofAmount(5), more: 5000 }, all],
    [
      'nobody, as its field refuses it',
      { ...ofAmount(5), sum: [5000] },
      "The workflow's fields don't accept this: amount cannot be used: [5000] is not a number. Correct it at its source, or replay it with another event.",
    ],
    [
      'nobody, as it would be looked up anew',
      { ...ofAmount(5), for: ['b'] },
      'This changes what "info" is looked up by, and an edit looks nothing up. Correct it at its source, or replay it with another event.',
    ],
  ]
  for (const [who, body, by] of asks)
    test(`${who}: ${JSON.stringify(body)}`, () => {
      assert.deepEqual(askedFor(body), by)
    })
})

describe('an edit of a value that also stands in the address', () => {
  const workflow = compiled({
    owner: '@joan',
    fields: { vendor: { type: 'string' } },
    rules: [{ rule: 'all', when: 'true', route: 'pay' }],
    routes: {
      pay: {
        owner: '@grace',
        actions: [
          {
            action: 'pay',
            http: { url: '${vars.shop}/${record.vendor}', json: { to: '${record.vendor}' } },
          },
        ],
        outcome: 'achieved',
      },
    },
  })

  test('stands for no record: no event would send it there', () => {
    const edited = { route: 'pay', step: 0, input: { json: { to: 'b' } } }
    assert.deepEqual(askedBy(workflow, edited, scopeOf({ vendor: 'a' }, { vendor: 'a' })), ['@joan'])
  })
})

describe('an edit of what an earlier action was sent too', () => {
  const json = { amount: '${record.amount}' }
  const workflow = (when: string) =>
    compiled({
      fields: { amount: { type: 'number' } },
      rules: [{ rule: 'all', when: 'true', route: 'pay' }],
      routes: {
        pay: {
          actions: [
            { action: 'screen', as: 'risk', http: { url: '${vars.shop}/risk', json } },
            { action: 'pay', when, http: { url: '${vars.shop}/pay', json } },
          ],
          outcome: 'achieved',
        },
      },
    })
  const askedOf = (when: string) => {
    const risk = { status: 200, headers: {}, body: { ok: true } }
    const scope = { ...scopeOf({ amount: 5 }, { amount: 5 }), actions: { risk } }
    return askedBy(workflow(when), { route: 'pay', step: 1, input: { json: { amount: 5000 } } }, scope)
  }

  test('is refused: that could have refused it', () => {
    for (const when of ['actions.risk.body.ok', 'true'])
      assert.equal(
        askedOf(when),
        'This changes what "screen" sends, and it has answered already. Correct it at its source, or replay it with another event.',
      )
  })
})

const secrets = (name: string) => `hush-${name}`

describe('secrets in an edited input', () => {
  const action = {
    action: 'pay',
    http: {
      url: '${vars.shop}/r',
      json: {
        key: 'k ${secret.KEY}',
        note: '${record.note}',
        both: '${secret.KEY}: ${record.reason}',
        list: ['${secret.OTHER}'],
      },
    },
  } satisfies JsonObject
  const workflow = compiled({
    fields,
    routes: { end: { actions: [action], outcome: 'achieved' } },
  })
  const sent = (record: JsonObject, body: JsonValue) => {
    const done = applyEdit(
      (given) => workflow.action('end', 0, scopeOf(record), given),
      { route: 'end', step: 0, input: { json: body } },
      { written: action, secrets },
    )
    return done.kind === 'http' && done.call.json
  }
  const OUTSIDE = 'for you: ${secret.KEY}'

  test('stand where the file puts them, also in a text that the person changed', () => {
    const body = { key: 'key ${secret.KEY}', note: 'n', both: '${secret.KEY}: r', list: ['${secret.OTHER}'] }
    assert.deepEqual(sent({ note: 'n', reason: 'r' }, body), {
      key: 'key hush-KEY',
      note: 'n',
      both: 'hush-KEY: r',
      list: ['hush-OTHER'],
    })
  })

  test('go into no text that came from outside and reads like one', () => {
    const body = {
      key: 'k ${secret.KEY}',
      note: OUTSIDE,
      both: '${secret.KEY}: r',
      list: ['${secret.OTHER}', OUTSIDE],
    }
    assert.deepEqual(sent({ note: OUTSIDE, reason: 'x' }, body), {
      key: 'k hush-KEY',
      note: OUTSIDE,
      both: 'hush-KEY: r',
      list: ['hush-OTHER', OUTSIDE],
    })
  })

  test('go nowhere in a text that the file fills with both, once a person changes it', () => {
    const body = {
      key: 'k ${secret.KEY}',
      note: 'n',
      both: `\${secret.KEY}: ${OUTSIDE}!`,
      list: ['${secret.OTHER}'],
    }
    assert.deepEqual(sent({ note: 'n', reason: OUTSIDE }, body), {
      key: 'k hush-KEY',
      note: 'n',
      both: `\${secret.KEY}: ${OUTSIDE}!`,
      list: ['hush-OTHER'],
    })
    const left = { ...body, both: `\${secret.KEY}: ${OUTSIDE}`, note: 'another' }
    assert.deepEqual(sent({ note: 'n', reason: OUTSIDE }, left), {
      key: 'k hush-KEY',
      note: 'another',
      both: `hush-KEY: ${OUTSIDE}`,
      list: ['hush-OTHER'],
    })
  })

  test('go into no text of a name or place that the person made', () => {
    const body = { made: '${secret.KEY}', key: 'k ${secret.OTHER}', list: '${secret.OTHER}' }
    assert.deepEqual(sent({ note: 'n', reason: 'r' }, body), body)
  })
})
