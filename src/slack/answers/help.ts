// /workflow help: what can be typed, each with an example.
import { distance } from 'fastest-levenshtein'
import { inline, mrkdwn } from '../text.ts'
import type { Said } from '../wire.ts'

export interface CommandHelp {
  name: string
  usage: string
  does: string
}

export const helpAnswer = (commands: CommandHelp[], lead = '*What you can type*'): Said => ({
  text: 'What you can type: /workflow status, list, run, help …',
  blocks: [
    {
      type: 'section',
      text: mrkdwn(
        `${lead}\n${commands.map(({ usage, does }) => `\`/workflow ${usage}\` ${does}`).join('\n')}`,
      ),
    },
    {
      type: 'context',
      elements: [mrkdwn('Only you see the answers; add `--share` to show one to the channel.')],
    },
  ],
})

/** The known word nearest to what was typed, if one is near at all. */
export function nearest(word: string, known: string[]): string | undefined {
  let best: { word: string; far: number } | undefined
  for (const candidate of known) {
    const far = distance(word.toLowerCase(), candidate.toLowerCase())
    if (!best || far < best.far) best = { word: candidate, far }
  }
  return best && best.far <= Math.max(2, Math.floor(best.word.length / 2)) ? best.word : undefined
}

export function unknownCommandAnswer(typed: string, commands: CommandHelp[]): Said {
  const near = nearest(
    typed,
    commands.map(({ name }) => name),
  )
  const meant = commands.find(({ name }) => name === near)
  const guess = meant ? ` Did you mean \`/workflow ${meant.usage}\`?` : ''
  return helpAnswer(commands, `There is no \`/workflow ${inline(typed, 40)}\`.${guess}\n*What you can type*`)
}
