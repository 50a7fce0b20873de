// Waiting for what a person sees: a modal, a reply in a thread. Each looks until it is there.
import type { Message, View } from '../../src/local-slack/contract.ts'
import type { LocalSlack } from '../../src/local-slack/server.ts'
import { until } from '../until.ts'

/** The person's modal on top, once it is the one named and holds more than its loading text. */
export const waitForModal = (
  { control }: Pick<LocalSlack, 'control'>,
  user: string,
  title: string,
): Promise<View> =>
  until(`the modal ${title}`, async () => {
    const top = (await control.views(user)).views.at(-1)
    return top?.title === title && !JSON.stringify(top.blocks).includes('One moment') ? top : undefined
  })

/** A reply to `to` that fits. */
export const waitForReply = (
  { control }: Pick<LocalSlack, 'control'>,
  to: Message,
  fits: (reply: Message) => boolean,
): Promise<Message> =>
  until('a reply', async () =>
    (await control.messages({ channel: to.channel, thread: to.ts })).messages.find(
      (one) => one.ts !== to.ts && fits(one),
    ),
  )
