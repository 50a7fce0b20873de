// What operators run: the doctor's questions to Slack, backup and restore of the embedded database.
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { addAudit } from '../../src/db/audit/audit.ts'
import { verifyChain } from '../../src/db/audit/audit-chain.ts'
import { backupEmbedded, restoreEmbedded } from '../../src/db/store/backup.ts'
import { FolderHeldError } from '../../src/db/store/folder-lock.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { openCircuit, closeCircuit } from '../../src/db/open-circuits.ts'
import { askState } from '../../src/slack/api/ask-state.ts'
import { askSamples } from '../../src/slack/samples/ask-samples.ts'
import { channelsFinding, databaseFindings } from '../../src/cli/doctor/findings.ts'
import { startBot } from '../bot.ts'

const flow = (key: string, channel: string) =>
  `workflow: ${key}\nowner: "@ada"\nchannel: "${channel}"\ntrigger: { webhook: { verify: { scheme: none } } }\n` +
  `rules: [{ rule: all, when: 'true', route: end }]\nroutes: { end: { outcome: achieved } }\n`

describe('the doctor', () => {
  test('finds a healthy bot healthy, asks Slack for its scopes, and sees a broken audit', async (t) => {
    const bot = await startBot(t)
    const { botToken, appToken, apiUrl, signingSecret } = bot.credentials
    const standing = await askState({ botToken, appToken, apiUrl, signingSecret })
    assert.deepEqual([standing.missing, standing.socket], [[], 'opens a socket'])
    const samples = await askSamples({ botToken, apiUrl })
    assert.deepEqual(samples.refused, [])
    assert.ok(samples.asked > 20)
    await assert.rejects(askState({ botToken: 'xoxb-wrong', apiUrl }), /invalid_auth|not_authed/)
    await bot.app.db.transaction((tx) =>
      addAudit(tx, { at: new Date(), actor: { id: 'U1', surface: 'cli' }, action: 'test.done', target: 'x' }),
    )
    const states = async () =>
      Object.fromEntries((await databaseFindings(bot.app.db)).map(({ check, state }) => [check, state]))
    assert.deepEqual(new Set(Object.values(await states())), new Set(['ok']))
    await bot.app.db.prisma.$executeRawUnsafe('ALTER TABLE audit DISABLE TRIGGER USER')
    await bot.app.db.prisma.$executeRawUnsafe(`UPDATE audit SET actor = 'U2'`)
    assert.equal((await states())['audit'], 'fail')
  })

  test('names a target whose circuit is open, with until when, and nothing once it is tried again', async (t) => {
    const bot = await startBot(t)
    const { db } = bot.app
    const targets = async () => (await databaseFindings(db)).find(({ check }) => check === 'targets')
    await openCircuit(db.prisma, { target: 'erp.example.com', shown: 'erp.example.com' }, 60_000)
    const found = await targets()
    assert.equal(found?.state, 'warn')
    assert.match(
      found?.detail ?? '',
      /^circuit open for erp\.example\.com, paused until \w+, .*:\d\d:\d\d [AP]M UTC$/,
    )
    await closeCircuit(db.prisma, 'erp.example.com')
    assert.deepEqual(await targets(), { check: 'targets', state: 'ok', detail: 'all healthy' })
  })

  test('names the channels that Slack does not show and those the bot is not in, and joins these', async (t) => {
    const bot = await startBot(t)
    const { botToken, apiUrl } = bot.credentials
    const ask = (isToFix = false) => channelsFinding(bot.app.db, { botToken, apiUrl }, isToFix)
    await bot.control.channel({ name: 'strangers', members: ['@ada'] })
    await bot.publish({ here: flow('here', '#ops-exceptions') })
    assert.deepEqual(await ask(), { check: 'channels', state: 'ok', detail: 'the bot is in all 1' })
    await bot.publish({ there: flow('there', '#strangers'), nowhere: flow('nowhere', '#no-such') })
    assert.deepEqual(await ask(), {
      check: 'channels',
      state: 'warn',
      detail:
        'not found in Slack: #no-such; not in #strangers: run signalbox doctor --fix to join, or /invite the bot',
    })
    await bot.control.fault({ kind: 'refused', method: 'conversations.join', error: 'too_many_members' })
    assert.equal(
      (await ask(true))?.detail,
      "not found in Slack: #no-such; can't join #strangers (too_many_members): /invite the bot there",
    )
    await bot.control['clear-faults']({})
    assert.equal((await ask(true))?.detail, 'not found in Slack: #no-such')
    await bot.control.channel({ channel: '#strangers', isArchived: true })
    assert.equal((await ask(true))?.detail, 'not found in Slack: #no-such; archived: #strangers')
  })
})

describe('backup and restore of the embedded database', () => {
  test('bring everything back, refuse while it is in use, over another database, and what is no backup', async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'signalbox-backup-'))
    t.after(() => rm(dir, { recursive: true, force: true }))
    const [from, to, file] = [join(dir, 'from'), join(dir, 'to'), join(dir, 'copy.tar.gz')]
    const db = await openDatabase({ databaseUrl: undefined, dataDir: from })
    await db.migrate()
    const entry = {
      at: new Date(),
      actor: { id: 'U1', surface: 'cli' },
      action: 'test.done',
      target: 'x',
    } as const
    for (let n = 0; n < 3; n += 1) await db.transaction((tx) => addAudit(tx, entry))
    const { head } = await verifyChain(db.prisma)
    writeFileSync(join(dir, 'no-backup.tar.gz'), 'not a backup')
    await db.close()

    assert.ok((await backupEmbedded(from, file)) > 0)
    await assert.rejects(restoreEmbedded(from, file), /already holds a database/)
    await assert.rejects(restoreEmbedded(to, join(dir, 'no-backup.tar.gz')))
    await restoreEmbedded(to, file)
    const again = await openDatabase({ databaseUrl: undefined, dataDir: to })
    t.after(() => again.close())
    assert.deepEqual(await again.migrate(), [])
    const check = await verifyChain(again.prisma, head ? [head.hash] : [])
    assert.deepEqual([check.fault, check.rows], [undefined, 3n])
    // It is open here, as if a bot ran on it.
    await assert.rejects(backupEmbedded(to, join(dir, 'other.tar.gz')), FolderHeldError)
  })
})
