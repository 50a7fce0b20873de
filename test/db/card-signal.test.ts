import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { test } from 'node:test'
import { hearCardsChanged, sayCardsChanged } from '../../src/db/cards/card-signal.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { isOnServer, testDatabase } from '../database.ts'

const skip = isOnServer() ? false : 'an embedded database has one process'

test(
  'a notifier hears from another process of a changed card, also after its connection broke',
  { skip },
  async (t) => {
    const { options } = await testDatabase(t)
    const db = await openDatabase(options)
    const signals = new EventEmitter()
    const next = () => once(signals, 'heard')
    const listening = next()
    assert.ok(db.listen)
    const signal = await hearCardsChanged(db.listen, () => signals.emit('heard'))
    await listening
    const told = next()
    await sayCardsChanged(db.prisma)
    await told
    const back = next()
    const killed = await db.prisma.$queryRaw<{ ended: boolean }[]>`
    SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
    WHERE application_name = 'signalbox-listen' AND datname = current_database()`
    assert.deepEqual(killed, [{ ended: true }])
    await back
    const again = next()
    await sayCardsChanged(db.prisma)
    await again
    await signal.close()
    await db.close()
  },
)
