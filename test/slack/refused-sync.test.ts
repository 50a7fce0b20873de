// A method that Slack refuses for good takes nothing else with it: people go on, it is reported, and not asked without end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peopleFindings } from '../../src/cli/doctor/people-findings.ts'
import { mayAct } from '../../src/db/people/people.ts'
import { watchDirectory } from '../../src/pipeline/watch/directory.ts'
import { syncPeople } from '../../src/slack/people/sync-people.ts'
import { makeClients } from '../../src/slack/api/clients.ts'
import { makeLog } from '../../src/log.ts'
import { keepSynced } from '../../src/slack/people/keep-synced.ts'
import { startBot } from '../bot.ts'
import { until } from '../until.ts'

const flow = `
workflow: one
owner: "@ada"
channel: "#general"
trigger: { command: {} }
rules: [{ rule: all, when: 'true', route: done }]
routes: { done: { outcome: achieved } }
`

for (const error of ['unknown_method', 'paid_teams_only', 'missing_scope', 'not_allowed_token_type'])
  test(`usergroups.list → ${error}: people go on, one exception says it, and it closes itself`, async (t) => {
    // Without a scheduler, whose own look could come first.
    const bot = await startBot(t, { roles: ['web', 'worker', 'notifier'] })
    await bot.publish({ one: flow }, 'roles: { operators: ["@grace"] }')
    const { db, catalog } = bot.app
    const ids = Object.fromEntries((await bot.control.state()).people.map(({ handle, id }) => [handle, id]))
    const support = (await db.prisma.personGroup.findFirstOrThrow({ where: { handle: 'support' } })).id
    await bot.control.fault({ kind: 'refused', method: 'usergroups.list', error })
    const { person } = await bot.control.join({ handle: 'newcomer', name: 'New' })

    const log = makeLog('silent')
    const client = makeClients({ ...bot.credentials }, log).posting
    const refused = await syncPeople({ db, client, clock: () => new Date() })
    assert.deepEqual(refused, { 'usergroups.list': error })
    assert.ok(await db.prisma.person.findUnique({ where: { id: person.id } }), 'people were read')
    assert.equal(
      await mayAct(db.prisma, ids['grace'] ?? '', [support]),
      true,
      'groups stay as they were told',
    )

    const deps = { db, catalog, clock: () => new Date(), cardsChanged: () => {} }
    assert.deepEqual(await watchDirectory(deps), { opened: 1, closed: 0 })
    assert.deepEqual(await watchDirectory(deps), { opened: 0, closed: 0 })
    const open = await db.prisma.exception.findFirstOrThrow({ where: { state: 'open' } })
    assert.match(open.detail, new RegExp(`usergroups.list: ${error}`))
    assert.equal(open.ownerId, ids['grace'])
    const [groups] = await peopleFindings(db)
    assert.deepEqual([groups?.check, groups?.state], ['groups', 'warn'])

    await bot.control['clear-faults']({})
    assert.deepEqual(await syncPeople({ db, client, clock: () => new Date() }), {})
    assert.deepEqual(await watchDirectory(deps), { opened: 0, closed: 1 })
    assert.equal((await peopleFindings(db))[0]?.state, 'ok')
  })

test('what may pass by itself is an error, for the caller to try again, and leaves nothing reported', async (t) => {
  const bot = await startBot(t)
  const { db } = bot.app
  const client = makeClients({ ...bot.credentials }, makeLog('silent')).posting
  for (const kind of ['server_error', 'rate_limited', 'outage'] as const) {
    await bot.control.fault({ kind, method: 'usergroups.list', count: 1 })
    await assert.rejects(syncPeople({ db, client, clock: () => new Date() }), kind)
  }
  assert.equal((await peopleFindings(db))[0]?.state, 'ok')
})

test('what is refused for good is not asked for again; an outage is, ever later', async (t) => {
  const bot = await startBot(t)
  const { db } = bot.app
  const log = makeLog('silent')
  const client = makeClients({ ...bot.credentials }, log).posting
  const waits: number[] = []
  const again: (() => void)[] = []
  const syncing = keepSynced({
    sync: () => syncPeople({ db, client, clock: () => new Date() }),
    log,
    later: (work, ms) => {
      waits.push(ms)
      again.push(work)
      return () => {}
    },
  })
  const asked = async () => (await bot.control.calls('users.list')).length
  const before = await asked()
  await bot.control.fault({ kind: 'refused', method: 'usergroups.list', error: 'paid_teams_only' })
  await syncing.now()
  assert.deepEqual(waits, [])
  assert.equal((await asked()) - before, 1)

  await bot.control.fault({ kind: 'outage', method: 'users.list' })
  await syncing.now()
  for (const count of [2, 3, 4, 5, 6, 7, 8, 9]) {
    again.at(-1)?.()
    await until('the next try', () => waits.length === count)
  }
  assert.deepEqual(
    waits.map((ms) => ms / 1000),
    [30, 60, 120, 240, 480, 960, 1920, 3600, 3600],
  )
  syncing.stop()
})
