// A message whose channel the record names goes to the channel that had the name when its approvers were asked. Who renames it
// and makes another of the old name gets nothing of it.
import assert from 'node:assert/strict'
import { after as afterAll, before as beforeAll, describe, test } from 'node:test'
import { asWritten, type SlackText } from '../../src/domain/text/texts.ts'
import { type Bot, startBot } from '../bot.ts'
import { until } from '../until.ts'

const FLOW = `workflow: notes
owner: "@joan"
trigger: { webhook: { verify: { scheme: none }, allow_unsigned: true } }
subject: event.order
fields: { order: { type: string }, room: { type: string } }
rules: [{ rule: all, when: 'true', route: tell }]
routes:
  tell:
    review: { by: "@ada" }
    actions: [{ action: note, slack: { channel: '\${record.room}', text: 'order \${record.order}' } }]
    outcome: achieved
`

interface Approving {
  change?: { order: string }
  comesTo?: string
}

describe('an approved message to a channel by its name', () => {
  let bot: Bot
  let members: string[]
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  beforeAll(async () => {
    bot = await startBot(t)
    await bot.publish({ notes: FLOW })
    const { people, bot: botId } = await bot.control.state()
    members = [botId, ...people.filter(({ handle }) => handle === 'ada').map(({ id }) => id)]
  })
  afterAll(async () => {
    for (const clean of stop) await clean()
  })

  const db = () => bot.app.db.prisma
  const knows = (id: string, name: string) =>
    until(
      `the bot knows ${name}`,
      async () => (await db().channel.findFirst({ where: { id, name } })) ?? undefined,
    )
  const room = async (name: string): Promise<string> => {
    const { channel } = await bot.control.channel({ name, isPrivate: true, members })
    await knows(channel.id, name)
    return channel.id
  }
  const rename = async (id: string, name: string) => {
    await bot.control.channel({ channel: id, name })
    await knows(id, name)
  }
  const asked = async (order: string, name: string): Promise<string> => {
    const { body } = await bot.send('notes', { order, room: name })
    await bot.untilIdle()
    return body.run
  }
  const openOf = (runId: string) => db().exception.findFirst({ where: { runId, state: 'open' } })
  const approve = async (runId: string, { change, comesTo = 'resolved' }: Approving = {}) => {
    const answer = await bot.app.resolve({
      exceptionId: (await openOf(runId))?.id ?? '',
      actor: { id: 'cli:ada', surface: 'cli' },
      resolution: { do: 'approve', ...(change && { change }) },
    })
    assert.equal(answer.kind, comesTo)
    await bot.untilIdle()
  }
  const textsIn = async (channel: string) =>
    (await bot.control.messages({ channel, limit: 200 })).messages.map(({ text }) => text).join('\n')
  const changesOf = async (runId: string) =>
    ((await openOf(runId))?.data as { changes?: unknown } | undefined)?.changes

  test('is sent without asking again while the name stays where it was', async () => {
    const id = await room('calm')
    const run = await asked('o-1', '#calm')
    await approve(run)
    assert.equal(await openOf(run), null)
    assert.match(await textsIn(id), /order o-1/)
  })

  test('goes to no channel that got the name after its approvers were asked: they are asked again', async () => {
    const meant = await room('moved')
    const run = await asked('o-2', 'moved')
    await rename(meant, 'moved-on')
    const other = await room('moved')
    await approve(run)
    assert.deepEqual(await changesOf(run), [
      { action: 'note', field: 'channel', before: `moved (${meant})`, after: `moved (${other})` },
    ])
    assert.equal(await textsIn(meant), '')
    assert.equal(await textsIn(other), '')
    await approve(run)
    assert.equal(await openOf(run), null)
    assert.match(await textsIn(other), /order o-2/)
  })

  test('goes to no such channel with a change either, whose approver never saw it: the card shows it first', async () => {
    const meant = await room('swapped')
    const run = await asked('o-5', '#swapped')
    await rename(meant, 'swapped-on')
    const other = await room('swapped')
    await approve(run, { change: { order: 'o-5b' }, comesTo: 'not_applicable' })
    assert.deepEqual(await changesOf(run), [
      { action: 'note', field: 'channel', before: `#swapped (${meant})`, after: `#swapped (${other})` },
    ])
    assert.equal(await textsIn(meant), '')
    assert.equal(await textsIn(other), '')
    await approve(run, { change: { order: 'o-5c' } })
    assert.match(await textsIn(other), /order o-5c/)
  })

  test('whose name nobody had goes to nobody who takes it later, without being approved anew', async () => {
    const run = await asked('o-3', '#vacant')
    const other = await room('vacant')
    await approve(run)
    assert.deepEqual(await changesOf(run), [
      {
        action: 'note',
        field: 'channel',
        before: '#vacant (no channel that the bot knew)',
        after: `#vacant (${other})`,
      },
    ])
    assert.equal(await textsIn(other), '')
  })

  test('of a name that nobody has is an exception', async () => {
    const run = await asked('o-4', '#nowhere')
    await approve(run)
    assert.equal((await openOf(run))?.reason, 'action_refused')
  })

  test('goes to nothing but #name or an id: another text is a name that no approval binds', async () => {
    for (const [at, other] of ['@ada', '#two rooms', 'ada@b.example', '<#C0SOMEOTHER>'].entries()) {
      const run = await asked(`o-6-${at}`, other)
      await approve(run)
      assert.equal((await openOf(run))?.reason, 'action_refused')
      const { error } = await db().attempt.findFirstOrThrow({ where: { runId: run } })
      assert.match(error ?? '', /is no channel: write #name, or the id of a channel or a member/)
    }
  })

  test('is held against what was approved once more where it is posted', async () => {
    const id = await room('last')
    const message = { runId: 'run_none', channel: '#last', text: asWritten<SlackText>('late'), key: 'k' }
    await assert.rejects(bot.app.slack.post({ ...message, channelId: 'C0SOMEOTHER' }), {
      code: 'channel_changed',
      called: false,
    })
    assert.equal(await textsIn(id), '')
  })
})
