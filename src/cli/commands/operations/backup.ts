// signalbox backup and restore: the embedded database as one file.
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { readConfig } from '../../../config.ts'
import { backupEmbedded, restoreEmbedded } from '../../../db/store/backup.ts'
import { FolderHeldError } from '../../../db/store/folder-lock.ts'
import { isThere } from '../../../db/store/pgdata.ts'
import { didNotHold, noDatabase } from '../../exit.ts'
import { good, print } from '../../text/output.ts'

/** The folder of the embedded database; ends the command where PostgreSQL is used. */
function embeddedFolder(instead: string): string {
  const { databaseUrl, dataDir } = readConfig()
  if (databaseUrl) throw didNotHold(`DATABASE_URL is set: use PostgreSQL's own tools. ${instead}`)
  return dataDir
}

const whileItRuns = (error: unknown): never => {
  if (!(error instanceof FolderHeldError)) throw error
  throw didNotHold(`${error.message}\nChanges made while copying would be missing from the copy.`)
}

export function addBackup(command: Command): void {
  command
    .argument('<file>', 'file to write; must not exist yet')
    .addHelpText('after', '\nExamples:\n  $ signalbox backup monday.tar.gz')
    .action(async (file: string) => {
      const dir = embeddedFolder('pg_dump --format=custom makes a consistent copy while the bot runs.')
      if (!isThere(dir)) throw noDatabase(`There is no embedded database in ${dir}.`)
      if (existsSync(file)) throw didNotHold(`${file} already exists. Name another file.`)
      const bytes = await backupEmbedded(dir, file).catch(whileItRuns)
      print(good(`Wrote the database to ${file} (${(bytes / 1024 / 1024).toFixed(1)} MiB).`))
    })
}

export function addRestore(command: Command): void {
  command
    .argument('<file>', 'file written by signalbox backup')
    .addHelpText(
      'after',
      `
Slack isn't restored: cards posted after the backup stay there, and their buttons say that they are outdated.

Examples:
  $ DATA_DIR=restored signalbox restore monday.tar.gz`,
    )
    .action(async (file: string) => {
      const dir = embeddedFolder('pg_restore restores it.')
      if (!existsSync(file)) throw didNotHold(`There is no file ${file}.`)
      if (isThere(dir))
        throw didNotHold(`${dir} already holds a database. Name another folder with DATA_DIR.`)
      try {
        await restoreEmbedded(dir, file)
      } catch (error) {
        if (error instanceof FolderHeldError) whileItRuns(error)
        throw didNotHold(`${file} couldn't be restored: ${(error as Error).message}`)
      }
      print(good(`Restored ${file} into ${dir}.`))
    })
}
