// How a start that fails ends for the person who asked for it: a sentence and an exit code, never the source of a library.
import { type CommandEnd, didNotHold, noDatabase } from './cli/exit.ts'
import { ConfigError, tellsAll } from './config.ts'
import { databaseProblem, saidOf } from './db/store/database-problem.ts'
import { FolderHeldError } from './db/store/folder-lock.ts'
import { MigrationHeldError } from './db/migrations/patience.ts'
import { FolderNotOursError } from './db/store/private-folder.ts'
import { pathProblem } from './domain/text/path-problem.ts'
import { LocalSlackError } from './local-slack-process.ts'

const OURS = [ConfigError, FolderHeldError, FolderNotOursError, LocalSlackError, MigrationHeldError]

const ownSentence = (error: unknown): string | undefined => {
  if (OURS.some((kind) => error instanceof kind)) return (error as Error).message
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string
    port?: number
  }
  if (code === 'EADDRINUSE') return `Port ${port} is in use: stop what listens there, or set PORT to another.`
  if (code === 'EADDRNOTAVAIL')
    return `HOST ${address} is no address of this machine: set HOST to one that is, like 127.0.0.1.`
  if (code === 'EACCES' && syscall === 'listen')
    return `Port ${port} may not be used by this user: set PORT to one from 1024 on.`
  return undefined
}

/** Of what nobody foresaw: its message, and where it arose for whoever asks for that. */
const unforeseen = (error: unknown): string => {
  const said = saidOf(error).replace(/[.\s]+$/, '')
  if (!tellsAll()) return `The start failed: ${said}. LOG_LEVEL=debug says where.`
  return `The start failed: ${said}.\n${error instanceof Error ? error.stack : String(error)}`
}

export function startProblem(error: unknown): CommandEnd {
  const sentence = ownSentence(error)
  const database = sentence === undefined ? databaseProblem(error) : undefined
  if (database !== undefined) return noDatabase(database)
  return didNotHold(sentence ?? pathProblem(error) ?? unforeseen(error))
}
