// Slack's newer blocks (tables, charts) are not taken everywhere. A message that has them also has a classic form; a
// workspace that refused one gets the classic forms from then on, until the next start.
import type { KnownBlock } from '@slack/types'
import type { RenderedMessage } from '../cards/exception-card.ts'
import { slackFault } from '../api/slack-fault.ts'

export interface NewBlocks {
  send<T>(
    message: RenderedMessage,
    call: (message: { text: string; blocks: KnownBlock[] }) => Promise<T>,
  ): Promise<T>
}

export function makeNewBlocks(): NewBlocks {
  let areRefused = false
  return {
    async send({ text, blocks, classic }, call) {
      if (!classic) return call({ text, blocks })
      if (areRefused) return call({ text, blocks: classic })
      try {
        return await call({ text, blocks })
      } catch (error) {
        if (slackFault(error).kind !== 'blocks') throw error
        const answer = await call({ text, blocks: classic })
        areRefused = true // and not before the classic form was taken: then it was the blocks
        return answer
      }
    },
  }
}
