// What Slack delivers twice happens once, whatever it is, over both delivery modes.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { comment } from '../../src/pipeline/exception/comment.ts'
import { CHANNEL, startEdge, type TestEdge } from './edge.ts'
import { until } from '../until.ts'
import { waitForModal } from './waiting.ts'

const at = ({ channel, ts }: Message) => ({ channel, ts })

for (const mode of ['socket', 'http'] as const) {
  describe(`twice, by ${mode}`, () => {
    let it: TestEdge
    before(async () => {
      it = await startEdge({ mode })
    })
    after(() => it.close())

    const card = (subject: string) => {
      it.edge.notifier.wake()
      return it.slack.control.waitForMessage(
        { channel: CHANNEL },
        (one) => one.ephemeralTo === null && JSON.stringify(one.blocks).includes(subject),
      )
    }
    /** The next delivery comes twice; resolves when both were answered or given up. */
    const twice = async (act: () => Promise<unknown>) => {
      const earlier = new Set((await it.slack.control.deliveries()).map(({ id }) => id))
      await it.slack.control.fault({ kind: 'duplicate_delivery', count: 1 })
      await act()
      await until('both deliveries', async () =>
        (await it.slack.control.deliveries()).find(
          ({ id, outcome }) => !earlier.has(id) && outcome !== 'pending',
        ),
      )
    }
    const audits = (target: string, action: string) => it.db.prisma.audit.count({ where: { target, action } })

    test('a press', async () => {
      const id = await it.open({ subject: 'D-press' })
      const message = await card('D-press')
      await twice(() =>
        it.slack.control.press({
          user: '@ada',
          container: at(message),
          actionId: 'approve',
          confirmed: true,
        }),
      )
      await until('it is resolved', async () =>
        it.resolved.some(({ exceptionId }) => exceptionId === id) ? true : undefined,
      )
      assert.equal(it.resolved.filter(({ exceptionId }) => exceptionId === id).length, 1)
      const told = await it.slack.control.messages({ channel: CHANNEL, as: '@ada' })
      assert.ok(told.messages.every(({ text }) => !text.includes('already approved')))
    })

    test('a choice from a menu opens one window, and what is submitted in it is kept once', async () => {
      const id = await it.open({ subject: 'D-note' })
      const message = await card('D-note')
      const value = `note:${id}:1`
      await twice(() =>
        it.slack.control.press({ user: '@ada', container: at(message), actionId: 'more', value }),
      )
      const view = await waitForModal(it.slack, '@ada', 'Note')
      assert.equal((await it.slack.control.views('@ada')).views.length, 1)
      await twice(() => it.slack.control.submit({ user: '@ada', values: { text: { value: 'once' } } }))
      await until('the note', async () => ((await audits(id, 'exception.noted')) > 0 ? true : undefined))
      assert.equal(await audits(id, 'exception.noted'), 1)
      // The same submission at another process, which remembers nothing.
      const { people } = await it.slack.control.state()
      const ada = people.find(({ handle }) => handle === 'ada')?.id ?? ''
      const again = {
        exceptionId: id,
        actor: { id: ada, surface: 'slack' },
        kind: 'noted',
        text: 'once',
      } as const
      const deps = { db: it.db, clock: () => new Date(), cardsChanged: () => {} }
      assert.equal((await comment(deps, { ...again, from: view.id })).kind, 'kept')
      assert.equal(await audits(id, 'exception.noted'), 1)
    })

    test('a command', async () => {
      await twice(() =>
        it.slack.control.command({ user: '@ada', channel: CHANNEL, text: '/workflow run refund-review n=1' }),
      )
      await until('the run', async () => (it.runs.some(({ args }) => args['n'] === '1') ? true : undefined))
      assert.equal(it.runs.filter(({ args }) => args['n'] === '1').length, 1)
    })

    test('a shortcut, and the submission of its window', async () => {
      await twice(() => it.slack.control.shortcut({ user: '@ada', callbackId: 'start_workflow' }))
      await waitForModal(it.slack, '@ada', 'Start a workflow')
      assert.equal((await it.slack.control.views('@ada')).views.length, 1)
      const values = { workflow: { value: 'refund-review' }, values: { value: 'n=2' } }
      await twice(() => it.slack.control.submit({ user: '@ada', values }))
      await until('the run', async () => (it.runs.some(({ args }) => args['n'] === '2') ? true : undefined))
      assert.equal(it.runs.filter(({ args }) => args['n'] === '2').length, 1)
    })

    test('an event', async () => {
      const published = async () => (await it.slack.control.calls('views.publish')).length
      const earlier = await published()
      await twice(() => it.slack.control.home({ user: '@ada' }))
      await until('a home', async () => ((await published()) > earlier ? true : undefined))
      assert.equal(await published(), earlier + 1)
      await twice(() => it.slack.control.person({ user: '@grace', name: 'Grace B. Hopper' }))
      const grace = await until(
        'the new name',
        async () =>
          (await it.db.prisma.person.findFirst({ where: { handle: 'grace', name: 'Grace B. Hopper' } })) ??
          undefined,
      )
      assert.equal(await it.db.prisma.person.count({ where: { handle: grace.handle } }), 1)
    })
  })
}
