import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { claimException } from '../../src/db/exceptions/exceptions.ts'
import { writeOutcome } from '../../src/db/runs/outcomes.ts'
import { reviewsFinished } from '../../src/db/digest/reviews.ts'
import { drawRuns, questionNames, randomFrom, REVIEW_SIZE } from '../../src/domain/digest/review.ts'
import { startEdge, type TestEdge } from '../slack/edge.ts'
import { waitForModal } from '../slack/waiting.ts'

const anyRuns = fc
  .array(fc.constantFrom('refund', 'close', 'wait', null), { maxLength: 120 })
  .map((routes) => routes.map((route, at) => ({ id: `run_${at}`, route })))

describe('the draw of a review', () => {
  test('takes each run at most once, as many as there are up to its size', () => {
    fc.assert(
      fc.property(anyRuns, fc.string(), (runs, seed) => {
        const drawn = drawRuns(runs, REVIEW_SIZE, randomFrom(seed))
        assert.equal(drawn.length, Math.min(REVIEW_SIZE, runs.length))
        assert.equal(new Set(drawn).size, drawn.length)
        assert.ok(drawn.every((id) => runs.some((run) => run.id === id)))
      }),
    )
  })

  test('is the same for the same seed, in whatever order the runs are read', () => {
    fc.assert(
      fc.property(anyRuns, fc.string(), (runs, seed) => {
        const draw = (from: typeof runs) => drawRuns(from, REVIEW_SIZE, randomFrom(seed))
        assert.deepEqual(draw(runs.toReversed()), draw(runs))
      }),
    )
    const many = Array.from({ length: 400 }, (_, at) => ({ id: `run_${at}`, route: 'refund' }))
    const seeds = ['a', 'b', 'c'].map((seed) => drawRuns(many, REVIEW_SIZE, randomFrom(seed)).join())
    assert.equal(new Set(seeds).size, 3)
  })

  test('has every route in proportion, the rare ones once', () => {
    const runs = Array.from({ length: 1000 }, (_, at) => ({
      id: `run_${at}`,
      route: at === 0 ? 'rare' : at < 300 ? 'some' : 'most',
    }))
    const drawn = drawRuns(runs, 20, randomFrom('seed')).map((id) => runs.find((run) => run.id === id)?.route)
    const count = (route: string) => drawn.filter((one) => one === route).length
    assert.equal(count('rare'), 1)
    assert.ok([5, 6].includes(count('some')), `${count('some')} of a fair 6`)
    assert.ok([13, 14].includes(count('most')), `${count('most')} of a fair 14`)
  })
})

describe('/workflow review', () => {
  let it: TestEdge
  before(async () => {
    it = await startEdge()
  })
  after(() => it.close())

  const end = async (subject: string) => {
    const id = await it.open({ subject })
    const { runId } = await it.db.prisma.exception.findUniqueOrThrow({ where: { id } })
    const at = new Date()
    await claimException(it.db.prisma, { id, as: 'approved', by: 'UADA0001', at, note: null })
    await writeOutcome(it.db.prisma, {
      runId,
      from: 'held',
      kind: 'achieved',
      note: null,
      by: 'UADA0001',
      at,
    })
  }
  const command = (text: string) =>
    it.slack.control.command({ user: '@ada', channel: '#general', text: `/workflow ${text}` })
  const answer = (position: number, yes: string) =>
    it.slack.control.submit({
      user: '@ada',
      values: {
        ...Object.fromEntries(questionNames.map((name) => [`${name}:${position}`, { answer: yes }])),
        [`note:${position}`]: { text: 'seen <!channel>' },
      },
    })
  const modal = (title: string) => waitForModal(it.slack, '@ada', title)

  test('shows finished runs one by one with their records, goes on where it was left, and says what it found', async () => {
    await end('R-1')
    await end('R-2')
    await command('review refund-review')
    const first = await modal('Run 1 of 2')
    assert.match(JSON.stringify(first.blocks), /1\. Event: as received.*Was the routing clear\?/)
    await answer(1, 'yes')
    await modal('Run 2 of 2')
    await it.slack.control.close({ user: '@ada' })
    await command('review refund-review')
    await modal('Run 2 of 2')
    await answer(2, 'no')
    const done = await modal('Review done')
    assert.match(JSON.stringify(done.blocks), /2 runs reviewed.*Was the routing clear\? 50% yes/)
    const now = Date.now()
    const [result] = await reviewsFinished(it.db.prisma, {
      start: new Date(now - 60_000),
      end: new Date(now + 1),
    })
    assert.deepEqual(result?.answers.pathClear, { yes: 1, no: 1 })
    assert.equal(result?.before, null)
  })

  test('compares with the review before', async () => {
    await it.slack.control.close({ user: '@ada' })
    await command('review refund-review')
    await modal('Run 1 of 2')
    await answer(1, 'yes')
    await modal('Run 2 of 2')
    await answer(2, 'yes')
    assert.match(
      JSON.stringify((await modal('Review done')).blocks),
      /clear\? 100% yes ▲ \(last review: 50%\)/,
    )
    const reviews = await it.db.prisma.review.findMany()
    assert.ok(reviews.every(({ finishedAt }) => finishedAt !== null))
    const audit = await it.db.prisma.audit.findMany({ where: { action: { startsWith: 'review.' } } })
    assert.equal(audit.length, 4)
  })

  test('of an unknown workflow names the nearest one', async () => {
    await command('review refund-revew')
    await it.slack.control.waitForMessage({ channel: '#general' }, ({ text }) =>
      /Did you mean `refund-review`/.test(text),
    )
  })
})
