// /workflow help: what can be typed, each with an example.
import { nearest } from '../../workflow/nearest.ts'
import { inline, mrkdwn } from '../text.ts'
import type { Reply } from '../app/slack-app.ts'
import { chunksOf } from './pages.ts'

export interface CommandHelp {
  name: string
  usage: string
  does: string
  /** What somebody might type, without the /workflow. */
  example: string
}

// A section holds 3000 characters.
const MOST_IN_SECTION = 6

const helpLine = ({ usage, does, example }: CommandHelp): string =>
  `\`/workflow ${usage}\` ${does}${example === usage ? '' : `\n        like \`/workflow ${example}\``}`

export function helpAnswer(commands: CommandHelp[], lead = '*What you can type*'): Reply {
  const sections = chunksOf(commands.map(helpLine), MOST_IN_SECTION).map((lines) => lines.join('\n'))
  return {
    text: 'What you can type: /workflow status, list, run, help …',
    blocks: [
      ...[lead, ...sections].map((text) => ({ type: 'section' as const, text: mrkdwn(text) })),
      {
        type: 'context',
        elements: [mrkdwn('Only you see the answers; add `--share` to show one to the channel.')],
      },
    ],
  }
}

/** One command alone. */
export function helpOnAnswer(name: string, commands: CommandHelp[]): Reply {
  const found = commands.find((one) => one.name === name.toLowerCase())
  return found ? { text: helpLine(found) } : unknownCommandAnswer(name, commands)
}

export function unknownCommandAnswer(typed: string, commands: CommandHelp[]): Reply {
  const near = nearest(
    typed,
    commands.map(({ name }) => name),
  )
  const meant = commands.find(({ name }) => name === near)
  const guess = meant ? ` Did you mean \`/workflow ${meant.usage}\`?` : ''
  return helpAnswer(commands, `There is no \`/workflow ${inline(typed, 40)}\`.${guess}\n*What you can type*`)
}
