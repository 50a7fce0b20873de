// Who sees what: a table of people × paths × things, over the real wire. One function decides (src/access); here stands what
// it has to decide, whichever way somebody comes.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { submitDigest } from '../../src/pipeline/digest/submit.ts'
import { windowOf } from '../../src/domain/digest/digest-window.ts'
import type { Message } from '../../src/local-slack/contract.ts'
import { type Bot, startBot } from '../bot.ts'
import { questionNames } from '../../src/domain/digest/review.ts'
import { until } from '../until.ts'

const MARK = 'inside-7f3a'

const flow = (name: string, about: string) => `
workflow: ${name}
title: ${name}
trigger: { webhook: { verify: { scheme: none } }, command: {} }
subject: event.order
fields: { order: { type: string }, note: { type: string }, amount: { type: number } }
rules:
  - { rule: large, when: 'record.amount > 100.0', route: ask }
  - { rule: all, when: 'true', route: look }
routes:
  ask: { review: { by: role:leads }, outcome: achieved }
  look: { exception: { reason: needs_judgement, text: 'Look at \${record.note}' } }
${about}`

const files = {
  // Ada owns it; its channel is private, with Grace in it.
  vault: flow('vault', 'owner: "@ada"\nteam: treasury\nchannel: "#vault"'),
  // Of the same team, owned by Mary, in a channel where everybody is.
  ledgers: flow('ledgers', 'owner: "@mary"\nteam: treasury\nchannel: "#finance"'),
  // Open to everybody, started by Joan alone, replayed by Alan.
  desk: flow(
    'desk',
    'owner: "@ada"\nchannel: "#vault"\naccess: { read: everyone, start: "@joan", replay: ["@alan"] }',
  ),
  // Read by one more person in place of its channel.
  narrow: flow('narrow', 'owner: "@ada"\nchannel: "#finance"\naccess: { read: "@joan" }'),
}
const standards = `
roles: { leads: ["@katherine"], operators: ["@ops-lead"], leadership: ["@joan"] }
digests: { weekly: { cron: "0 9 * * 1", channel: "#board" } }`

// Ada owns, Grace is in the private channel, Katherine approves, Mary owns for the team, the lead operates; Margaret was
// given one exception of the vault; Alan is nobody to it, Joan reads the digests.
const people = ['@ada', '@grace', '@katherine', '@mary', '@ops-lead', '@margaret', '@alan', '@joan'] as const
type Who = (typeof people)[number]

const textOf = (message: Pick<Message, 'text' | 'blocks'>) =>
  `${message.text} ${JSON.stringify(message.blocks)}`

describe('who sees what', () => {
  let bot: Bot
  let ids: Record<string, string>
  const runs: Record<string, string> = {}
  const stop: (() => Promise<void>)[] = []

  before(async () => {
    bot = await startBot({ after: (clean) => void stop.unshift(clean) })
    const state = await bot.control.state()
    ids = Object.fromEntries([...state.people, ...state.groups].map(({ handle, id }) => [`@${handle}`, id]))
    const app = state.people.find(({ handle }) => handle === 'signalbox')?.id ?? ''
    const of = (...names: string[]) => [app, ...names.map((name) => ids[name] ?? '')]
    await bot.control.channel({ name: 'vault', isPrivate: true, members: of('@ada', '@grace') })
    await bot.control.channel({ name: 'board', isPrivate: true, members: of('@grace') })
    await bot.publish(files, standards)
    for (const workflow of Object.keys(files))
      for (const [order, amount] of [
        ['one', 5],
        ['two', 500],
      ] as const) {
        const { body } = await bot.send(workflow, { order: `${workflow}-${order}`, note: MARK, amount })
        runs[`${workflow}-${order}`] = body.run
      }
    await bot.untilIdle()
    await bot.app.db.prisma.exception.updateMany({
      where: { runId: runs['vault-one'] ?? '' },
      data: { ownerId: ids['@margaret'] ?? '' },
    })
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  /** Types a command where everybody is; resolves with the answer, which only who typed it sees. */
  const says = async (user: Who, text: string): Promise<string> => {
    const read = async () =>
      (await bot.control.messages({ channel: '#general', as: user, limit: 200 })).messages.filter(
        (one) => one.ephemeralTo !== null,
      )
    const known = new Set((await read()).map(({ ts }) => ts))
    await bot.control.command({ user, channel: '#general', text })
    return until(`the answer to ${text} for ${user}`, async () => {
      const answer = (await read()).find(({ ts }) => !known.has(ts))
      return answer && textOf(answer)
    })
  }

  /** The window on top, once it says more than that it is loading. */
  const shows = async (user: Who, open: () => Promise<unknown>): Promise<string> => {
    await bot.control.close({ user, all: true }).catch(() => undefined)
    await open()
    return until(`a window for ${user}`, async () => {
      const top = (await bot.control.views(user)).views.at(-1)
      const text = top && JSON.stringify(top)
      return text !== undefined && !text.includes('One moment') ? text : undefined
    })
  }

  const sees: Record<string, readonly Who[]> = {
    'vault-two': ['@ada', '@grace', '@katherine', '@mary', '@ops-lead'],
    // Hers by being given to her.
    'vault-one': ['@ada', '@grace', '@katherine', '@mary', '@ops-lead', '@margaret'],
    'ledgers-one': people,
    'desk-one': people,
    'narrow-one': ['@ada', '@katherine', '@ops-lead', '@joan'],
  }

  for (const [subject, readers] of Object.entries(sees)) {
    for (const command of ['explain', 'status']) {
      test(`${command} of ${subject} is whole for ${readers.join(' ')}, an outline for the others`, async () => {
        for (const user of people) {
          const answer = await says(user, `/workflow ${command} ${runs[subject]}`)
          const isReader = readers.includes(user)
          assert.equal(answer.includes(subject), isReader, `${user}: ${answer}`)
          if (command === 'explain') assert.equal(answer.includes(MARK), isReader, `${user}: ${answer}`)
          if (!isReader) {
            assert.match(answer, /State:.*Owner:.*You can't see what's inside\. Ask /s)
            assert.ok(!answer.includes(MARK))
          }
        }
      })
    }
  }

  test('Why? is whole for those who may read, though others may see the card', async () => {
    // As if the card had been put where Alan is: a channel may be renamed or its members change.
    const card = await bot.control.waitForMessage({ channel: '#vault' }, (one) =>
      textOf(one).includes('vault vault-two'),
    )
    const container = { channel: card.channel, ts: card.ts }
    const whyOf = (user: Who) => shows(user, () => bot.control.press({ user, container, actionId: 'why' }))
    assert.ok((await whyOf('@grace')).includes(MARK))
    // She leaves the channel: what the bot knows of it moves with Slack's event.
    const { channels } = await bot.control.state()
    const vault = channels.find(({ name }) => name === 'vault')
    await bot.control.channel({
      channel: card.channel,
      members: (vault?.members ?? []).filter((id) => id !== ids['@grace']),
    })
    await until('the bot knows', async () => {
      const row = await bot.app.db.prisma.channelMembers.findUnique({ where: { slackId: card.channel } })
      return row && !row.members.includes(ids['@grace'] ?? '') ? true : undefined
    })
    assert.ok(!(await says('@grace', `/workflow explain ${runs['vault-two']}`)).includes(MARK))
    await bot.control.channel({ channel: card.channel, members: vault?.members ?? [] })
    await until('the bot knows', async () => {
      const row = await bot.app.db.prisma.channelMembers.findUnique({ where: { slackId: card.channel } })
      return row?.members.includes(ids['@grace'] ?? '') ? true : undefined
    })
    assert.ok((await says('@grace', `/workflow explain ${runs['vault-two']}`)).includes(MARK))
  })

  test('lists show the subjects that one may read, and the run without it for the rest', async () => {
    const rows: [Who, string[], string[]][] = [
      ['@grace', ['vault-one', 'vault-two', 'ledgers-one', 'desk-one'], ['narrow-one']],
      ['@alan', ['ledgers-one', 'desk-one'], ['vault-one', 'vault-two', 'narrow-one']],
      ['@margaret', ['vault-one', 'ledgers-one'], ['vault-two', 'narrow-one']],
      ['@ops-lead', ['vault-one', 'vault-two', 'ledgers-one', 'narrow-one'], []],
    ]
    for (const [user, shown, hidden] of rows) {
      const answer = await says(user, '/workflow queue all')
      for (const subject of shown) assert.ok(answer.includes(subject), `${user} sees ${subject}: ${answer}`)
      for (const subject of hidden) {
        assert.ok(!answer.includes(subject), `${user} does not see ${subject}`)
        assert.ok(answer.includes(runs[subject] ?? '?'), `${user} sees that it is open`)
      }
    }
  })

  test('a workflow’s latest runs, and names near to a slip, are told to readers alone', async () => {
    assert.match(await says('@grace', '/workflow status vault'), /vault-two/)
    assert.doesNotMatch(await says('@alan', '/workflow status vault'), /vault-(one|two)/)
    for (const command of ['status', 'explain', 'replay', 'retry']) {
      assert.match(await says('@grace', `/workflow ${command} vault-tw`), /vault-two/, command)
      assert.doesNotMatch(await says('@alan', `/workflow ${command} vault-tw`), /vault-two/, command)
    }
  })

  test('rules, trials and reviews are for readers', async () => {
    for (const command of ['rules vault', 'simulate vault', 'review vault']) {
      assert.match(await says('@alan', `/workflow ${command}`), /Ask .*members of #vault/, command)
      assert.doesNotMatch(await says('@grace', `/workflow ${command}`), /Who may/, command)
    }
  })

  test('runs are started by whoever may read, or by those whom the file names', async () => {
    const initiators: Record<string, readonly Who[]> = {
      vault: ['@ada', '@grace', '@katherine', '@mary', '@ops-lead'],
      desk: ['@ada', '@ops-lead', '@joan'],
    }
    for (const [workflow, may] of Object.entries(initiators))
      for (const user of people) {
        const answer = await says(user, `/workflow run ${workflow} order=by-${user.slice(1)} note=x amount=1`)
        assert.match(answer, may.includes(user) ? /Started/ : /You can't do this/, `${user} ${workflow}`)
      }
    const choices = await shows('@alan', () =>
      bot.control.shortcut({ user: '@alan', callbackId: 'start_workflow' }),
    )
    assert.doesNotMatch(choices, /"(vault|desk|narrow)"/)
    assert.match(choices, /"ledgers"/)
    const started = await bot.app.db.prisma.event.findMany({
      where: { source: 'command', workflowKey: 'vault' },
    })
    assert.equal(started.length, 5, 'a refusal starts nothing')
  })

  test('replays are for the owner, operators, whoever may resolve it, and whom the file names', async () => {
    assert.match(await says('@alan', `/workflow replay ${runs['desk-one']}`), /runs again/)
    assert.match(await says('@joan', `/workflow replay ${runs['desk-two']}`), /You can't do this/)
    assert.match(await says('@grace', `/workflow replay ${runs['vault-two']}`), /You can't do this/)
    assert.match(await says('@grace', '/workflow replay workflow=vault name=many'), /You can't do this/)
  })

  const channelId = async (name: string) =>
    (await bot.app.db.prisma.channel.findFirstOrThrow({ where: { name } })).id

  test('digests are posted and opened by members of their channel, leadership and operators', async () => {
    const may: readonly Who[] = ['@grace', '@joan', '@ops-lead']
    for (const user of people) {
      const answer = await says(user, '/workflow digest')
      assert.match(answer, may.includes(user) ? /digest goes to/ : /You can't do this/, user)
    }
    const { db } = bot.app
    const window = { ...windowOf(new Date(), 'UTC'), end: new Date() }
    await submitDigest(
      { db, clock: () => new Date(), cardsChanged: () => bot.app.slack.notifier.wake() },
      // Put where everybody is, as a file can: whoever sees it there may open it, but each line is asked for.
      { name: 'wide', window, channel: await channelId('finance'), by: 'schedule' },
    )
    const wide = await bot.control.waitForMessage({ channel: '#finance' }, (one) =>
      textOf(one).includes('digest_list:'),
    )
    const everywhere = JSON.stringify(wide.blocks)
    assert.match(everywhere, /Oldest open/)
    assert.doesNotMatch(
      everywhere,
      /(vault|narrow|ledgers|desk)-(one|two)/,
      'subjects stand in the lists alone',
    )
    const listFor = (user: Who) =>
      shows(user, () =>
        bot.control.press({
          user,
          container: { channel: wide.channel, ts: wide.ts },
          actionId: 'digest_list:open',
        }),
      )
    const forGrace = await listFor('@grace')
    assert.ok(forGrace.includes('vault-two') && !forGrace.includes('narrow-one'), forGrace)
    const forAlan = await listFor('@alan')
    assert.ok(forAlan.includes('ledgers-one') && !forAlan.includes('vault-two'), forAlan)
    // Whoever sees the button is asked again for the digest: this one is another channel's now.
    await db.prisma.digest.updateMany({
      where: { name: 'wide' },
      data: { channel: await channelId('board') },
    })
    assert.match(await listFor('@alan'), /You can't open this. Ask members of #board/)
    assert.match(await listFor('@joan'), /One run/)
  })

  const homeOf = async (user: Who) => {
    await bot.control.home({ user })
    return until(`the home of ${user}`, async () => {
      const { home } = await bot.control.views(user)
      return home ? JSON.stringify(home) : undefined
    })
  }

  test('App Home shows what is theirs, and all of it to operators alone', async () => {
    assert.doesNotMatch(await homeOf('@alan'), /vault-|narrow-/)
    assert.match(await homeOf('@margaret'), /vault-one/)
    assert.doesNotMatch(await homeOf('@margaret'), /vault-two/)
    assert.match(await homeOf('@katherine'), /vault-two/)
    assert.match(await homeOf('@ops-lead'), /vault-one/)
  })

  test('an answer in a review is not taken from who can no longer read, and shows no next run', async () => {
    for (const order of ['vault-three', 'vault-four']) {
      const { body } = await bot.send('vault', { order, note: MARK, amount: 500 })
      await bot.untilIdle()
      const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId: body.run } })
      const actor = { id: ids['@katherine'] ?? '', surface: 'slack' } as const
      await bot.app.resolve({ exceptionId: id, actor, resolution: { do: 'approve' } })
    }
    await bot.untilIdle()
    const first = await shows('@grace', () =>
      bot.control.command({ user: '@grace', channel: '#general', text: '/workflow review vault' }),
    )
    assert.ok(first.includes('Run 1 of 2') && first.includes(MARK))
    await bot.app.db.prisma.channelMembers.updateMany({ data: { members: [] } })
    const answers = questionNames.map((name) => [`${name}:1`, { answer: 'yes' }])
    await bot.control.submit({ user: '@grace', values: Object.fromEntries(answers) })
    const refused = await until('the answer', async () => {
      const top = (await bot.control.views('@grace')).views.at(-1)
      return top?.title === "Couldn't save" ? JSON.stringify(top) : undefined
    })
    assert.match(refused, /You can no longer read the runs of this workflow, so this answer was not saved/)
    assert.ok(!refused.includes(MARK))
    assert.equal(await bot.app.db.prisma.reviewedRun.count({ where: { answeredAt: { not: null } } }), 0)
  })
})
