// Who may: the policy stored with the exception is asked on every path, of the person and not of the surface.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { reviewsFor } from '../../src/db/exceptions/queue-view.ts'
import type { Message } from '../../src/local-slack/contract.ts'
import { reassign } from '../../src/pipeline/exception/reassign.ts'
import { snooze } from '../../src/pipeline/exception/snooze.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { comment } from '../../src/pipeline/exception/comment.ts'
import { planBatch } from '../../src/pipeline/resume/plan-batch.ts'
import { startBatch } from '../../src/pipeline/resume/replay-batch.ts'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { until } from '../until.ts'
import { waitForModal, waitForReply } from './waiting.ts'

const flow = `
workflow: payouts
title: Payouts
owner: "@ada"
channel: "#ops-exceptions"
access: { replay: "@grace" }
trigger: { webhook: { verify: { scheme: none } }, command: {} }
subject: event.order
fields: { order: { type: string }, amount: { type: number, maximum: 500, title: Amount } }
sla: { respond: 2h, escalate: [{ after: 1h, to: "@grace" }] }
rules:
  - { rule: small, when: 'record.amount < 50.0', route: pay }
  - { rule: large, when: 'true', route: ask }
routes:
  pay:
    actions: [{ action: pay back, http: { url: "\${vars.shop}/refunds" }, retry: { attempts: 1 } }]
    outcome: achieved
  ask:
    review: { by: role:leads, approvals: 2, self: false }
    actions: [{ action: pay back, http: { url: "\${vars.shop}/refunds" }, retry: { attempts: 1 } }]
    outcome: achieved
`
const requests = `
workflow: requests
owner: "@ada"
channel: "#ops-exceptions"
trigger: { command: {} }
subject: event.order
fields: { order: { type: string }, amount: { type: number } }
rules: [{ rule: all, when: 'true', route: pass }]
routes:
  pass:
    actions:
      - action: pass on
        emit: { workflow: payouts, event: { order: "\${record.order}", amount: "\${record.amount}" } }
    outcome: achieved
`
const CHANNEL = '#ops-exceptions'
const at = ({ channel, ts }: Message) => ({ channel, ts })

describe('who may', () => {
  let bot: Bot
  let ids: Record<string, string>
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  before(async () => {
    const target = await startTarget(t)
    bot = await startBot(t)
    const standards = `roles: { leads: ["@ada", "@grace"] }\nvars: { shop: "${target.url}" }`
    await bot.publish({ payouts: flow, requests }, standards)
    const { people } = await bot.control.state()
    ids = Object.fromEntries(people.map(({ handle, id }) => [handle, id]))
    target.answerWith(404)
    await bot.send('payouts', { order: 'failed', amount: 5 })
    await bot.send('payouts', { order: 'wrong', amount: 'many' })
    await bot.send('payouts', { order: 'large', amount: 200 })
    await bot.untilIdle()
  })
  after(async () => {
    for (const clean of stop) await clean()
  })

  const exceptionOf = (subject: string) =>
    bot.app.db.prisma.exception.findFirstOrThrow({ where: { run: { subject } } })
  const cardOf = (subject: string) =>
    bot.control.waitForMessage(
      { channel: CHANNEL },
      (one) => one.ephemeralTo === null && JSON.stringify(one.blocks).includes(`Payouts ${subject}`),
    )
  /** Chooses from the menu of a card as it stands now. */
  const choose = async (user: string, subject: string, name: string) => {
    const card = await cardOf(subject)
    const value = new RegExp(`"${name}:[^"]+"`).exec(JSON.stringify(card.blocks))?.[0].slice(1, -1)
    await bot.control.press({ user, container: at(card), actionId: 'more', value: value ?? '' })
  }
  const resolveAs = async (subject: string, actor: string, resolution: Resolution) => {
    const surface = actor.startsWith('cli:') ? ('cli' as const) : ('slack' as const)
    const { id: exceptionId } = await exceptionOf(subject)
    return bot.app.resolve({ exceptionId, actor: { id: actor, surface }, resolution })
  }
  const refusedPrivately = (text: RegExp) =>
    bot.control.waitForMessage(
      { channel: CHANNEL, as: '@alan', timeoutMs: 5000 },
      (one) => one.ephemeralTo !== null && text.test(one.text),
    )

  test('a press by somebody else is refused privately, and says who may', async () => {
    for (const [subject, actionId] of [
      ['large', 'approve'],
      ['failed', 'retry'],
    ] as const) {
      await bot.control.press({
        user: '@alan',
        container: at(await cardOf(subject)),
        actionId,
        confirmed: true,
      })
      await refusedPrivately(/You can't resolve this\. Ask (role:leads|@ada)/)
    }
  })

  test('a window to resolve says who may instead of opening, and nobody is on it by that', async () => {
    for (const [subject, actionId] of [
      ['wrong', 'fix'],
      ['failed', 'dismiss'],
      ['failed', 'reassign'],
    ] as const) {
      await bot.control.press({
        user: '@alan',
        container: at(await cardOf(subject)),
        actionId,
        confirmed: true,
      })
      const view = await waitForModal(bot, '@alan', "You can't do this")
      assert.match(JSON.stringify(view.blocks), /Ask @ada/)
      await bot.control.close({ user: '@alan' })
      assert.equal((await exceptionOf(subject)).acknowledgedAt, null)
    }
  })

  test('the menu is no way around it: change, edit, ask, snooze and I am on it', async () => {
    for (const name of ['edit', 'ask', 'snooze', 'onit']) {
      await choose('@alan', 'failed', name)
      if (name === 'onit') await refusedPrivately(/Ask @ada/)
      else {
        await waitForModal(bot, '@alan', "You can't do this")
        await bot.control.close({ user: '@alan' })
      }
    }
    assert.equal((await exceptionOf('failed')).snoozedUntil, null)
  })

  test('a command and the command line refuse the same', async () => {
    await bot.control.command({ user: '@alan', channel: CHANNEL, text: '/workflow retry failed' })
    await refusedPrivately(/You can't resolve this\. Ask @ada/)
    await bot.control.command({ user: '@alan', channel: CHANNEL, text: '/workflow reassign failed @alan' })
    await refusedPrivately(/You can't resolve this\. Ask @ada/)
    // In a channel of their own: no refusal of before is still on its way there.
    const channel = '#general'
    const shared = ['retry failed', 'reassign failed @alan', 'pause payouts', 'replay failed']
    for (const text of shared)
      await bot.control.command({ user: '@alan', channel, text: `/workflow ${text} --share` })
    const said = await until('each refusal', async () => {
      const { messages } = await bot.control.messages({ channel, as: '@alan', limit: 200 })
      const all = messages.filter(({ text }) => text.startsWith(':no_entry:'))
      return all.length === shared.length ? all : undefined
    })
    assert.ok(
      said.every(({ ephemeralTo }) => ephemeralTo !== null),
      'a refusal is private, also with --share',
    )
    assert.equal((await resolveAs('failed', 'cli:alan', { do: 'retry' })).kind, 'not_allowed')
    assert.equal((await resolveAs('failed', 'cli:nobody-here', { do: 'retry' })).kind, 'not_allowed')
  })

  test('a note is for those who may resolve it and for whoever was asked', async () => {
    await choose('@alan', 'failed', 'note')
    const refused = await waitForModal(bot, '@alan', "You can't do this")
    assert.match(JSON.stringify(refused.blocks), /Ask @ada/)
    await bot.control.close({ user: '@alan' })
    const { id: exceptionId } = await exceptionOf('failed')
    const note = await comment(
      { ...bot.app, clock: () => new Date(), cardsChanged: () => {} },
      { exceptionId, actor: { id: ids['alan'] ?? '', surface: 'slack' }, kind: 'noted', text: 'seen it' },
    )
    assert.match(note.kind === 'not_allowed' ? note.who : note.kind, /@ada/)
    await bot.untilIdle()
    await choose('@ada', 'failed', 'ask')
    await waitForModal(bot, '@ada', 'Ask')
    const ask = (whom: string) =>
      bot.control.submit({
        user: '@ada',
        values: { to: { value: ids[whom] ?? '' }, text: { value: 'Is the shop down?' } },
      })
    assert.match((await ask('signalbox')).errors['to'] ?? '', /Nobody would see it there/)
    await ask('alan')
    await until('the question', async () =>
      (await bot.app.db.prisma.audit.count({ where: { action: 'exception.asked' } })) === 1
        ? true
        : undefined,
    )
    await bot.untilIdle()
    const question = await waitForReply(bot, await cardOf('failed'), ({ text }) =>
      text.includes('Is the shop down?'),
    )
    await bot.control.press({ user: '@joan', container: at(question), actionId: 'answer' })
    await waitForModal(bot, '@joan', "You can't do this")
    for (const title of ['Note', 'Answer'] as const) {
      if (title === 'Note') await choose('@alan', 'failed', 'note')
      else await bot.control.press({ user: '@alan', container: at(question), actionId: 'answer' })
      await waitForModal(bot, '@alan', title)
      const { errors } = await bot.control.submit({ user: '@alan', values: { text: { value: title } } })
      assert.deepEqual(errors, {})
    }
  })

  test('the card of a review names who may approve it, whoever owns it', async () => {
    const text = JSON.stringify((await cardOf('large')).blocks)
    assert.match(
      text,
      new RegExp(`\\*Owner\\* <@${ids['ada'] ?? ''}>.*\\*Approvers\\* role:leads.*0 of 2 approvals`),
    )
  })

  test('one person is one approval, in Slack and on the command line', async () => {
    const ada = ids['ada'] ?? ''
    assert.equal((await resolveAs('large', ada, { do: 'approve' })).kind, 'counted')
    assert.equal((await resolveAs('large', 'cli:ada', { do: 'approve' })).kind, 'counted')
    assert.deepEqual((await exceptionOf('large')).approvals, [ada])
    assert.equal((await resolveAs('large', 'cli:grace', { do: 'approve' })).kind, 'resolved')
  })

  test('who started the run does not approve it, from wherever', async () => {
    await bot.control.command({
      user: '@ada',
      channel: CHANNEL,
      text: '/workflow run payouts order=own amount=300',
    })
    await until('the run waits', async () =>
      (await bot.app.db.prisma.exception.count({ where: { run: { subject: 'own' } } })) === 1
        ? true
        : undefined,
    )
    for (const actor of [ids['ada'] ?? '', 'cli:ada']) {
      const answer = await resolveAs('own', actor, { do: 'approve' })
      assert.match(answer.kind === 'not_allowed' ? answer.who : answer.kind, /but not who started the run/)
    }
  })

  test('a replay hides nobody: neither who started the run approves it, nor who replayed it', async () => {
    const { runId } = await exceptionOf('own')
    const deps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
    const grace = { id: 'cli:grace', surface: 'cli' } as const
    const first = await replay(deps, { runId, version: 'current', actor: grace })
    assert.ok(first.kind === 'replayed')
    await bot.untilIdle()
    const engine = { id: 'engine', surface: 'engine' } as const
    const second = await replay(deps, { runId: first.runId, version: 'current', actor: engine })
    assert.ok(second.kind === 'replayed')
    await bot.untilIdle()
    const { id: exceptionId } = await bot.app.db.prisma.exception.findFirstOrThrow({
      where: { runId: second.runId, state: 'open' },
    })
    for (const id of [ids['ada'] ?? '', 'cli:ada', ids['grace'] ?? '', 'cli:grace']) {
      const surface = id.startsWith('cli:') ? 'cli' : 'slack'
      const answer = await bot.app.resolve({
        exceptionId,
        actor: { id, surface },
        resolution: { do: 'approve' },
      })
      assert.match(answer.kind === 'not_allowed' ? answer.who : answer.kind, /but not who started the run/)
    }
    const toApprove = await reviewsFor(bot.app.db.prisma, ids['grace'] ?? '', [])
    assert.ok(!toApprove.some(({ id }) => id === exceptionId), 'nor does Home offer it')
  })

  test('an event that another workflow emits hides nobody either', async () => {
    await bot.control.command({
      user: '@ada',
      channel: CHANNEL,
      text: '/workflow run requests order=passed-on amount=300',
    })
    await until('the emitted run waits', async () =>
      (await bot.app.db.prisma.exception.count({ where: { run: { subject: 'passed-on' } } })) === 1
        ? true
        : undefined,
    )
    const answer = await resolveAs('passed-on', 'cli:ada', { do: 'approve' })
    assert.match(answer.kind === 'not_allowed' ? answer.who : answer.kind, /but not who started the run/)
    assert.equal((await resolveAs('passed-on', 'cli:grace', { do: 'approve' })).kind, 'counted')
  })

  test('the replays of a plan are those of who lets it run, not of who planned it', async () => {
    const deps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
    const request = {
      name: 'again',
      workflow: 'payouts',
      since: new Date(0),
      until: new Date(),
      perMinute: 600,
    }
    const alan = { id: 'cli:alan', surface: 'cli' } as const
    const plan = await planBatch(deps, {
      ...request,
      where: 'record.order == "passed-on"',
      version: 'current',
      repeatDone: false,
      actor: { id: 'engine', surface: 'engine' },
    })
    assert.equal(plan.kind === 'planned' && plan.total, 1)
    assert.equal((await startBatch(deps, 'again', alan)).kind, 'not_allowed')
    const ada = { id: 'cli:ada', surface: 'cli' } as const
    assert.equal((await startBatch(deps, 'again', ada)).kind, 'moved')
    const replayed = await until('its run waits', async () => {
      const found = await bot.app.db.prisma.exception.findFirst({
        where: { state: 'open', run: { event: { source: 'replay' }, subject: 'passed-on' } },
        select: { run: { select: { event: { select: { actor: true } } } } },
      })
      return found ?? undefined
    })
    assert.equal(replayed.run.event.actor, 'cli:ada')
  })

  test('who planned a replay that somebody else started approves nothing that it makes', async () => {
    const deps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
    await bot.untilIdle()
    const plan = await planBatch(deps, {
      name: 'planned by grace',
      workflow: 'payouts',
      since: new Date(0),
      until: new Date(),
      where: 'record.order == "large"',
      version: 'current',
      repeatDone: true,
      perMinute: 600,
      actor: { id: 'cli:grace', surface: 'cli' },
    })
    assert.equal(plan.kind === 'planned' && plan.total, 1)
    const ada = { id: 'cli:ada', surface: 'cli' } as const
    assert.equal((await startBatch(deps, 'planned by grace', ada)).kind, 'moved')
    const { id: exceptionId } = await until('its run waits', async () => {
      const run = { event: { source: 'replay' }, subject: 'large' }
      return (await bot.app.db.prisma.exception.findFirst({ where: { state: 'open', run } })) ?? undefined
    })
    for (const id of [ids['grace'] ?? '', ids['ada'] ?? '']) {
      const actor = { id, surface: 'slack' } as const
      const answer = await bot.app.resolve({ exceptionId, actor, resolution: { do: 'approve' } })
      assert.match(answer.kind === 'not_allowed' ? answer.who : answer.kind, /but not who started the run/)
    }
  })

  test('a new owner has the whole response time again: reminders and escalation begin anew, once', async () => {
    const { id } = await exceptionOf('wrong')
    const past = new Date(Date.now() - 3_600_000)
    const spent = {
      escalation: 1,
      remindedAt: past,
      acknowledgedAt: past,
      snoozedUntil: new Date(),
      dueAt: past,
    }
    await bot.app.db.prisma.exception.update({ where: { id }, data: spent })
    const deps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
    const give = () =>
      reassign(deps, {
        exceptionId: id,
        actor: { id: ids['ada'] ?? '', surface: 'slack' },
        to: ids['grace'] ?? '',
      })
    assert.equal((await give()).kind, 'reassigned')
    const row = await exceptionOf('wrong')
    assert.deepEqual(
      [row.ownerId, row.escalation, row.remindedAt, row.acknowledgedAt, row.snoozedUntil],
      [ids['grace'], 0, null, null, null],
    )
    assert.ok((row.dueAt?.getTime() ?? 0) > Date.now() + 7_000_000)
    assert.equal((await give()).kind, 'not_eligible', 'given again to who has it, nothing begins anew')
  })

  test('the owner of a review who is no reviewer of it may put it off, talk and hand it on, and decline it only when all reviewers have left', async () => {
    const { prisma } = bot.app.db
    await bot.publish(
      {
        refunds: flow
          .replace('workflow: payouts', 'workflow: refunds')
          .replace('by: role:leads, approvals: 2, self: false', 'by: "@grace"'),
      },
      `vars: { shop: "http://127.0.0.1:9" }`,
    )
    await bot.send('refunds', { order: 'orphan', amount: 200 })
    await bot.untilIdle()
    const { id } = await exceptionOf('orphan')
    await prisma.exception.update({ where: { id }, data: { ownerId: ids['ada'] ?? '' } })
    const byAda = (resolution: Resolution) => resolveAs('orphan', ids['ada'] ?? '', resolution)
    const setLeft = (isDeleted: boolean) =>
      prisma.person.update({ where: { id: ids['grace'] ?? '' }, data: { isDeleted } })
    const no = { do: 'decline', note: 'nobody is left to look at it' } as const
    assert.equal((await byAda(no)).kind, 'not_allowed', 'while its reviewer is there')
    const deps = { ...bot.app, clock: () => new Date(), cardsChanged: () => {} }
    const ask = { exceptionId: id, actor: { id: ids['ada'] ?? '', surface: 'slack' as const } }
    assert.equal((await snooze(deps, { ...ask, until: new Date(Date.now() + 3_600_000) })).kind, 'snoozed')
    assert.equal((await comment(deps, { ...ask, kind: 'noted', text: 'asked the shop' })).kind, 'kept')
    assert.equal((await reassign(deps, { ...ask, to: '@alan' })).kind, 'reassigned')
    assert.equal((await reassign(deps, { ...ask, to: '@ada' })).kind, 'not_allowed', 'it is with @alan now')
    await prisma.exception.update({ where: { id }, data: { ownerId: ids['ada'] ?? '' } })
    await setLeft(true)
    assert.equal((await byAda({ do: 'approve' })).kind, 'not_allowed')
    assert.equal((await byAda(no)).kind, 'resolved')
    await setLeft(false)
  })
})
