// /workflow digest
import { inline } from '../text.ts'
import type { Subcommand } from './command.ts'

export const digest: Subcommand = {
  name: 'digest',
  usage: 'digest',
  example: 'digest',
  does: 'posts the digest up to now',
  async answer({ postDigest }, _typed, { userId }) {
    if (!postDigest) return 'This process posts no digests.'
    const answer = await postDigest(userId)
    return 'channel' in answer ? `The digest goes to ${inline(answer.channel)}.` : inline(answer.message, 500)
  },
}
