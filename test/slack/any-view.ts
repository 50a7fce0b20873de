// Runs and exceptions with whatever arrives in them, for properties: every text may be long, right-to-left, emoji,
// mrkdwn, a mention, a control character.
import fc from 'fast-check'
import type { ExceptionView } from '../../src/db/exceptions/exception-view.ts'
import type { RunView } from '../../src/db/runs/run-view.ts'
import { definitionSchema } from '../../src/domain/workflow-file/definition.ts'
import type { Cover } from '../../src/domain/exceptions/approval.ts'
import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts'
import { reasons } from '../../src/domain/exceptions/reasons.ts'
import { noStandards } from '../../src/domain/workflow-file/standards.ts'

export const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    ' ',
    '<!channel> <@U123456> <https://x.example|click>',
    '`*_~&<>'.repeat(500),
    'x'.repeat(10_000),
    '😀'.repeat(3000),
    '&'.repeat(3000),
    'שלום עולם مرحبا \u202eevil',
    '\u0000\u0007\r\n\t',
    '\ud800 lone',
    '\u200b',
  ),
)
const at = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
const id = fc.constantFrom('U0ADA0000', 'S0SUPPORT', 'engine', 'cli:root')
const json: fc.Arbitrary<JsonValue> = fc.oneof(
  nasty,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(nasty, { maxLength: 3 }),
)

const form = {
  required: ['until'],
  properties: {
    until: { format: 'date', title: 'Until' },
    why: { enum: ['a', 'b'], description: 'x'.repeat(200) },
    amount: { type: 'number' },
  },
}

const definition = (names: string[], title: string) => {
  const read = definitionSchema.parse({
    workflow: 'refund',
    trigger: { command: {} },
    rules: [{ rule: 'all', when: 'true', route: 'go' }],
    fields: Object.fromEntries(
      names.map((name, index) => [
        name,
        index % 3 === 1
          ? { type: 'enum', enum: ['a', 'b'.repeat(90)], title }
          : { type: index % 3 === 0 ? 'string' : 'number', description: title },
      ]),
    ),
    routes: {
      go: {
        actions: [
          { action: 'first', http: { url: `https://x.example/${'y'.repeat(5000)}` } },
          { action: 'second', slack: { channel: '#a', text: 'b' } },
        ],
        outcome: 'achieved',
      },
      choose: {
        exception: {
          reason: 'needs_judgement',
          choices: [
            { label: 'Go on with all of this, yes', route: 'go', style: 'primary', form },
            { label: 'Close', outcome: 'achieved' },
            { label: 'Drop', outcome: 'dismissed', style: 'danger' },
          ],
        },
      },
    },
  })
  return read
}

const attempt = fc.record({
  id: fc.constant('att_1'),
  runId: fc.constant('run_1'),
  step: fc.nat(3),
  number: fc.integer({ min: 1, max: 9 }),
  action: nasty,
  target: nasty,
  idempotencyKey: fc.constant('k'),
  state: fc.constantFrom('started', 'done', 'failed', 'refused'),
  status: fc.option(fc.integer({ min: 100, max: 599 })),
  answer: fc.option(nasty),
  error: fc.option(nasty),
  startedAt: at,
  finishedAt: fc.option(at),
})

const trace = fc.record({ rule: nasty, position: fc.nat(9), matched: fc.boolean(), because: nasty })

/** Prisma's JSON knows no exact numbers, and takes them all the same (exact-json.ts). */
const asPrisma = (data: object) => data as ExceptionView['exception']['data'] & object

export const anyException: fc.Arbitrary<ExceptionView> = fc
  .record({
    text: fc.array(nasty, { minLength: 12, maxLength: 12 }),
    reason: fc.constantFrom(...reasons),
    isOpen: fc.boolean(),
    owner: id,
    when: at,
    fields: fc.nat(300),
    values: fc.array(json, { minLength: 1, maxLength: 5 }),
    attempts: fc.array(attempt, { maxLength: 12 }),
    traces: fc.array(trace, { maxLength: 40 }),
    data: json,
    route: fc.constantFrom('go', 'choose', null),
    origin: fc.constantFrom('run', 'route', 'finding'),
  })
  .map(
    ({ text, reason, isOpen, owner, when, fields: count, values, attempts, traces, data, route, origin }) => {
      const word = (index: number) => text[index % text.length] ?? ''
      const names = Array.from({ length: count }, (_, index) => `field_${index}`)
      const fields: JsonObject = Object.fromEntries(
        names.map((name, index) => [name, values[index % values.length] ?? null]),
      )
      const covers: Cover = {
        hash: 'h',
        actions: Array.from({ length: 4 }, (_, step) => ({
          action: word(1),
          step,
          does: 'http',
          values: [
            ['method', 'POST'],
            ['url', word(2)],
            [word(5), data],
          ],
          except: [word(3)],
          hash: 'h',
        })),
      }
      const exception: ExceptionView['exception'] = {
        id: 'exc_1',
        runId: 'run_1',
        workflowKey: 'refund',
        reason,
        detail: word(0),
        data: asPrisma({
          fields: names.map((field, index) => ({
            field,
            kind: index % 2 ? 'missing' : 'invalid',
            message: word(index),
            value: data,
          })),
          origin,
          ...(count % 2 === 0
            ? {
                card: {
                  title: word(2).trim() || 'title',
                  fields: Array.from({ length: 6 }, (_, index) => [word(index), word(index + 1)]),
                  links: [[word(3), 'https://x.example/a']],
                  image: 'https://x.example/a.png',
                },
              }
            : {}),
          ...(route === 'choose'
            ? { choices: [{ label: 'Go on', asks: true, style: 'primary' }, { label: 'Close' }] }
            : {}),
          lookups: [{ name: 'rep', message: word(6), reads: ['name', 'tier'] }],
          covers,
          changes: names.slice(0, 30).map((field) => ({ action: word(4), field, before: data, after: null })),
        }),
        fingerprint: 'f',
        ownerSpec: '@ada',
        ownerId: owner,
        ownerLabel: word(1),
        ownerSince: when,
        policy: { by: ['@ada'], approvals: 2, self: false },
        approvals: ['U0ADA0000'],
        state: isOpen ? 'open' : 'resolved',
        revision: 3,
        openedAt: when,
        dueAt: when,
        timesOutAt: when,
        acknowledgedAt: null,
        snoozedUntil: when,
        remindedAt: null,
        escalation: 0,
        reopens: null,
        caseOpenedAt: null,
        isFirstFault: false,
        amount: null,
        currency: null,
        resolvedAs: isOpen ? null : 'approved',
        resolvedBy: isOpen ? null : owner,
        resolvedByLabel: isOpen ? null : word(2),
        resolvedAt: isOpen ? null : when,
        resolvedNote: isOpen ? null : word(3),
      }
      const { rules: _rules, ...stored } = definition(names, word(4))
      const run: RunView = {
        id: 'run_1',
        workflow: { key: 'refund', title: word(5), ownerSpec: word(6), channel: '#x' },
        version: 1,
        definition: stored,
        standards: noStandards,
        subject: word(7),
        state: 'held',
        ownerId: owner,
        stage: 'act',
        route,
        step: 0,
        replayOf: null,
        receivedAt: when,
        event: {
          id: 'evt_1',
          source: word(8),
          address: null,
          dedupeKey: null,
          redeliveries: 0,
          sameIdAs: null,
          changedIn: [],
          contentType: 'application/json',
          actor: owner,
          receivedAt: when,
          body: word(9).repeat(3),
        },
        record: { fields, sources: {}, corrections: {}, updatedAt: when },
        decisions: Array.from({ length: 6 }, () => ({
          version: 1,
          rule: word(10),
          route: word(11),
          reason: null,
          owner: null,
          ownerId: owner,
          trace: traces,
          notTried: { names: [word(12), word(13)], count: 900 },
          changes: [{ field: word(3), before: data, after: null }],
          edited: { route: route ?? '', step: 0, input: { channel: word(4), to: data } },
          approved: covers,
          decidedBy: owner,
          decidedAt: when,
        })),
        attempts,
        exceptions: Array.from({ length: 20 }, () => exception),
        outcome: isOpen
          ? null
          : {
              runId: 'run_1',
              workflowKey: 'refund',
              kind: 'achieved',
              route: null,
              note: word(3),
              manualSteps: 1,
              handOffs: 0,
              messages: 2,
              people: 1,
              isAutomated: false,
              ownerId: null,
              isErred: false,
              amount: null,
              currency: null,
              cycleMs: 5,
              endedBy: owner,
              endedAt: when,
            },
        cards: [],
        status: {
          state: 'ended',
          lastSuccess: { what: word(1), at: when },
          failedAction: { action: word(2), at: when, error: word(3) },
          owner: { label: word(4), since: when },
          retry: { number: 2, most: 5, nextAt: when },
          outcome: { kind: 'achieved', at: when, by: word(5), note: word(6) },
        },
        masked: [],
        erasures: [],
        labels: new Map([['U0ADA0000', word(8)]]),
      }
      return { exception, reason, run }
    },
  )
