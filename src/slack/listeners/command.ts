// /workflow: finds the subcommand and answers the person; unknown ones get the nearest right one.
import { helpAnswer, helpOnAnswer, unknownCommandAnswer } from '../answers/help.ts'
import { readCommand } from '../app/command-words.ts'
import type { Subcommand } from '../commands/command.ts'
import { digest } from '../commands/digest.ts'
import { away } from '../commands/away.ts'
import { explain } from '../commands/explain.ts'
import { queue } from '../commands/queue.ts'
import { pause, resume } from '../commands/pause.ts'
import { replay } from '../commands/replay.ts'
import { reassign, resolveIt, retry } from '../commands/resolve.ts'
import { list } from '../commands/list.ts'
import { review } from '../commands/review.ts'
import { rules, simulate } from '../commands/rules.ts'
import { run } from '../commands/run.ts'
import { status } from '../commands/status.ts'
import { nearest } from '../../workflow/nearest.ts'
import type { SlackDeps } from '../deps.ts'
import { code } from '../text.ts'
import type { Reply, SlackApp } from '../app/slack-app.ts'

export const subcommands: Subcommand[] = [
  status,
  queue,
  explain,
  run,
  list,
  resolveIt,
  retry,
  replay,
  reassign,
  pause,
  resume,
  away,
  rules,
  simulate,
  digest,
  review,
  {
    name: 'help',
    usage: 'help [command]',
    does: 'this, or one of these alone',
    example: 'help away',
    answer: async (_deps, { words: [name] }) =>
      name === undefined ? helpAnswer(subcommands) : helpOnAnswer(name, subcommands),
  },
]

/** A slip in a flag must not do what is done without it. */
function unknownFlag(typed: Set<string>, { flags = [] }: Subcommand): string | undefined {
  const known = ['share', ...flags]
  const unknown = [...typed].find((flag) => !known.includes(flag))
  if (unknown === undefined) return undefined
  const near = nearest(unknown, known)
  const meant = near === undefined ? '' : ` Did you mean ${code(`--${near}`)}?`
  return `There is no ${code(`--${unknown}`)} here.${meant} Put quotes around a name that begins so.`
}

export function listenCommand(app: SlackApp, deps: SlackDeps): void {
  app.command('/workflow', async (context) => {
    const typed = readCommand(context.text)
    const [name = 'help', ...words] = typed.words
    const found = subcommands.find((one) => one.name === name.toLowerCase())
    const all = typed.all.slice(typed.all.indexOf(name) + 1)
    const rest = { ...typed, all, words: found?.takesPairs ? words : all }
    const said: Reply | string = found
      ? (unknownFlag(typed.flags, found) ?? (await found.answer(deps, rest, context)))
      : unknownCommandAnswer(name, subcommands)
    const { isPrivate = false, ...answer } = typeof said === 'string' ? { text: said } : said
    await context.tell({ ...answer, isShared: typed.flags.has('share') && !isPrivate })
  })
}
