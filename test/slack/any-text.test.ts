// Whatever arrives, every message and view that we make is one that Slack takes, and nobody is mentioned by data.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { JsonValue } from '../../src/domain/values/json.ts'
import type { RevealAnswer } from '../../src/pipeline/reveal/reveal.ts'
import { validateBlocks, validateView } from '../../src/local-slack/block-kit/index.ts'
import { helpAnswer, helpOnAnswer, unknownCommandAnswer } from '../../src/slack/answers/help.ts'
import { listAnswer } from '../../src/slack/answers/list.ts'
import { nobodyAnswer } from '../../src/slack/answers/nobody.ts'
import {
  allStatusAnswer,
  nothingFoundAnswer,
  runStatusAnswer,
  severalRunsAnswer,
  workflowStatusAnswer,
} from '../../src/slack/answers/status.ts'
import { queueAnswer } from '../../src/slack/answers/queue.ts'
import { noticeCard } from '../../src/slack/cards/notice.ts'
import { exceptionCard } from '../../src/slack/cards/exception-card.ts'
import { revealModal } from '../../src/slack/listeners/reveal.ts'
import { changeModal } from '../../src/slack/modals/change.ts'
import { editModal } from '../../src/slack/modals/edit-input.ts'
import { fixModal } from '../../src/slack/modals/fix.ts'
import { reassignModal } from '../../src/slack/modals/reassign.ts'
import { choiceModal } from '../../src/slack/modals/choose.ts'
import { caseOf } from '../../src/domain/exceptions/ways.ts'
import { reasonModal, waysWithReason } from '../../src/slack/modals/with-reason.ts'
import { snoozeModal } from '../../src/slack/modals/snooze.ts'
import { startModal } from '../../src/slack/modals/start-workflow.ts'
import { answerModal, askModal, noteModal } from '../../src/slack/modals/comment.ts'
import { whyModal } from '../../src/slack/modals/why.ts'
import { cut, inline } from '../../src/slack/text.ts'
import type { Reply } from '../../src/slack/app/slack-app.ts'
import { anyException, nasty } from './any-view.ts'

const runs = { numRuns: 150 }

/** All mrkdwn in a message: where a mention, link or date would be read. */
function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn)
  if (typeof value !== 'object' || value === null) return []
  const object = value as Record<string, unknown>
  const own = object['type'] === 'mrkdwn' ? [String(object['text'])] : []
  return [...own, ...Object.values(object).flatMap(mrkdwnIn)]
}

// What we ourselves put between < and >.
const ours =
  /<!date\^\d+\^\{date_short_pretty\} at \{time\}(?: \(\{ago\}\))?\|[\d\-: ]+UTC>|<@U0ADA0000>|<!subteam\^S0SUPPORT>|<https:\/\/x\.example\/a\|[^<>]*>/g

function assertNothingOfTheirs(said: { text?: string; blocks: unknown }): void {
  for (const text of [...mrkdwnIn(said.blocks), said.text ?? '']) {
    assert.doesNotMatch(text.replaceAll(ours, ''), /[<>]/, text.slice(0, 300))
  }
}

function assertMessage(said: Reply): void {
  assert.deepEqual(validateBlocks(said.blocks ?? [], 'message'), [])
  assert.ok(said.text.length > 0 && Array.from(said.text).length <= 4000)
  assertNothingOfTheirs({ text: said.text, blocks: said.blocks ?? [] })
}

function assertView(view: { blocks: unknown }): void {
  assert.deepEqual(validateView(view), [])
  assertNothingOfTheirs(view)
}

/** What a thread says of what the engine did. */
const lineOf = (action: string, isOfMany = false) =>
  noticeCard({
    exceptionId: 'exc_1',
    action: `exception.${action}`,
    actor: 'engine',
    at: new Date(0),
    note: null,
    before: null,
    after: { to: 'U0ADA0000' },
    revision: 3,
    isOpen: true,
    thread: null,
    isOfMany,
    meantFor: null,
    isElsewhere: false,
  }).text

describe('whatever arrives', () => {
  test('every card is one that Slack takes', () => {
    fc.assert(
      fc.property(anyException, fc.option(nasty, { nil: undefined }), (view, note) => {
        const { text, blocks, classic } = exceptionCard(view, { note })
        assertMessage({ text, blocks })
        if (classic) assertMessage({ text, blocks: classic })
      }),
      runs,
    )
  })

  test('every modal is one that Slack takes', () => {
    const groups = fc.array(fc.record({ id: fc.uuid(), handle: nasty, name: nasty }), { maxLength: 120 })
    fc.assert(
      fc.property(anyException, groups, fc.nat({ max: 3 }), (view, choices, page) => {
        for (const way of waysWithReason) assertView(reasonModal(view, way))
        assertView(choiceModal(view, 0))
        assertView(reassignModal(view, choices))
        assertView(fixModal(view))
        assertView(changeModal(view))
        assertView(
          editModal('exc_1', view.exception.detail, {
            body: view.exception.data as JsonValue,
            text: view.exception.detail,
          }),
        )
        assertView(whyModal(view.run, [], { exceptionId: 'exc_1', page }))
        assertView(snoozeModal(view, new Date(0), view.exception.detail))
        for (const modal of [noteModal, askModal, answerModal]) assertView(modal(view))
        const [first] = choices
        if (first)
          assertView(startModal([{ key: first.id, title: first.name, hint: first.handle }], first.name))
      }),
      runs,
    )
  })

  test('the window with masked values is one that Slack takes', () => {
    const value = fc.oneof(nasty, fc.jsonValue() as fc.Arbitrary<JsonValue>, fc.constant(undefined))
    const covers = fc.record({
      hash: nasty,
      actions: fc.array(
        fc.record({
          action: nasty,
          step: fc.nat(),
          does: fc.constantFrom('http' as const, 'slack' as const, 'nothing' as const),
          values: fc.array(fc.tuple(nasty, fc.jsonValue() as fc.Arbitrary<JsonValue>)),
          except: fc.array(nasty),
          hash: nasty,
        }),
      ),
    })
    const changes = fc.array(fc.record({ action: nasty, field: nasty, before: nasty, after: nasty }))
    const approval = fc.option(fc.record({ isOpen: fc.boolean(), changes, covers }))
    const answer: fc.Arbitrary<RevealAnswer> = fc.oneof(
      fc.record({ kind: fc.constant('not_allowed' as const), who: nasty }),
      fc.record({ kind: fc.constantFrom('nothing_masked', 'unknown') }),
      fc.record({
        kind: fc.constant('revealed' as const),
        runId: fc.uuid(),
        values: fc.array(fc.record({ field: nasty, value }), { maxLength: 60, size: 'max' }),
        approval,
        event: fc.constant({ contentType: 'application/json' }),
      }),
    )
    fc.assert(
      fc.property(answer, fc.nat({ max: 9 }), (one, page) => assertView(revealModal(one, page))),
      runs,
    )
  })

  test('every line of a thread is one that Slack takes', () => {
    const action = fc.constantFrom(
      'asked',
      'answered',
      'noted',
      'snoozed',
      'reassigned',
      'reminded',
      'escalated',
      'mailed',
      'approved',
      'x',
    )
    fc.assert(
      fc.property(action, nasty, nasty, fc.option(nasty), fc.boolean(), (what, actor, to, note, isOfMany) => {
        assertMessage(
          noticeCard({
            exceptionId: 'exc_1',
            action: `exception.${what}`,
            actor,
            at: new Date(0),
            note,
            before: { owner: to },
            after: { owner: to, to, until: to },
            revision: 3,
            isOpen: true,
            thread: null,
            isOfMany,
            meantFor: null,
            isElsewhere: false,
          }),
        )
      }),
      runs,
    )
  })

  test('a line about what is overdue is one sentence, which its time does not run into', () => {
    assert.equal(lineOf('escalated'), 'It is overdue and was escalated to <@U0ADA0000>')
    assert.equal(lineOf('reminded'), '<@U0ADA0000>, this is overdue and assigned to you')
    assert.equal(lineOf('reminded', true), '<@U0ADA0000>, some of these are overdue and assigned to you')
    assert.equal(lineOf('succeeded', true), 'The owner of some of these left; now assigned to <@U0ADA0000>')
  })

  test('every page of a queue is one that Slack takes', () => {
    const line = fc.record({
      id: fc.uuid(),
      runId: nasty,
      workflow: nasty,
      subject: fc.option(nasty),
      reason: nasty,
      kind: fc.constant(caseOf({ reason: 'action_failed', data: null })),
      ownerSpec: nasty,
      ownerId: fc.option(fc.constant('U0ADA0000')),
      openedAt: fc.constant(new Date(0)),
      dueAt: fc.option(fc.constant(new Date(0))),
      revision: fc.nat(9),
    })
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), nasty, fc.nat(99), (lines, command, page) => {
        assertMessage(
          queueAnswer({
            whose: 'you',
            lines,
            total: lines.length * 2,
            page,
            pages: page + 1,
            now: new Date(1),
            command,
          }),
        )
      }),
      runs,
    )
  })

  test('every answer is one that Slack takes', () => {
    const line = fc.record({
      id: nasty,
      workflow: nasty,
      subject: fc.option(nasty),
      state: fc.constant('held'),
      outcome: fc.option(nasty),
      reason: fc.option(nasty),
      owner: fc.option(nasty),
      receivedAt: fc.constant(new Date(0)),
    })
    const health = fc.record({
      key: fc.constant('refund-review'),
      title: nasty,
      team: fc.option(nasty),
      ownerSpec: nasty,
      ownerLabel: nasty,
      channel: nasty,
      version: fc.nat(),
      isPaused: fc.boolean(),
      inFlight: fc.nat(),
      open: fc.nat(),
      overdue: fc.nat(),
      retrying: fc.nat(),
      lastSuccessAt: fc.option(fc.constant(new Date(0))),
      failed: fc.option(fc.record({ action: nasty, at: fc.constant(new Date(0)), error: nasty })),
      outcomes: fc.constant({ achieved: 3 }),
    })
    fc.assert(
      fc.property(
        anyException,
        nasty,
        fc.array(line, { maxLength: 20 }),
        fc.array(health, { maxLength: 40 }),
        (view, word, lines, workflows) => {
          assertMessage(runStatusAnswer(view.run))
          assertMessage(
            severalRunsAnswer(
              word,
              lines.length > 0
                ? lines
                : [
                    {
                      id: 'r',
                      workflow: 'w',
                      subject: null,
                      state: 'held',
                      outcome: null,
                      reason: null,
                      owner: null,
                      receivedAt: new Date(0),
                    },
                  ],
            ),
          )
          assertMessage(nothingFoundAnswer(word, [word, word]))
          assertMessage(listAnswer(workflows))
          assertMessage(allStatusAnswer(workflows, 2))
          assertMessage({ text: nobodyAnswer(word, [word]) })
          assertMessage(helpOnAnswer(word, []))
          for (const one of workflows.slice(0, 2)) assertMessage(workflowStatusAnswer(one, lines))
          assertMessage(
            unknownCommandAnswer(word, [
              { name: 'status', usage: 'status', does: 'how it stands', example: 'status 1' },
            ]),
          )
          assertMessage(
            helpAnswer([{ name: 'status', usage: 'status', does: 'how it stands', example: 'status 1' }]),
          )
        },
      ),
      runs,
    )
  })

  test('a text is cut at whole characters, and is never empty', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 500 }), (text, most) => {
        const short = cut(text, most)
        assert.ok(short.length > 0 && Array.from(short).length <= most && short.isWellFormed())
        assert.doesNotMatch(inline(text), /[<>\u202e]/)
      }),
    )
  })
})
