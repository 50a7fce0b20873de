// What a subcommand of /workflow is.
import type { CommandHelp } from '../answers/help.ts'
import type { CommandWords } from '../command-words.ts'
import type { SlackDeps } from '../deps.ts'
import type { CommandContext, Said } from '../wire.ts'

export interface Subcommand extends CommandHelp {
  answer(deps: SlackDeps, typed: CommandWords, context: CommandContext): Promise<Said | string>
}
