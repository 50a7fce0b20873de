// signalbox completion: what a shell needs to complete commands, options and keys of workflows.
import { Argument, type Command } from 'commander'
import { bashScript, fishScript, zshScript } from '../../completion/scripts.ts'
import { placesOf } from '../../completion/spec.ts'
import { loadCalled, makeProgram } from '../../program.ts'
import { subcommands } from '../../subcommands.ts'

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }
type Shell = keyof typeof scripts

async function scriptOf(shell: Shell): Promise<string> {
  const program = makeProgram('')
  for (const { name } of subcommands) await loadCalled(program, [name])
  return scripts[shell](placesOf(program))
}

export function addCompletion(command: Command): void {
  command
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      `
Completes commands, options, their values, and the workflows of WORKFLOWS_DIR (default: workflows). Needs no database.

Examples:
  $ eval "$(signalbox completion bash)"         in ~/.bashrc
  $ source <(signalbox completion zsh)          in ~/.zshrc, after compinit
  $ signalbox completion fish | source          in ~/.config/fish/config.fish`,
    )
    .action(async (shell: Shell) => {
      process.stdout.write(await scriptOf(shell))
    })
}
