// The signalbox command: its subcommands, and how its errors become messages and exit codes.
import { Command, CommanderError } from 'commander'
import { ConfigError } from '../config.ts'
import { pathProblem } from '../domain/path-problem.ts'
import { addApply } from './commands/apply.ts'
import { addAudit } from './commands/audit.ts'
import { addBackup, addRestore } from './commands/backup.ts'
import { addCheck } from './commands/check.ts'
import { addDigest } from './commands/digest.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExplain } from './commands/explain.ts'
import { addExport } from './commands/export.ts'
import { addLedger } from './commands/ledger.ts'
import { addList } from './commands/list.ts'
import { addNew } from './commands/new.ts'
import { addPause, addResume } from './commands/pause.ts'
import { addDrain } from './commands/drain.ts'
import { addErase } from './commands/erase.ts'
import { addPlan } from './commands/plan.ts'
import { addPrune } from './commands/prune.ts'
import { addReveal } from './commands/reveal.ts'
import { addReplay } from './commands/replay.ts'
import { addSchema } from './commands/schema.ts'
import { addSend } from './commands/send.ts'
import { addRetry, addSettle } from './commands/settle.ts'
import { addRollback } from './commands/rollback.ts'
import { addShadow } from './commands/shadow.ts'
import { addSimulate } from './commands/simulate.ts'
import { addStart } from './commands/start.ts'
import { addStatus } from './commands/status.ts'
import { addTable } from './commands/table.ts'
import { addVersions } from './commands/versions.ts'
import { CommandEnd, exitCodes } from './exit.ts'
import { printable } from './output.ts'

const commands = [
  addStart,
  addSend,
  addNew,
  addCheck,
  addPlan,
  addSimulate,
  addShadow,
  addApply,
  addVersions,
  addRollback,
  addList,
  addStatus,
  addExplain,
  addSettle,
  addRetry,
  addLedger,
  addDigest,
  addExport,
  addSchema,
  addAudit,
  addDoctor,
  addBackup,
  addRestore,
  addTable,
  addPause,
  addResume,
  addDrain,
  addReveal,
  addPrune,
  addErase,
  addReplay,
]

export function makeProgram(version: string): Command {
  const program = new Command('signalbox')
    .description('A Slack-first operations bot: events in, rules decide, people settle the exceptions.')
    .version(version)
    .showHelpAfterError('(signalbox --help shows what there is)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Exit codes: 0 ok, 1 what was asked did not hold, 2 wrong usage, 3 the database cannot be reached.
Configured by environment variables alone (.env.example lists them). Works while the bot runs and when it does not.`,
    )
  for (const add of commands) add(program)
  // Subcommands do not take this over by themselves once they exist.
  for (const command of program.commands)
    command.exitOverride().showHelpAfterError(`(signalbox ${command.name()} --help shows examples)`)
  return program
}

/** Runs one command line; resolves with its exit code. A bug of ours is thrown on. */
export async function runCommand(program: Command, words: string[]): Promise<number> {
  try {
    await program.parseAsync(words, { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    // Commander has printed its own message already; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUsage
    if (error instanceof CommandEnd) {
      process.stderr.write(`${printable(error.message)}\n`)
      return error.code
    }
    if (error instanceof ConfigError) {
      process.stderr.write(`${printable(error.message)}\n`)
      return exitCodes.wrongUsage
    }
    const problem = pathProblem(error)
    if (problem === undefined) throw error
    process.stderr.write(`${printable(problem)}\n`)
    return exitCodes.didNotHold
  }
}
