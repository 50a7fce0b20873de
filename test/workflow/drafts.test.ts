// Drafts from Slack and first files are checked as files are.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkCondition, checkDefinition } from '../../src/workflow/check/check-draft.ts'
import { checkAll } from '../../src/workflow/file/load.ts'
import { type Answers, answerProblem, newWorkflow } from '../../src/workflow/file/new-workflow.ts'
import { example, examples } from './examples.ts'

const { definition } = example('order-delivery')
const { standards } = examples

const said = (when: string) => checkCondition(definition, standards, when)

describe('a draft', () => {
  test('without a fault passes, and with one says which', () => {
    assert.deepEqual(checkDefinition(definition, standards), [])
    const [first, ...rest] = definition.rules
    assert.ok(first)
    const problems = checkDefinition(
      { ...definition, rules: [{ ...first, route: 'refnd' }, ...rest] },
      standards,
    )
    assert.ok(
      problems.some(
        ({ message, hint }) => message === 'there is no route "refnd"' && hint === 'did you mean refund?',
      ),
    )
  })
  test('a condition is told in one line what is wrong with it', () => {
    assert.equal(said('record.status == "shipped"'), undefined)
    assert.equal(said('record.statu == "shipped"'), 'No such key: statu (did you mean status?)')
    assert.equal(
      said('record.status'),
      'A rule asks a question that is true or false, and this is of type string',
    )
    assert.match(said('record.status == ') ?? '', /ends too early/)
  })
})

describe('a first file', () => {
  const answers: Answers = {
    workflow: 'gift-cards',
    title: 'Gift "cards": all',
    owner: '@ada',
    channel: '#sales',
    keyField: 'card_id',
    calendar: 'business',
  }
  test('passes check as it stands, with and without a calendar', () => {
    for (const one of [answers, { ...answers, calendar: undefined, owner: 'role:leadership' }]) {
      const source = newWorkflow(one)
      const { problems, workflows } = checkAll(
        [{ file: 'gift-cards.yaml', source }],
        undefined,
        'signalbox.yaml',
      )
      assert.deepEqual(
        problems.filter(({ message }) => !/no role|no calendar/.test(message)),
        [],
      )
      assert.equal(workflows[0]?.definition.title, one.title)
    }
  })
  test('a wrong answer is told what would be right', () => {
    assert.equal(answerProblem('workflow', 'gift-cards'), undefined)
    assert.match(answerProblem('workflow', 'Gift cards') ?? '', /small letters/)
    assert.match(answerProblem('owner', 'ada') ?? '', /@person/)
    assert.match(answerProblem('channel', 'sales') ?? '', /#ops-exceptions/)
    assert.match(answerProblem('keyField', 'card-id') ?? '', /underscores/)
    assert.match(answerProblem('title', ' ') ?? '', /what people call it/)
  })
})
