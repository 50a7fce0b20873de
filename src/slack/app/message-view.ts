// A modal that only says something, and how a submission is answered with one.
import type { ModalView } from '@slack/types'
import { mrkdwn } from '../text.ts'
import type { SubmitAnswer } from './slack-app.ts'

export const messageView = (title: string, text: string): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: title.slice(0, 24) },
  close: { type: 'plain_text', text: 'Close' },
  blocks: [{ type: 'section', text: mrkdwn(text) }],
})

export const noSuchException = messageView('Not found', 'This exception no longer exists.')

/** Closes the modal, or says in it what went otherwise. */
export const closeOrSay = (title: string, otherwise: string | undefined): SubmitAnswer =>
  otherwise === undefined ? { do: 'close' } : { do: 'show', view: messageView(title, otherwise) }
