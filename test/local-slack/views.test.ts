// views.*: hashes, the stack of three, external ids, sizes, and App Home.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { ModalView, View } from '@slack/types'
import { boltOverSocket, started, until, webClient } from './start.ts'

const plain = (text: string) => ({ type: 'plain_text' as const, text })
const modal = (title: string, over: Partial<ModalView> = {}): View => ({
  type: 'modal',
  title: plain(title),
  blocks: [
    {
      type: 'actions',
      block_id: 'b',
      elements: [{ type: 'button', action_id: 'more', text: plain('More') }],
    },
  ],
  ...over,
})

const home = (text: string): View => ({ type: 'home', blocks: [{ type: 'section', text: plain(text) }] })

const errorOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
  } catch (error) {
    return (error as { data?: { error?: string } }).data?.error ?? String(error)
  }
  return 'ok'
}

/** A workspace where ada can get fresh triggers, from a command and from the modal on top. */
const begun = async (t: TestContext) => {
  const slack = await started(t)
  const triggers: string[] = []
  await boltOverSocket(slack, (app) => {
    app.command('/workflow', async ({ ack, command }) => {
      triggers.push(command.trigger_id)
      await ack()
    })
    app.action('more', async ({ ack, body }) => {
      if (body.type === 'block_actions') triggers.push(body.trigger_id)
      await ack()
    })
  })
  const lastTrigger = (count: number) => until(() => (triggers.length > count ? triggers.at(-1) : undefined))
  const fromCommand = async () => {
    const count = triggers.length
    await slack.control.command({ user: 'ada', channel: '#general', text: '/workflow' })
    return lastTrigger(count)
  }
  const fromModal = async () => {
    const count = triggers.length
    const top = (await slack.control.views('ada')).views.at(-1)
    await slack.control.press({ user: 'ada', container: { viewId: top?.id ?? '' }, actionId: 'more' })
    return lastTrigger(count)
  }
  return { slack, client: webClient(slack), fromCommand, fromModal }
}

test('a view is updated with the hash it was seen with, and with no other', async (t) => {
  const { client, fromCommand } = await begun(t)
  const opened = await client.views.open({ trigger_id: await fromCommand(), view: modal('One') })
  const { id = '', hash = '' } = opened.view ?? {}
  const updated = await client.views.update({ view_id: id, hash, view: modal('Two') })
  assert.equal(updated.view?.title?.text, 'Two')
  assert.notEqual(updated.view?.hash, hash)
  assert.equal(
    await errorOf(client.views.update({ view_id: id, hash, view: modal('Three') })),
    'hash_conflict',
  )
  assert.equal(await errorOf(client.views.update({ view_id: 'V0NONE', view: modal('x') })), 'not_found')
})

test('a stack holds three views, pushed from within a modal', async (t) => {
  const { slack, client, fromCommand, fromModal } = await begun(t)
  await client.views.open({ trigger_id: await fromCommand(), view: modal('1') })
  assert.equal(
    await errorOf(client.views.push({ trigger_id: await fromCommand(), view: modal('x') })),
    'not_found',
  )
  await client.views.push({ trigger_id: await fromModal(), view: modal('2') })
  const third = await client.views.push({ trigger_id: await fromModal(), view: modal('3') })
  const { views } = await slack.control.views('ada')
  assert.deepEqual(
    views.map((view) => view.title),
    ['1', '2', '3'],
  )
  assert.equal(third.view?.root_view_id, views[0]?.id)
  assert.equal(third.view?.previous_view_id, views[1]?.id)
  assert.equal(
    await errorOf(client.views.push({ trigger_id: await fromModal(), view: modal('4') })),
    'push_limit_reached',
  )
  await slack.control.close({ user: 'ada' })
  assert.equal((await slack.control.views('ada')).views.length, 2)
  await slack.control.close({ user: 'ada', all: true })
  assert.equal((await slack.control.views('ada')).views.length, 0)
})

test('an external id belongs to one open view', async (t) => {
  const { client, fromCommand, fromModal } = await begun(t)
  const view = modal('One', { external_id: 'mine' })
  await client.views.open({ trigger_id: await fromCommand(), view })
  assert.equal(
    await errorOf(client.views.push({ trigger_id: await fromModal(), view })),
    'duplicate_external_id',
  )
  const updated = await client.views.update({ external_id: 'mine', view: modal('Two') })
  assert.equal(updated.view?.title?.text, 'Two')
})

test('a view that breaks a limit is refused, and says where', async (t) => {
  const { client, fromCommand } = await begun(t)
  const long = modal('x'.repeat(25))
  await assert.rejects(
    client.views.open({ trigger_id: await fromCommand(), view: long }),
    (error: { data: { error: string; response_metadata: { messages: string[] } } }) => {
      assert.equal(error.data.error, 'invalid_arguments')
      assert.match(error.data.response_metadata.messages[0] ?? '', /json-pointer:\/view\/title/)
      return true
    },
  )
  const huge = modal('x', {
    blocks: Array.from({ length: 100 }, () => ({ type: 'section', text: plain('y'.repeat(2900)) })),
  })
  assert.equal(
    await errorOf(client.views.open({ trigger_id: await fromCommand(), view: huge })),
    'view_too_large',
  )
})

test('a home tab is published for one person and kept', async (t) => {
  const { slack, client } = await begun(t)
  const { people } = await slack.control.state()
  const ada = people.find((person) => person.handle === 'ada')?.id ?? ''
  const first = await client.views.publish({ user_id: ada, view: home('one') })
  const second = await client.views.publish({ user_id: ada, view: home('two'), hash: first.view?.hash ?? '' })
  assert.equal(second.view?.id, first.view?.id)
  assert.equal(
    await errorOf(client.views.publish({ user_id: ada, view: home('three'), hash: first.view?.hash ?? '' })),
    'hash_conflict',
  )
  assert.equal((await slack.control.state('ada')).home?.hash, second.view?.hash)
})
