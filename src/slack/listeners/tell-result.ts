// After a press that resolved something: who pressed reads what it did, where the card stands.
import type { WebClient } from '@slack/web-api'
import { readException } from '../../db/exceptions/exception-view.ts'
import type { ResolveAnswer } from '../../pipeline/exception/resolution.ts'
import { resultText } from '../answers/result.ts'
import { isSlackError } from '../api/slack-fault.ts'
import type { SlackApp } from '../app/slack-app.ts'
import type { SlackDeps } from '../deps.ts'

interface Done {
  exceptionId: string
  userId: string
  client: WebClient
}

/** undefined: there is no such exception. */
export async function resultFor(
  { db }: Pick<SlackDeps, 'db'>,
  exceptionId: string,
): Promise<string | undefined> {
  const view = await readException(db.prisma, exceptionId)
  return view && resultText(view)
}

/** After a window was submitted, which says nothing of where it was opened: in the channel of the card. */
export function tellAfterwards(
  app: Pick<SlackApp, 'background'>,
  { db }: Pick<SlackDeps, 'db'>,
  answer: ResolveAnswer,
  { exceptionId, userId, client }: Done,
): void {
  if (answer.kind !== 'resolved') return
  app.background('result of a press', async () => {
    const view = await readException(db.prisma, exceptionId)
    const card = view?.run.cards.find(({ subjectId }) => subjectId === exceptionId)
    if (!view || !card || card.ts === null) return
    try {
      await client.chat.postEphemeral({ channel: card.channel, user: userId, text: resultText(view) })
    } catch (error) {
      // Who is not in the channel sees it on the Home tab; the card says it to everybody.
      if (!isSlackError(error)) throw error
    }
  })
}
