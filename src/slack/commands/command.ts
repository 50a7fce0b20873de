// What a subcommand of /workflow is.
import type { CommandHelp } from '../answers/help.ts'
import type { CommandWords } from '../app/command-words.ts'
import type { SlackDeps } from '../deps.ts'
import type { CommandContext, Reply } from '../app/slack-app.ts'

export interface Subcommand extends CommandHelp {
  /** It reads key=value by itself; for the others that is a word like any. */
  takesPairs?: true
  /** Its own --flags, beside --share. */
  flags?: string[]
  answer(deps: SlackDeps, typed: CommandWords, context: CommandContext): Promise<Reply | string>
}
