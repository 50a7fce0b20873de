// signalbox table: reference tables that lookups read.
import { readFile, stat } from 'node:fs/promises'
import { Presets, SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import { listTables } from '../../../db/lookups/lookup-tables.ts'
import { counted } from '../../../domain/text/counted.ts'
import { type Imported, importTable } from '../../../pipeline/enrich/import-table.ts'
import { withDatabase } from '../../database.ts'
import { CommandEnd, didNotHold, wrongUsage } from '../../exit.ts'
import { actorOf } from '../../login.ts'
import { good, print, printJson, tableText } from '../../text/output.ts'
import { moment } from '../../text/times.ts'

interface ImportOptions {
  key: string
  asOf?: string
  json?: boolean
}

const MOST_BYTES = 100 * 1024 * 1024
/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED = 130

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    if ((await stat(file)).size <= MOST_BYTES) return await readFile(file)
  } catch (error) {
    throw wrongUsage(`${file} can't be read: ${(error as Error).message}`)
  }
  throw wrongUsage(`${file} is larger than 100 MB.`)
}

/** Why nothing was imported; undefined: it was. */
function failure(name: string, answer: Imported): CommandEnd | undefined {
  switch (answer.kind) {
    case 'imported':
      return undefined
    case 'wrong':
      return didNotHold(`Nothing was imported:\n  ${answer.problems.join('\n  ')}`)
    case 'busy': {
      const { running } = answer
      const by = running ? ` by ${running.startedBy} since ${moment(running.startedAt)}` : ''
      const done = running ? ` (${running.written} of ${counted(running.rows, 'row')})` : ''
      return didNotHold(
        `Nothing was imported: ${name} is being imported${by}${done}. Try again when that is done, or after 30 s if it was killed.`,
      )
    }
    case 'overtaken':
      return didNotHold(
        `Nothing was imported: this import made no progress for over 30 s, and another took over. Try again.`,
      )
    case 'stopped':
      return new CommandEnd(INTERRUPTED, 'Stopped: nothing was imported.')
  }
}

/** Ctrl-C and SIGTERM end what `work` does in order. */
async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
  try {
    return await work(stopping.signal)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
  }
}

async function importFile(name: string, file: string, { key, asOf, json }: ImportOptions): Promise<void> {
  const at = new Date()
  const of = asOf === undefined ? at : new Date(asOf)
  if (Number.isNaN(of.getTime())) throw wrongUsage(`--as-of must be a date like 2026-01-31, got "${asOf}".`)
  const csv = await bytesOf(file)
  // Draws on stderr, and only where that is a terminal.
  const bar = new SingleBar(
    { format: `${name}  {bar}  {value} of {total} rows`, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  )
  const onWritten = (written: number, rows: number) => {
    if (!bar.isActive) bar.start(rows, 0)
    bar.update(written)
  }
  const given = { name, csv, keyColumn: key, asOf: of, at, actor: actorOf(), onWritten }
  const answer = await stoppable((signal) =>
    withDatabase((db) => importTable(db, { ...given, signal })),
  ).finally(() => bar.stop())
  if (json) printJson(answer)
  const failed = failure(name, answer)
  if (failed) throw failed
  if (!json && answer.kind === 'imported')
    print(good(`${name}: version ${answer.version} with ${counted(answer.rows, 'row')}`))
}
async function list({ json }: { json?: boolean }): Promise<void> {
  const tables = await withDatabase(({ prisma }) => listTables(prisma))
  if (json) return printJson({ tables })
  if (tables.length === 0)
    return print('No tables yet. Import one: signalbox table import <name> <file.csv> --key <column>')
  const rows = tables.map((one) => [
    one.name,
    one.version,
    one.rows,
    one.keyColumn,
    moment(one.asOf),
    one.importedBy,
  ])
  print(tableText(['TABLE', 'VERSION', 'ROWS', 'KEY', 'AS OF', 'IMPORTED BY'], rows))
}

export function addTable(table: Command): void {
  table
    .command('import')
    .description('import a CSV file as the new version of a table')
    .argument('<name>', 'its name under `lookup:` in workflows')
    .argument('<file>', 'CSV file with column names in the first line')
    .requiredOption('--key <column>', 'column that rows are looked up by')
    .option('--as-of <date>', 'date of the data (default: now); max_age counts from it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
All rows or none: lookups use the previous version until the import is complete. Cells are text, empty cells are absent.
UTF-8, commas, up to 200,000 rows.

Examples:
  $ signalbox table import customers crm.csv --key id`,
    )
    .action(importFile)
  table.command('list').description('list the current tables').option('--json', 'print JSON').action(list)
  for (const command of table.commands) command.exitOverride()
}
