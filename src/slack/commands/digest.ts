// /workflow digest, and /workflow digest 2026-W47 for a week that is over
import { inline } from '../text.ts'
import type { Subcommand } from './command.ts'
import { mayNot } from './pause.ts'

export const digest: Subcommand = {
  name: 'digest',
  usage: 'digest [week]',
  example: 'digest 2026-W47',
  does: 'posts the digest of this week so far, or of a week like 2026-W47 again',
  async answer({ postDigest }, { words }, { userId }) {
    const [label] = words
    const answer = await postDigest({ actor: userId, label })
    if (answer.kind === 'posted') return `The digest goes to ${inline(answer.channel)}.`
    if (answer.kind === 'not_allowed') return mayNot(answer.who)
    const asked = inline(label ?? '', 40)
    return answer.kind === 'not_over'
      ? `${asked} is not over yet. \`/workflow digest\` tells of this week so far.`
      : `No calendar has “${asked}”. Write a week like \`2026-W47\` or a day like \`2026-11-23\`.`
  },
}
