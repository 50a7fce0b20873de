// App Home and the shortcuts, over the real wire.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { validateView } from '../../src/local-slack/block-kit/index.ts'
import { caseOf } from '../../src/domain/exceptions/ways.ts'
import { homeView } from '../../src/slack/home/home-view.ts'
import { exampleException } from '../../src/slack/samples/example.ts'
import { readValues } from '../../src/slack/modals/start-workflow.ts'
import { CHANNEL, startEdge, type TestEdge } from './edge.ts'
import { until } from '../until.ts'
import { waitForModal } from './waiting.ts'

const line = (index: number) => ({
  id: `exc_${index}`,
  runId: 'r',
  workflow: 'w',
  subject: '<!channel>'.repeat(50),
  reason: 'action_failed',
  kind: caseOf({ reason: 'action_failed', data: null }),
  ownerSpec: '@a',
  ownerId: 'U0ADA0000',
  openedAt: new Date(0),
  dueAt: new Date(0),
  revision: 1,
})
const values = (text: string) => ({ workflow: { value: 'refund-review' }, values: { value: text } })

describe('App Home and shortcuts', () => {
  let it: TestEdge
  let ada: string
  before(async () => {
    it = await startEdge()
    ada = (await it.slack.control.state()).people.find(({ handle }) => handle === 'ada')?.id ?? ''
  })
  after(() => it.close())

  const home = (user: string, part: RegExp) =>
    until(`a home with ${part}`, async () => {
      const view = (await it.slack.control.views(user)).home
      return view && part.test(JSON.stringify(view.blocks)) ? view : undefined
    })

  test('shows what waits for me with its buttons; a press there resolves and redraws it', async () => {
    const id = await it.open({ subject: 'H-1', ownerId: ada })
    await it.slack.control.home({ user: '@ada' })
    const view = await home('@ada', /Assigned to you.*H-1.*Approve.*Your workflows.*Refund review/)
    assert.match(
      JSON.stringify(view.blocks),
      /Approval needed: .*Approving runs “pay back” \(POST shop\.example\/refunds\), then closes the case\./,
    )
    await it.slack.control.press({
      user: '@ada',
      container: { viewId: view.id },
      blockId: `line:${id}`,
      actionId: 'approve',
      confirmed: true,
    })
    await home('@ada', /Nothing\. :sunny:/)
    assert.equal(it.resolved.at(-1)?.exceptionId, id)
  })

  test('is redrawn after a press on a card in a channel', async () => {
    await it.open({ subject: 'H-5', ownerId: ada })
    await it.slack.control.home({ user: '@ada' })
    await home('@ada', /Assigned to you.*H-5/)
    const { channel, ts } = await it.slack.control.waitForMessage({ channel: CHANNEL }, ({ blocks }) =>
      JSON.stringify(blocks).includes('H-5'),
    )
    await it.slack.control.press({
      user: '@ada',
      container: { channel, ts },
      actionId: 'approve',
      confirmed: true,
    })
    await home('@ada', /Nothing\. :sunny:/)
  })

  test('is redrawn after a window that was opened from it', async () => {
    const id = await it.open({ subject: 'H-3', ownerId: ada })
    await it.slack.control.home({ user: '@ada' })
    const view = await home('@ada', /Assigned to you.*H-3/)
    const container = { viewId: view.id }
    await it.slack.control.press({ user: '@ada', container, blockId: `line:${id}`, actionId: 'decline' })
    await waitForModal(it.slack, '@ada', 'Decline')
    await it.slack.control.submit({ user: '@ada', values: { reason: { text: 'not ours' } } })
    await home('@ada', /Nothing\. :sunny:/)
  })

  test('shows operators all that waits, and whose it is', async () => {
    await it.open({ subject: 'H-4', ownerId: 'UNOBODY00', reason: 'action_failed' })
    await it.slack.control.home({ user: '@grace' })
    assert.doesNotMatch(JSON.stringify((await home('@grace', /Assigned to you/)).blocks), /H-4/)
    const row = await it.db.prisma.standards.findFirstOrThrow({ orderBy: { id: 'desc' } })
    const content = row.content as { roles: object }
    const { id: _id, ...rest } = row
    const grace = (await it.slack.control.state()).people.find(({ handle }) => handle === 'grace')
    const operators = { ...content, roles: { ...content.roles, operators: [grace?.id ?? ''] } }
    await it.db.prisma.standards.create({ data: { ...rest, contentHash: 'operators', content: operators } })
    await it.slack.control.home({ user: '@grace' })
    await home('@grace', /All open exceptions \(\d+\).*H-4.*Load.*<@UNOBODY00> 1 open.*All workflows/)
  })

  test('shows reviews that I may approve though somebody else owns them, and nobody else', async () => {
    await it.open({ subject: 'H-2', ownerId: 'UNOBODY00' })
    await it.slack.control.home({ user: '@ada' })
    await home('@ada', /You can also approve.*H-2/)
    await it.slack.control.home({ user: '@katherine' })
    const other = await home('@katherine', /Assigned to you/)
    assert.doesNotMatch(JSON.stringify(other.blocks), /H-2/)
  })

  test('the longest home is one that Slack takes', () => {
    const lines = Array.from({ length: 20 }, (_, index) => line(index))
    const health = {
      key: 'w',
      title: '*'.repeat(3000),
      team: null,
      ownerSpec: '@a',
      ownerLabel: '@a',
      channel: '#x',
      version: 1,
      isPaused: true,
      inFlight: 1,
      open: 1,
      overdue: 1,
      retrying: 1,
      lastSuccessAt: new Date(0),
      failed: null,
      outcomes: {},
    }
    const sample = exampleException('approval_required', 'open')
    const card = { title: '*'.repeat(3000), text: '<'.repeat(3000) }
    const long = { ...sample, exception: { ...sample.exception, data: { card } } }
    const view = homeView({
      views: new Map(lines.map(({ id }) => [id, long])),
      mine: { lines, total: 900 },
      everything: { lines, total: 900 },
      toApprove: Array.from({ length: 40 }, (_, index) => line(index + 100)),
      load: Array.from({ length: 20 }, () => ({ ownerId: 'U0ADA0000', open: 3, overdue: 1 })),
      workflows: Array.from({ length: 60 }, () => health),
      isOperator: true,
      now: new Date(0),
    })
    assert.deepEqual(validateView(view), [])
  })

  test('Start a workflow asks for one and its values, and starts it', async () => {
    await it.slack.control.shortcut({ user: '@ada', callbackId: 'start_workflow' })
    await waitForModal(it.slack, '@ada', 'Start a workflow')
    const refused = await it.slack.control.submit({ user: '@ada', values: values('order') })
    assert.match(refused.errors['values'] ?? '', /Write key=value/)
    await it.slack.control.submit({ user: '@ada', values: values('order_id=77\namount=5 EUR') })
    await waitForModal(it.slack, '@ada', 'Started')
    assert.deepEqual(it.runs.at(-1)?.args, { order_id: '77', amount: '5 EUR' })
  })

  test('Make this a run begins with what the message says', async () => {
    const { message } = await it.slack.control.message({
      user: '@ada',
      channel: CHANNEL,
      text: 'order 5 is\nbroken',
    })
    await it.slack.control.shortcut({
      user: '@ada',
      callbackId: 'make_run',
      message: { channel: message.channel, ts: message.ts },
    })
    const view = await until('the filled modal', async () => {
      const top = (await it.slack.control.views('@ada')).views.at(-1)
      return JSON.stringify(top?.blocks).includes('order 5 is broken') ? top : undefined
    })
    assert.equal(view.title, 'Start a workflow')
  })

  test('values are read line by line; what has no key is named', () => {
    assert.deepEqual(readValues('a=1\n\n b_c = x=y '), { args: { a: '1', b_c: 'x=y' } })
    assert.ok('problem' in readValues('=x'))
    assert.ok('problem' in readValues('two words=x'))
  })
})
