// A card that stands in another channel than its workflow's own says that a person is needed and who it is, and nothing of what
// is inside: that is read where the file says, and behind “Why?” by those who may.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Message } from '../../src/local-slack/contract.ts'
import { type Bot, startBot } from '../bot.ts'
import { readDigestFigures } from '../../src/db/digest/digest-figures.ts'
import { signalbox } from '../cli/command.ts'
import { until } from '../until.ts'
import { waitForModal, waitForReply } from './waiting.ts'

/** In every event; none of it may stand in a channel that the workflow does not name. */
const INSIDE = 'plum'

const flow = (name: string, { owner = '@grace', channel = '#closed', more = '' } = {}) => `
workflow: ${name}
title: Flow ${name}
owner: "${owner}"
channel: "${channel}"
${more}
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields: { order: { type: string }, note: { type: string } }
rules: [{ rule: "as asked", when: 'true', route: look }]
routes: { look: { exception: { reason: needs_judgement, text: "Look at \${record.note}" } } }
`
/** Whose owner the record is to name, in a field that is marked, and in one that is not. */
const named = (name: string, { owner = '@never-here', marked = '' } = {}) =>
  flow(name, { owner, channel: '#private' })
    .replace('note: { type: string }', `note: { type: string }, rep: { type: string${marked} }`)
    .replace('look: {', 'look: { owner: "${record.rep}",')
const BROUGHT = [
  `${INSIDE}@person.example`,
  `@${INSIDE}`,
  `U0${INSIDE.toUpperCase()}0000`,
  `role:${INSIDE}`,
  `<!channel> ${INSIDE}`,
]
const flows = {
  ...Object.fromEntries(
    BROUGHT.map((_, at) => [
      `named-${at}`,
      named(`named-${at}`, { marked: at % 2 ? '' : ', personal: true' }),
    ]),
  ),
  covered: named('covered', { owner: '@grace', marked: ', personal: true' }),
  closed: flow('closed'),
  nobodys: flow('nobodys', { owner: '@never-here', channel: '#private' }),
  open: flow('open', { more: 'access: { read: everyone }' }),
  storm: flow('storm'),
}
const standards = 'roles: { operators: ["@ada"] }\nchannels: { alerts: "#ops-alerts" }'

const assertNothingInside = (card: Message) => assert.doesNotMatch(JSON.stringify(card), new RegExp(INSIDE))

describe('a card outside the channel of its workflow', () => {
  let bot: Bot
  const stop: (() => Promise<void>)[] = []
  before(async () => {
    bot = await startBot({ after: (clean: () => Promise<void>) => void stop.unshift(clean) })
    // The bot is in #private, and nobody has invited it to #closed.
    await bot.control.channel({ name: 'closed', isPrivate: true, members: ['@grace'] })
    await bot.control.channel({ name: 'private', isPrivate: true, members: ['@grace', '@signalbox'] })
    await bot.publish(flows, standards)
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  const sent = async (workflow: string, order = `${INSIDE}-1`, more = {}) => {
    const { body } = await bot.send(workflow, { order, note: `${INSIDE} jam`, ...more })
    await bot.untilIdle()
    return body.run
  }
  const cardIn = (fits: (text: string) => boolean): Promise<Message> =>
    bot.control.waitForMessage({ channel: '#ops-alerts' }, (one) => fits(JSON.stringify(one.blocks)))
  const outlineOf = (runId: string) => cardIn((text) => text.includes(runId))
  const press = ({ channel, ts }: Message, user: string, actionId: string) =>
    bot.control.press({ user, container: { channel, ts }, actionId })

  test('where the bot is not in the channel: who and why here, what is inside behind “Why?” for those who may', async () => {
    const runId = await sent('closed')
    const card = await outlineOf(runId)
    assertNothingInside(card)
    const text = JSON.stringify(card.blocks)
    assert.match(text, /Decision needed: Flow closed/)
    assert.match(text, /Meant for #closed/)
    assert.match(text, /only for people who can read this run, such as members of #closed/)
    await press(card, '@ada', 'why')
    assert.match(JSON.stringify(await waitForModal(bot, '@ada', 'Why?')), /plum jam/)
    await press(card, '@alan', 'why')
    assert.doesNotMatch(JSON.stringify(await waitForModal(bot, '@alan', 'Why?')), new RegExp(INSIDE))

    // What people write about it is inside it too, and stands behind “Why?”.
    const exceptionId = (await bot.app.db.prisma.exception.findFirstOrThrow({ where: { runId } })).id
    await bot.control.press({
      user: '@grace',
      container: { channel: card.channel, ts: card.ts },
      actionId: 'more',
      value: `note:${exceptionId}:1`,
    })
    await waitForModal(bot, '@grace', 'Note')
    await bot.control.submit({ user: '@grace', values: { text: { value: `${INSIDE} tart` } } })
    const line = await waitForReply(bot, card, (one) => JSON.stringify(one).includes('noted'))
    assertNothingInside(line)
    await bot.control.close({ user: '@ada', all: true })
    await press(card, '@ada', 'why')
    assert.match(JSON.stringify(await waitForModal(bot, '@ada', 'Why?')), /plum tart/)

    await press(card, '@grace', 'done')
    await waitForModal(bot, '@grace', 'Mark done')
    await bot.control.submit({ user: '@grace', values: {} })
    const resolved = await cardIn((one) => one.includes(runId) && one.includes('Done:'))
    assertNothingInside(resolved)
  })

  test('where nobody could own it', async () => {
    const runId = await sent('nobodys')
    const card = await outlineOf(runId)
    assertNothingInside(card)
    assert.match(JSON.stringify(card.blocks), /Owner needed: Flow nobodys/)
  })

  const answerTo = async (user: string, text: string) => {
    const { prisma } = bot.app.db
    const from = await prisma.person.findFirstOrThrow({ where: { handle: user.slice(1) } })
    const told = async () =>
      (await bot.control.messages({ channel: '#general', as: user, limit: 200 })).messages.filter(
        (one) => one.ephemeralTo === from.id,
      )
    const count = (await told()).length
    await bot.control.command({ user, channel: '#general', text: `/workflow ${text}` })
    return until(`the answer to ${text}`, async () => {
      const all = await told()
      return all.length > count ? JSON.stringify(all.at(-1)) : undefined
    })
  }

  test('where the record was to name the owner: no surface says what it named', async () => {
    const { prisma } = bot.app.db
    for (const [at, rep] of BROUGHT.entries()) {
      const runId = await sent(`named-${at}`, 'N-1', { rep })
      const found = await prisma.exception.findFirstOrThrow({ where: { runId } })
      const { owner } = await prisma.decision.findFirstOrThrow({ where: { runId } })
      const { ownerSpec, policy, detail, fingerprint } = found
      assert.doesNotMatch(JSON.stringify({ owner, ownerSpec, policy, fingerprint }), /plum/i)
      assert.match(detail, /^The owner comes from record\.rep, whose value names no member\./)
      assert.doesNotMatch(detail, /[$]/)
      const card = await outlineOf(runId)
      assertNothingInside(card)
      assert.match(JSON.stringify(card.blocks), /no one \(record\.rep names no member\)/)
      for (const text of ['queue all', `status ${runId}`, `explain ${runId}`]) {
        const answer = await answerTo('@alan', text)
        assert.match(answer, /no one/, text)
        assert.doesNotMatch(answer, /plum/i, text)
      }
      assert.doesNotMatch(await answerTo('@ada', 'queue all'), /plum@/i)
      const cli = await signalbox(bot.env, 'status', runId, '--as', '@alan')
      assert.match(cli.stdout + cli.stderr, /no one/)
      assert.doesNotMatch(cli.stdout + cli.stderr, /plum/i)
    }
    const { oldest } = await readDigestFigures(
      bot.app.db,
      { period: 'day', start: new Date(0), end: new Date(Date.now() + 1000), timezone: 'UTC' },
      new Date(),
    )
    assert.doesNotMatch(JSON.stringify(oldest.map(({ ownerLabel }) => ownerLabel)), /plum/i)
  })

  test('where the record names one of us, the id is kept; who may is said once and without templates', async () => {
    const { prisma } = bot.app.db
    const grace = await prisma.person.findFirstOrThrow({ where: { handle: 'grace' } })
    const alan = await prisma.person.findFirstOrThrow({ where: { handle: 'alan' } })
    const openOf = (runId: string) => prisma.exception.findFirstOrThrow({ where: { runId } })
    const mine = await openOf(await sent('covered', 'C-1', { rep: '@grace' }))
    assert.deepEqual([mine.ownerSpec, mine.ownerId], [grace.id, grace.id])
    const other = await openOf(await sent('covered', 'C-2', { rep: `${INSIDE}@person.example` }))
    assert.deepEqual([other.ownerSpec, other.ownerId], [grace.id, grace.id])
    assert.match(
      other.detail,
      /The owner comes from record\.rep, whose value names no member\. That owner could not be reached, so it is with/,
    )
    for (const { id } of [mine, other]) {
      const answer = await bot.app.resolve({
        exceptionId: id,
        actor: { id: alan.id, surface: 'slack' },
        resolution: { do: 'approve' },
      })
      assert.deepEqual(answer, { kind: 'not_allowed', who: '@grace' })
    }
  })

  test('where many come at once', async () => {
    for (let count = 1; count <= 5; count += 1) await sent('storm', `${INSIDE}-${count}`)
    const messages = await bot.control.messages({ channel: '#ops-alerts', limit: 200 })
    for (const card of messages.messages.filter((one) => JSON.stringify(one).includes('Flow storm')))
      assertNothingInside(card)
  })

  test('where everyone may read it, the card is whole', async () => {
    await sent('open', 'O-1')
    const card = await cardIn((text) => text.includes('Flow open O-1'))
    assert.match(JSON.stringify(card.blocks), /plum jam/)
  })
})
