// What a subcommand of /workflow is.
import type { CommandWords } from '../command-words.ts'
import type { SlackDeps } from '../deps.ts'
import type { CommandContext, Said } from '../wire.ts'

export interface Subcommand {
  name: string
  usage: string
  does: string
  answer(deps: SlackDeps, typed: CommandWords, context: CommandContext): Promise<Said | string>
}
