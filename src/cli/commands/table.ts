// signalbox table: reference tables that lookups read.
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { listTables } from '../../db/lookup-tables.ts'
import { importTable } from '../../pipeline/enrich/import-table.ts'
import { withDatabase } from '../database.ts'
import { didNotHold, wrongUsage } from '../exit.ts'
import { actorOf } from '../login.ts'
import { good, moment, print, printJson, tableText } from '../output.ts'

interface ImportOptions {
  key: string
  asOf?: string
  json?: boolean
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw wrongUsage(`${file} cannot be read: ${(error as Error).message}`)
  }
}

async function importFile(name: string, file: string, { key, asOf, json }: ImportOptions): Promise<void> {
  const at = new Date()
  const of = asOf === undefined ? at : new Date(asOf)
  if (Number.isNaN(of.getTime())) throw wrongUsage(`--as-of ${asOf}: write a date like 2026-01-31`)
  const csv = await textOf(file)
  const answer = await withDatabase((db) =>
    importTable(db, { name, csv, keyColumn: key, asOf: of, at, actor: actorOf() }),
  )
  if (json) printJson(answer)
  if (answer.kind === 'wrong') throw didNotHold(`Nothing was imported:\n  ${answer.problems.join('\n  ')}`)
  if (!json) print(good(`${name}: version ${answer.version} with ${answer.rows} rows`))
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const tables = await withDatabase(({ prisma }) => listTables(prisma))
  if (json) return printJson({ tables })
  if (tables.length === 0)
    return print('No table is imported yet: signalbox table import <name> <file.csv> --key <column>')
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

export function addTable(program: Command): void {
  const table = program.command('table').description('reference tables that workflows look things up in')
  table
    .command('import')
    .description('import a CSV file as the next version of a table')
    .argument('<name>', 'what `lookup:` in a workflow calls it')
    .argument('<file>', 'CSV with a line of column names')
    .requiredOption('--key <column>', 'the column that rows are found by')
    .option('--as-of <date>', 'the date of what is in the file (default: now); max_age counts from it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nAll rows or none. Cells are text; empty ones are absent.\n\nExamples:\n  $ signalbox table import customers crm.csv --key id',
    )
    .action(importFile)
  table.command('list').description('the tables that count now').option('--json', 'print JSON').action(list)
  for (const command of table.commands) command.exitOverride()
}
