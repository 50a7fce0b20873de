// signalbox digest: as a process of its own, and its formats.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { csvText } from '../../src/cli/text/csv-text.ts'
import { digestCsv, digestPlain, listCsv } from '../../src/cli/text/digest-formats.ts'
import { digestHtml } from '../../src/cli/text/digest-html.ts'
import { type DigestRead, readDigest } from '../../src/db/digest/digest-figures.ts'
import { type DigestListRow, readDigestList } from '../../src/db/digest/digest-list-rows.ts'
import { openDatabase } from '../../src/db/store/open.ts'
import { digestText } from '../../src/domain/digest/digest-text.ts'
import { windowLabel, windowNamed, windowOf } from '../../src/domain/digest/digest-window.ts'
import { validateBlocks } from '../../src/local-slack/block-kit/index.ts'
import { submitDigest } from '../../src/pipeline/digest/submit.ts'
import { digestCard } from '../../src/slack/cards/digest-card.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { type RunHistory, writeHistory, writeLate, writeWorkflows } from './history.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')
const HOUR = 3_600_000
const week = windowNamed('2026-W40', 'UTC') ?? assert.fail()
const run: RunHistory = {
  workflow: 'orders',
  offsetMs: HOUR,
  stops: [],
  endedAfterMs: HOUR,
  kind: 'achieved',
}
const histories: RunHistory[] = [run, { ...run, workflow: 'leads' }, { ...run, kind: 'failed' }]

let on: TestDatabase
let read: DigestRead
let erred: DigestListRow[]
before(async () => {
  on = await testDatabase()
  const db = await openDatabase(on.options)
  await writeWorkflows(db)
  const evil = { title: '=<script>alert(1)</script>,"' }
  await db.prisma.workflow.update({ where: { key: 'orders' }, data: evil })
  await db.prisma.workflow.update({ where: { key: 'leads' }, data: { team: 'sales' } })
  await writeHistory(db, histories, { start: week.start, until: new Date('2030-01-01') })
  const deps = { db, clock: () => new Date('2026-10-05T09:00:00Z'), cardsChanged: () => {} }
  await submitDigest(deps, { name: 'weekly', window: week, channel: '#leadership', by: 'schedule' })
  await writeLate(db, 'leads', new Date(week.end.getTime() - 1))
  read = await readDigest(db, week, new Date('2026-10-06T09:00:00Z'))
  erred = (await readDigestList(db.prisma, { ...week, list: 'erred', most: 100 })).rows
  await db.close()
})
after(() => on.remove())

const signalbox = (...words: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...on.env }
    execFile(process.execPath, [MAIN, ...words], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })

const records = (csv: string) => parse(csv, { columns: true }) as Record<string, string>[]

describe('signalbox digest', () => {
  test('prints a week as it was kept, and what came to light since', async () => {
    const { code, out } = await signalbox('digest', '--week', '2026-W40')
    assert.equal(code, 0)
    assert.match(out, /Weekly digest, 28 Sep – 4 Oct 2026 \(2026-W40, UTC\)/)
    assert.match(out, /3 received: 3 completed, 0 need attention\./)
    assert.match(out, /Corrections since this was first posted\nreceived: 3 corrected to 4/)
    assert.equal(out, `${digestPlain(digestText(read.figures, week))}\n`)
  })

  test('counts the workflows of one team, and names the teams there are where it is none', async () => {
    const { code, out } = await signalbox('digest', '--week', '2026-W40', '--team', 'sales')
    assert.equal(code, 0)
    assert.match(out, /Weekly digest of sales, /)
    assert.match(out, /2 received: 1 completed, 0 need attention, 1 running\./)
    const list = await signalbox(
      'digest',
      '--week',
      '2026-W40',
      '--team',
      'sales',
      '--list',
      'accepted',
      '--json',
    )
    const rows = JSON.parse(list.out) as { workflow: string }[]
    assert.deepEqual(
      rows.map(({ workflow }) => workflow),
      ['leads', 'leads'],
    )
    const wrong = await signalbox('digest', '--team', 'salse')
    assert.equal(wrong.code, 2)
    assert.match(wrong.err, /No workflow belongs to the team salse \(did you mean sales\?\)/)
  })

  test('calls a week that has not ended so', async () => {
    const label = windowLabel(windowOf(new Date(), 'UTC'))
    const as = async (format: string) => (await signalbox('digest', '--week', label, '--format', format)).out
    assert.match(await as('text'), /^.*This week so far, /)
    assert.match(await as('html'), /<h1>This week so far<\/h1>/)
    assert.equal(JSON.parse(await as('json')).isSoFar, true)
  })

  test('says what is wrong with a week that no calendar has', async () => {
    const { code, err } = await signalbox('digest', '--week', '2025-W53')
    assert.equal(code, 2)
    assert.match(err, /2025-W53 isn't a week or a day/)
  })
})

describe('a digest in a file', () => {
  test('as CSV has the figures of everything and of each workflow', () => {
    const [all, ...each] = records(digestCsv(read.figures))
    assert.deepEqual([all?.['accepted'], all?.['failed'], all?.['erred']], ['3', '1', '1'])
    assert.deepEqual(
      each.map(({ workflow, accepted }) => [workflow, accepted]),
      [
        ['idle', '0'],
        ['leads', '1'],
        ['orders', '2'],
        ['refunds', '0'],
      ],
    )
  })

  test('as the CSV of a list holds what the number counts', () => {
    assert.deepEqual(
      records(listCsv(erred)).map(({ run: id, what, took_ms: took }) => [id, what, took]),
      [['run_002', 'failed', String(HOUR)]],
    )
  })

  test('as CSV is no formula in a spreadsheet', () => {
    assert.equal(csvText([['=1+1', '@x', '-2', 'a,"b"', -2, null]]), `'=1+1,'@x,'-2,"a,""b""",-2,`)
  })

  test('as HTML has no markup from a name, and as blocks is taken by Slack', () => {
    const html = digestHtml(digestText(read.figures, week))
    assert.match(html, /^<!doctype html>/)
    assert.ok(!html.includes('<script'))
    assert.match(html, /&lt;script&gt;/)
    const row = { id: 'dig_1', windowStart: week.start, windowEnd: week.end, figures: read.figures }
    assert.deepEqual(validateBlocks(digestCard(row).blocks, 'message'), [])
  })
})
