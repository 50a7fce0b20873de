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
  if (databaseUrl) throw didNotHold(`DATABASE_URL is set: this is PostgreSQL's to do. ${instead}`)
  return dataDir
}

const whileItRuns = (error: unknown): never => {
  if (!(error instanceof FolderHeldError)) throw error
  throw didNotHold(`${error.message}\nWhat it does meanwhile would be missing from the copy.`)
}

export function addBackup(command: Command): void {
  command
    .argument('<file>', 'file to write; it must not be there yet')
    .addHelpText('after', '\nExamples:\n  $ signalbox backup monday.tar.gz')
    .action(async (file: string) => {
      const dir = embeddedFolder('pg_dump --format=custom makes a consistent copy while the bot runs.')
      if (!isThere(dir)) throw noDatabase(`There is no embedded database in ${dir}.`)
      if (existsSync(file)) throw didNotHold(`${file} is there already; name another file.`)
      const bytes = await backupEmbedded(dir, file).catch(whileItRuns)
      print(good(`${file} holds the database (${(bytes / 1024 / 1024).toFixed(1)} MiB).`))
    })
}

export function addRestore(command: Command): void {
  command
    .argument('<file>', 'a file that signalbox backup wrote')
    .addHelpText(
      'after',
      `
Slack is not restored: cards posted after the backup stay there, and their buttons answer that they are out of date.

Examples:
  $ DATA_DIR=restored signalbox restore monday.tar.gz`,
    )
    .action(async (file: string) => {
      const dir = embeddedFolder('pg_restore puts it back.')
      if (!existsSync(file)) throw didNotHold(`There is no file ${file}.`)
      if (isThere(dir))
        throw didNotHold(`${dir} holds a database already: name another folder with DATA_DIR.`)
      try {
        await restoreEmbedded(dir, file)
      } catch (error) {
        if (error instanceof FolderHeldError) whileItRuns(error)
        throw didNotHold(`${file} could not be restored: ${(error as Error).message}`)
      }
      print(good(`${dir} holds the database of ${file}.`))
    })
}
