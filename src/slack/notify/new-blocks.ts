// Slack's newer blocks (tables, charts) are not taken everywhere. A message that has them also has a classic form; a
// workspace that refused one gets the classic forms from then on, until the next start. Where what the file put on a card is
// refused (an image that Slack cannot get), the card stands without it: somebody has to act on it.
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
    async send({ text, blocks, classic, bare }, call) {
      const forms = [areRefused && classic ? undefined : blocks, classic, bare]
      let refusal: unknown
      for (const form of forms) {
        if (!form) continue
        try {
          const answer = await call({ text, blocks: form })
          // Not before the classic form was taken: then it was the blocks.
          if (form === classic) areRefused = true
          return answer
        } catch (error) {
          if (slackFault(error).kind !== 'blocks') throw error
          refusal = error
        }
      }
      throw refusal
    },
  }
}
