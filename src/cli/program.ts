// The signalbox command: what it says of its subcommands, and how its errors become messages and exit codes.
import { Command, CommanderError, Help } from 'commander'
import { ConfigError } from '../domain/config-error.ts'
import { pathProblem } from '../domain/text/path-problem.ts'
import { CommandEnd, exitCodes } from './exit.ts'
import { printable } from './text/printable.ts'
import { subcommands } from './subcommands.ts'

const usual = new Help()
/** For a command that is not loaded, what its line in the help would say if it were. */
const taken = new Map(subcommands.map(({ name, takes }) => [name, `${name} ${takes}`.trimEnd()]))

export function makeProgram(version: string): Command {
  const program: Command = new Command('signalbox')
    .description('A Slack-first operations bot: events in, rules decide, people resolve the exceptions.')
    .version(version)
    .showHelpAfterError('(signalbox --help lists the commands)')
    .exitOverride()
    // Behind a command, `--version` is the command's own: `replay 1042 --version original`.
    .enablePositionalOptions()
    .configureHelp({
      subcommandTerm: (command) =>
        (command.parent === program ? taken.get(command.name()) : undefined) ?? usual.subcommandTerm(command),
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 ok, 1 the check or command failed, 2 wrong usage, 3 the database can't be reached.
Configured by environment variables alone (.env.example lists them). Works whether or not the bot is running.`,
    )
  for (const { name, does } of subcommands) program.command(name).description(does)
  return program
}

/** Loads the command that is called, or asked about: `status 1042`, `help status`. */
export async function loadCalled(program: Command, words: string[]): Promise<void> {
  const [first, second] = words.filter((word) => !word.startsWith('-'))
  const name = first === 'help' ? second : first
  const command = program.commands.find((one) => one.name() === name)
  const add = await subcommands.find((one) => one.name === name)?.load()
  if (!command || !add) return
  add(command)
  command.showHelpAfterError(`(signalbox ${command.name()} --help shows examples)`)
}

/** Runs one command line; resolves with its exit code. A bug of ours is thrown on. */
export async function runCommand(program: Command, words: string[]): Promise<number> {
  try {
    await loadCalled(program, words)
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
