// Every path by which what is sent could be another thing than what was approved: each goes back to the approvers, with
// before and after, and sends nothing; what is the same goes through.
import assert from 'node:assert/strict'
import { after as afterAll, before as beforeAll, describe, test } from 'node:test'
import type { Cover, CoverChange } from '../../src/domain/exceptions/approval.ts'
import type { JsonObject } from '../../src/domain/values/json.ts'
import type { Resolution } from '../../src/pipeline/exception/resolution.ts'
import { sweep } from '../../src/pipeline/resume/sweep.ts'
import { replay } from '../../src/pipeline/resume/replay.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget, type Target } from '../target.ts'
import { openOf as openIn, resolveAs } from './acting.ts'

const HOUR_MS = 3_600_000

/** `more`: what its body has besides; `actions`: what follows. */
const flow = (name: string, { review = 'by: role:leads', more = '', actions = '', record = '' } = {}) => `
workflow: ${name}
owner: "@joan"
channel: "#ops-exceptions"
trigger: { webhook: { verify: { scheme: none } } }
subject: event.order
fields:
  order: { type: string }
  amount: { type: number }
${record}
rules: [{ rule: all, when: 'true', route: pay }]
routes:
  pay:
    review: { ${review} }
    actions:
      - action: refund
        http:
          url: "\${vars.shop}/refunds"
          headers: { X-Key: "\${secret.SHOP_KEY}" }
          json: { order: "\${record.order}", amount: "\${record.amount}"${more} }
        retry: { attempts: 1 }
${actions}
    outcome: achieved
`
const again = `
      - action: tell
        http: { url: "\${vars.shop}/tell", json: { hour: "\${string(now).substring(0, 13)}" } }
        retry: { attempts: 1 }`
const whenLate = `
      - action: tell
        when: now > timestamp("2026-06-01T12:30:00Z")
        http: { url: "\${vars.shop}/tell" }`

const flows = {
  plain: flow('plain'),
  'by-the-hour': flow('by-the-hour', { more: ', hour: "${string(now).substring(0, 13)}"' }),
  'with-a-moment': flow('with-a-moment', {
    review: 'by: role:leads, except: [refund.json.at]',
    more: ', at: "${now}"',
  }),
  'two-steps': flow('two-steps', { actions: again }),
  'when-late': flow('when-late', { actions: whenLate }),
  'two-people': flow('two-people', { review: 'by: role:leads, approvals: 2' }),
  'two-by-the-hour': flow('two-by-the-hour', {
    review: 'by: role:leads, approvals: 2',
    more: ', hour: "${string(now).substring(0, 13)}"',
  }),
  'large-only': flow('large-only', { review: 'by: role:leads, when: record.amount > 100.0' }),
  // Two routes that send to the same place: small ones without a review.
  'by-rules': flow('by-rules')
    .replace(
      "rules: [{ rule: all, when: 'true', route: pay }]",
      "rules: [{ rule: large, when: record.amount > 100, route: pay }, { rule: small, when: 'true', route: small }]",
    )
    .concat(
      `
  small:
    actions:
      - action: refund
        http:
          url: "\${vars.shop}/refunds"
          headers: { X-Key: "\${secret.SHOP_KEY}" }
          json: { order: "\${record.order}", amount: "\${record.amount}" }
        retry: { attempts: 1 }
    outcome: achieved
`,
    ),
  'own-end': flow('own-end').replace(
    'outcome: achieved',
    'exception: { reason: invalid_field, text: Look at it }',
  ),
}

const ofAmount = (before: unknown, after: unknown): CoverChange =>
  ({ action: 'refund', field: 'json.amount', before, after }) as CoverChange

describe('what was approved is what is sent', () => {
  let bot: Bot
  let target: Target
  let aheadMs = 0
  const stop: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void stop.unshift(clean) }
  const at = new Date('2026-06-01T12:05:00Z').getTime()
  const clock = () => new Date(at + aheadMs)
  beforeAll(async () => {
    target = await startTarget(t)
    bot = await startBot(t, { clock, env: { SHOP_KEY: 'hush' } })
    await bot.publish(flows, `roles: { leads: ["@ada", "@grace"] }\nvars: { shop: "${target.url}" }`)
  })
  afterAll(async () => {
    for (const clean of stop) await clean()
  })

  const db = () => bot.app.db.prisma
  const openOf = (runId: string) => openIn(bot, runId)
  const paths = () => target.requests.map(({ path }) => path)
  const resolve = (runId: string, who: string, resolution: Resolution) =>
    resolveAs(bot, who, { runId, resolution })
  const approve = (runId: string, who = 'ada', change?: JsonObject) =>
    resolve(runId, who, { do: 'approve', ...(change && { change }) })
  const edit = (runId: string, amount: number) =>
    resolve(runId, 'joan', {
      do: 'retry',
      input: { json: { order: 'o', amount } },
    })
  /** A run that waits for its approvers. */
  const asked = async (workflow: string, amount = 120) => {
    target.requests.length = 0
    aheadMs = 0
    const { body } = await bot.send(workflow, { order: 'o', amount })
    await bot.untilIdle()
    return body.run
  }
  /** One that was approved, and whose first action the target refused. */
  const refused = async (workflow: string, statuses = [422]) => {
    const runId = await asked(workflow)
    target.answerWith(...statuses)
    assert.equal((await approve(runId)).kind, 'resolved')
    assert.equal((await openOf(runId))?.reason, 'action_refused')
    target.requests.length = 0
    return runId
  }
  /** One whose small amount nobody had to approve, refused by the target and edited into a large one. */
  const editedLarge = async (workflow: string) => {
    target.answerWith(422)
    const runId = await asked(workflow, 5)
    target.requests.length = 0
    await edit(runId, 5000)
    return runId
  }
  const changesOf = async (runId: string) => {
    const open = await openOf(runId)
    assert.equal(open?.reason, 'approval_required', `${runId} is with its approvers`)
    const { policy, data } = open as unknown as { policy: { by: string[] }; data: { changes: CoverChange[] } }
    assert.deepEqual(policy.by, ['role:leads'])
    return data.changes
  }
  const setRecord = (runId: string, fields: JsonObject) =>
    db().record.update({ where: { runId }, data: { fields } })

  /** As after a kill: in flight, with no job, for the sweep to take up. */
  const goOnByHand = async (runId: string) => {
    await db().exception.updateMany({
      where: { runId, state: 'open' },
      data: { state: 'resolved', resolvedAs: 'approved', resolvedBy: 'nobody', resolvedAt: clock() },
    })
    const leaseUntil = new Date(clock().getTime() - 1)
    await db().run.update({ where: { id: runId }, data: { state: 'in_flight', stage: 'act', leaseUntil } })
    const log = { warn: () => {} } as never
    await sweep({ ...bot.app, log, cardsChanged: () => {} }, clock())
    await bot.untilIdle()
  }

  interface Way {
    how: string
    /** Brings a run to where the changed thing is about to be sent. */
    go: () => Promise<string>
    changes: CoverChange[]
    /** What is sent once that is approved: paths and amounts. */
    sends: string[]
  }
  const ways: Way[] = [
    {
      how: 'edit and retry of a refused action',
      go: async () => {
        const runId = await refused('plain')
        await edit(runId, 5000)
        return runId
      },
      changes: [ofAmount(120, 5000)],
      sends: ['/refunds 5000'],
    },
    {
      how: 'edit and retry of an edited input that was approved and refused again',
      go: async () => {
        const runId = await refused('plain')
        await edit(runId, 130)
        target.answerWith(422)
        await approve(runId)
        target.requests.length = 0
        await edit(runId, 5000)
        return runId
      },
      changes: [ofAmount(130, 5000)],
      sends: ['/refunds 5000'],
    },
    {
      how: 'an edit that takes a moment along which the file leaves out',
      go: async () => {
        const runId = await refused('with-a-moment')
        await resolve(runId, 'joan', {
          do: 'retry',
          input: { json: { order: 'o', amount: 120, at: 'to me' } },
        })
        return runId
      },
      changes: [
        { action: 'refund', field: 'json.at', before: '(not covered by the approval)', after: 'to me' },
      ],
      sends: ['/refunds 120'],
    },
    {
      how: 'a record that was changed under the run, before a retry',
      go: async () => {
        const runId = await refused('plain')
        await setRecord(runId, { order: 'o', amount: 5000 })
        await resolve(runId, 'joan', { do: 'retry' })
        return runId
      },
      changes: [ofAmount(120, 5000)],
      sends: ['/refunds 5000'],
    },
    {
      how: 'a record that was changed while a later try waits, taken up by the sweep',
      go: async () => {
        const runId = await refused('plain')
        await setRecord(runId, { order: 'o', amount: 5000 })
        await goOnByHand(runId)
        return runId
      },
      changes: [ofAmount(120, 5000)],
      sends: ['/refunds 5000'],
    },
    {
      how: 'an expression of time, when a retry comes in the next hour',
      go: async () => {
        const runId = await refused('by-the-hour')
        aheadMs = HOUR_MS
        await resolve(runId, 'joan', { do: 'retry' })
        return runId
      },
      changes: [{ action: 'refund', field: 'json.hour', before: '2026-06-01T12', after: '2026-06-01T13' }],
      sends: ['/refunds 120'],
    },
    {
      how: 'an expression of time in an action that comes after a done one',
      go: async () => {
        const runId = await asked('two-steps')
        target.answerWith(200, 422)
        await approve(runId)
        target.requests.length = 0
        aheadMs = HOUR_MS
        await resolve(runId, 'joan', { do: 'retry' })
        return runId
      },
      changes: [{ action: 'tell', field: 'json.hour', before: '2026-06-01T12', after: '2026-06-01T13' }],
      sends: ['/tell'],
    },
    {
      how: 'an action whose condition comes to hold, though another one is tried again',
      go: async () => {
        const runId = await refused('when-late')
        aheadMs = HOUR_MS
        await resolve(runId, 'joan', { do: 'retry' })
        return runId
      },
      changes: [
        { action: 'tell', field: 'what it does', before: 'nothing', after: 'http' },
        { action: 'tell', field: 'method', before: null, after: 'POST' },
        { action: 'tell', field: 'url', before: null, after: 'URL/tell' },
        { action: 'tell', field: 'headers', before: null, after: {} },
      ],
      sends: ['/refunds 120', '/tell'],
    },
    {
      how: 'a variable that this bot is configured with anew (PUBLIC_URL)',
      go: async () => {
        const runId = await refused('plain')
        // What a start under another PUBLIC_URL makes of the same version.
        const { versionId } = await db().run.findUniqueOrThrow({ where: { id: runId } })
        const { standards } = await bot.app.catalog.version(versionId)
        standards.vars['shop'] = `${target.url}/elsewhere`
        await resolve(runId, 'joan', { do: 'retry' })
        const changes = await changesOf(runId)
        assert.deepEqual(changes, [
          {
            action: 'refund',
            field: 'url',
            before: `${target.url}/refunds`,
            after: `${target.url}/elsewhere/refunds`,
          },
        ])
        // Back again, it is what was approved first: but its approvers let the other be sent by now.
        standards.vars['shop'] = target.url
        assert.equal((await approve(runId)).kind, 'resolved')
        return runId
      },
      changes: [{ action: 'refund', field: 'url', before: 'URL/elsewhere/refunds', after: 'URL/refunds' }],
      sends: ['/refunds 120'],
    },
    {
      how: 'no approval at all: its exception was closed behind the back of the bot',
      go: async () => {
        const runId = await asked('plain')
        await goOnByHand(runId)
        return runId
      },
      changes: [
        { action: 'refund', field: 'what it does', before: null, after: 'http' },
        { action: 'refund', field: 'method', before: null, after: 'POST' },
        { action: 'refund', field: 'url', before: null, after: 'URL/refunds' },
        { action: 'refund', field: 'headers.X-Key', before: null, after: '${secret.SHOP_KEY}' },
        { action: 'refund', field: 'json.order', before: null, after: 'o' },
        ofAmount(null, 120),
      ],
      sends: ['/refunds 120'],
    },
    {
      how: 'edit and retry where the amount that arrived needed no approval',
      go: () => editedLarge('large-only'),
      changes: [ofAmount(5, 5000)],
      sends: ['/refunds 5000'],
    },
    {
      how: 'edit and retry on a route without a review, beside one with a review that sends to the same place',
      go: () => editedLarge('by-rules'),
      changes: [ofAmount(5, 5000)],
      sends: ['/refunds 5000'],
    },
  ]

  for (const { how, go, changes, sends } of ways) {
    test(how, async () => {
      const runId = await go()
      assert.equal(target.requests.length, 0, 'nothing was sent')
      const found = JSON.parse(
        JSON.stringify(await changesOf(runId)).replaceAll(target.url, 'URL'),
      ) as unknown
      assert.deepEqual(found, changes)
      const refusedTo = await approve(runId, 'joan')
      assert.equal(refusedTo.kind, 'not_allowed', 'the owner is none of the approvers')
      assert.equal((await approve(runId)).kind, 'resolved')
      assert.equal((await openOf(runId))?.detail, undefined, 'it goes on')
      const sent = target.requests.map(({ path, body }) => {
        const sum = (body as { amount?: number } | null)?.amount
        return sum === undefined ? path : `${path} ${sum}`
      })
      assert.deepEqual(sent, sends)
      const { state } = await db().run.findUniqueOrThrow({ where: { id: runId } })
      assert.equal(state, 'ended')
    })
  }

  test('what is the same is sent without asking again: a plain retry, a moment that the file leaves out', async () => {
    for (const workflow of ['plain', 'with-a-moment', 'by-the-hour']) {
      const runId = await refused(workflow)
      aheadMs = 60_000
      assert.equal((await resolve(runId, 'joan', { do: 'retry' })).kind, 'resolved')
      assert.deepEqual(paths(), ['/refunds'], workflow)
      assert.equal(await openOf(runId), null)
    }
  })

  test('approving with a change is approving what the change makes of it', async () => {
    const runId = await asked('plain')
    assert.equal((await approve(runId, 'ada', { amount: 80 })).kind, 'resolved')
    assert.deepEqual(target.requests[0]?.body, { order: 'o', amount: 80 })
  })

  test('a change approves nothing that became of it meanwhile: the card shows that first, and nobody has approved it', async () => {
    for (const workflow of ['by-the-hour', 'two-by-the-hour']) {
      const runId = await asked(workflow)
      if (workflow === 'two-by-the-hour') assert.equal((await approve(runId, 'ada')).kind, 'counted')
      aheadMs = HOUR_MS
      assert.equal((await approve(runId, 'grace', { amount: 80 })).kind, 'not_applicable')
      assert.equal(target.requests.length, 0)
      const [hour, ...others] = await changesOf(runId)
      assert.deepEqual(
        [hour?.field, hour?.before, hour?.after],
        ['json.hour', '2026-06-01T12', '2026-06-01T13'],
      )
      assert.deepEqual([others, (await openOf(runId))?.approvals], [[], []])
      const second = await approve(runId, 'grace', { amount: 80 })
      assert.equal(second.kind, workflow === 'by-the-hour' ? 'resolved' : 'counted')
    }
  })

  test('two approvers approve the same: what changes between them begins the approvals anew', async () => {
    const runId = await asked('two-by-the-hour')
    assert.equal((await approve(runId, 'ada')).kind, 'counted')
    aheadMs = HOUR_MS
    assert.equal((await approve(runId, 'grace')).kind, 'resolved')
    assert.equal(target.requests.length, 0, 'both approved what would no longer be sent')
    assert.equal((await changesOf(runId)).length, 1)
    assert.equal((await approve(runId, 'grace')).kind, 'counted')
    assert.equal(target.requests.length, 0)
    assert.equal((await approve(runId, 'ada')).kind, 'resolved')
    assert.deepEqual(paths(), ['/refunds'])
  })

  test('an edit after two approvals needs two again', async () => {
    const runId = await asked('two-people')
    await approve(runId, 'ada')
    target.answerWith(422)
    assert.equal((await approve(runId, 'grace')).kind, 'resolved')
    target.requests.length = 0
    await edit(runId, 5000)
    assert.deepEqual(await changesOf(runId), [ofAmount(120, 5000)])
    assert.equal((await approve(runId, 'ada')).kind, 'counted')
    assert.equal(target.requests.length, 0)
    assert.equal((await approve(runId, 'grace')).kind, 'resolved')
    assert.deepEqual(paths(), ['/refunds'])
  })

  test('no change of a field reaches an input that was written by hand: approving says so', async () => {
    const runId = await refused('plain')
    await edit(runId, 5000)
    assert.equal((await approve(runId, 'ada', { amount: 80 })).kind, 'not_applicable')
    assert.equal(target.requests.length, 0)
  })

  test('a correction after an approval has the rules decide anew, and its approvers too', async () => {
    const runId = await asked('own-end')
    await approve(runId)
    assert.equal((await openOf(runId))?.reason, 'invalid_field')
    target.requests.length = 0
    await resolve(runId, 'joan', { do: 'fix', corrections: { amount: 5000 } })
    assert.equal((await openOf(runId))?.reason, 'approval_required')
    assert.equal(target.requests.length, 0)
  })

  test('a replay asks anew, also of another event or on another version', async () => {
    const deps = { ...bot.app, clock, cardsChanged: () => {} }
    const actor = { id: 'cli:joan', surface: 'cli' } as const
    const before = await refused('plain')
    const event = Buffer.from(JSON.stringify({ order: 'o', amount: 5000 }))
    const replays = [{ version: 'original' }, { version: 'current' }, { version: 'current', event }] as const
    for (const way of replays) {
      const answer = await replay(deps, { runId: before, actor, ...way })
      assert.equal(answer.kind, 'replayed')
      await bot.untilIdle()
      const runId = answer.kind === 'replayed' ? answer.runId : ''
      assert.equal((await openOf(runId))?.reason, 'approval_required')
      assert.equal(target.requests.length, 0)
      await resolve(runId, 'ada', { do: 'decline', note: 'enough' })
    }
  })

  test('every approval keeps what it was of: readable, with secrets by name, under one hash', async () => {
    const runId = await asked('plain')
    await approve(runId)
    const { inputs } = await db().decision.findFirstOrThrow({ where: { runId, reason: 'approved' } })
    const { approved } = inputs as unknown as { approved: Cover }
    assert.deepEqual(approved.actions[0]?.values, [
      ['method', 'POST'],
      ['url', `${target.url}/refunds`],
      ['headers.X-Key', '${secret.SHOP_KEY}'],
      ['json.order', 'o'],
      ['json.amount', 120],
    ])
    assert.equal(target.requests[0]?.headers['x-key'], 'hush')
    const audit = await db().audit.findFirstOrThrow({ where: { runId, action: 'exception.approved' } })
    assert.equal((audit.after as { covers: string }).covers, approved.hash)
  })

  test('an approval of somebody who has left since does not count', async () => {
    const runId = await asked('two-people')
    assert.deepEqual(await approve(runId, 'ada'), { kind: 'counted', approvals: 1, missing: 1 })
    const ada = { where: { handle: 'ada' } }
    await db().person.updateMany({ ...ada, data: { isDeleted: true } })
    assert.deepEqual(await approve(runId, 'grace'), { kind: 'counted', approvals: 1, missing: 1 })
    assert.equal(target.requests.length, 0)
    await db().person.updateMany({ ...ada, data: { isDeleted: false } })
    assert.equal((await approve(runId, 'ada')).kind, 'resolved')
  })
})
