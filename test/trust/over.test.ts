// What is over stays as it was: triggers refuse to change it, and what the owner of the tables changes past them is found.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { finishAttempts, forgetAttempts } from '../../src/db/runs/attempts.ts'
import { newId } from '../../src/db/store/ids.ts'
import { verifyChain } from '../../src/db/audit/audit-chain.ts'
import type { Tx } from '../../src/db/store/open.ts'
import { type Bot, startBot } from '../bot.ts'
import { startTarget } from '../target.ts'
import { changesOfWhatIsOver, makeOver, type Over } from './over.ts'

const gone = (run: string) => ({ kind: 'attempts_removed', run })
/** A try as it stands after its start; those before it were given up. */
async function start(tx: Tx, runId: string): Promise<{ id: string }> {
  const ofStep = { runId, step: 7 }
  await tx.attempt.updateMany({
    where: { ...ofStep, state: 'started' },
    data: { state: 'failed', error: 'no answer was recorded: the process stopped', finishedAt: new Date() },
  })
  const number = (await tx.attempt.count({ where: ofStep })) + 1
  const what = { action: 'pay', target: 'x', idempotencyKey: 'k', request: { a: 1 } }
  return tx.attempt.create({ data: { id: newId('att'), ...ofStep, number, ...what, startedAt: new Date() } })
}

describe('what is over', () => {
  const cleaning: (() => Promise<void>)[] = []
  let bot: Bot
  let over: Over
  before(async () => {
    const later = { after: (clean: () => Promise<void>) => void cleaning.unshift(clean) }
    const target = await startTarget(later)
    // No scheduler: nothing prunes or folds between two lines.
    bot = await startBot(later, {
      env: { ALLOW_PRIVATE_TARGETS: '127.0.0.1' },
      roles: ['web', 'worker', 'notifier'],
    })
    over = await makeOver(bot, target)
  })
  after(async () => {
    for (const clean of cleaning) await clean()
  })

  /** Does this in a transaction, looks, and puts all back. */
  const tried = async <Found>(act: (tx: Tx) => Promise<Found>): Promise<Found> => {
    const putBack = new Error('put back')
    let found: { is: Found } | undefined
    await bot.app.db
      .transaction(async (tx) => {
        found = { is: await act(tx) }
        throw putBack
      })
      .catch((error: unknown) => {
        if (error !== putBack) throw error
      })
    assert.ok(found)
    return found.is
  }
  /** Past the triggers, as the owner of the tables can. */
  const tampered = (...statements: string[]) =>
    tried(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      for (const statement of statements) assert.ok((await tx.$executeRawUnsafe(statement)) > 0, statement)
      return (await verifyChain(tx)).fault
    })

  for (const statement of changesOfWhatIsOver) {
    test(`is not changed by ${statement}`, async () => {
      const refused = /never (changed|deleted|count)/
      await assert.rejects(bot.app.db.prisma.$executeRawUnsafe(statement), refused)
      await assert.rejects(
        tried(async (tx) => {
          await tx.$executeRaw`SELECT set_config('signalbox.erasing', 'on', true)`
          await tx.$executeRawUnsafe(statement)
        }),
        refused,
      )
    })
  }

  test('holds together as the bot left it', async () => {
    assert.equal((await verifyChain(bot.app.db.prisma)).fault, undefined)
  })

  const emptied: [run: keyof Over, part: string, statement: (run: string) => string][] = [
    ['approved', 'records', (run) => `UPDATE record SET fields = '{}' WHERE run_id = '${run}'`],
    ['approved', 'records', (run) => `UPDATE record SET sources = '{}' WHERE run_id = '${run}'`],
    ['fixed', 'records', (run) => `UPDATE record SET corrections = '{}' WHERE run_id = '${run}'`],
    ['fixed', 'records', (run) => `UPDATE exception SET detail = '' WHERE run_id = '${run}'`],
    ['refused', 'records', (run) => `UPDATE exception SET data = '{}' WHERE run_id = '${run}'`],
    ['approved', 'records', (run) => `UPDATE exception SET resolved_note = NULL WHERE run_id = '${run}'`],
    ['fixed', 'records', (run) => `UPDATE outcome SET note = NULL WHERE run_id = '${run}'`],
    ['approved', 'attempts', (run) => `UPDATE attempt SET request = '{}' WHERE run_id = '${run}'`],
    ['approved', 'attempts', (run) => `UPDATE attempt SET answer = NULL WHERE run_id = '${run}'`],
    ['refused', 'attempts', (run) => `UPDATE attempt SET error = NULL WHERE run_id = '${run}'`],
  ]
  for (const [run, part, statement] of emptied) {
    test(`is missed when it is gone without a row that says so: ${statement('…')}`, async () => {
      assert.deepEqual(await tampered(statement(over[run])), { kind: 'emptied', run: over[run], part })
    })
  }

  test('is missed when attempts are deleted, by the steps behind the run or by what its exception heard', async () => {
    const { approved, refused } = over
    assert.deepEqual(await tampered(`DELETE FROM attempt WHERE run_id = '${approved}'`), gone(approved))
    assert.deepEqual(
      await tampered(`DELETE FROM attempt WHERE run_id = '${approved}' AND step = 0`),
      gone(approved),
    )
    assert.deepEqual(await tampered(`DELETE FROM attempt WHERE run_id = '${refused}'`), gone(refused))
    assert.deepEqual(
      await tampered(
        `INSERT INTO attempt (id, run_id, step, number, action, target, idempotency_key, request, state, error, started_at)
         SELECT 'att_2', run_id, step, 2, action, target, idempotency_key, request, state, error, started_at
         FROM attempt WHERE run_id = '${refused}'`,
        `DELETE FROM attempt WHERE run_id = '${refused}' AND number = 1`,
      ),
      gone(refused),
    )
  })

  for (const set of [
    `resolved_by = 'U1'`,
    `resolved_as = 'retried'`,
    `resolved_at = resolved_at - interval '1 day'`,
  ]) {
    test(`is found when a resolution says something else than the audit: ${set}`, async () => {
      const { id } = await bot.app.db.prisma.exception.findFirstOrThrow({
        where: { runId: over.approved },
        select: { id: true },
      })
      assert.deepEqual(await tampered(`UPDATE exception SET ${set} WHERE id = '${id}'`), {
        kind: 'resolved_otherwise',
        exception: id,
      })
    })
  }

  test('an answer that comes after its try was given up is kept, and stands from then on', async () => {
    await tried(async (tx) => {
      const { id } = await start(tx, over.approved)
      await start(tx, over.approved)
      await finishAttempts(tx, [{ id, state: 'done', status: 200, answer: 'late', at: new Date() }])
      const kept = await tx.attempt.findUniqueOrThrow({ where: { id } })
      assert.deepEqual([kept.state, kept.answer], ['done', 'late'])
    })
    await assert.rejects(
      tried(async (tx) => {
        const { id } = await start(tx, over.approved)
        await finishAttempts(tx, [{ id, state: 'failed', error: 'no route to host', at: new Date() }])
        await finishAttempts(tx, [{ id, state: 'done', status: 200, answer: 'made up', at: new Date() }])
      }),
      /never changed/,
    )
  })

  test('a try that was called off is forgotten while its run is on its way, and not after', async () => {
    const { body } = await bot.send('payouts', { id: 'p-9', amount: 9 })
    await bot.untilIdle()
    const left = (runId: string) =>
      tried(async (tx) => {
        const { id } = await start(tx, runId)
        await forgetAttempts(tx, [id])
        return tx.attempt.count({ where: { id } })
      })
    assert.deepEqual([await left(body.run), await left(over.approved)], [0, 1])
    await assert.rejects(
      tried(async (tx) => {
        const { id } = await start(tx, over.approved)
        await tx.attempt.delete({ where: { id } })
      }),
      /never deleted/,
    )
  })
})
