// What a listener is given and how it registers: what stands between Bolt and our listeners (bolt-app.ts).
import type { App, ViewOutput } from '@slack/bolt'
import type { KnownBlock, ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'

export interface Reply {
  text: string
  blocks?: KnownBlock[]
  /** Everybody in the channel sees it; otherwise only the person who asked. */
  isShared?: boolean
  /** A refusal: for who asked alone, whatever they asked for. */
  isPrivate?: boolean
}
export type Tell = (reply: Reply | string) => Promise<void>

export interface ActionContext {
  userId: string
  value: string
  triggerId: string
  channelId: string | undefined
  /** The message or view the button stands in. */
  messageTs: string | undefined
  viewId: string | undefined
  /** The button stands in a modal: what opens from it is laid on top. */
  isInModal: boolean
  client: WebClient
  tell: Tell
}

export interface CommandContext {
  userId: string
  channelId: string
  text: string
  triggerId: string
  client: WebClient
  tell: Tell
}

export interface ViewContext {
  userId: string
  view: ViewOutput
  client: WebClient
}

/** What becomes of a modal that was submitted: it closes, says what is wrong, or shows something else. */
export type SubmitAnswer =
  { do: 'close' } | { do: 'errors'; errors: Record<string, string> } | { do: 'show'; view: ModalView }

export interface ShortcutContext {
  userId: string
  triggerId: string
  channelId: string | undefined
  message: { text: string; ts: string } | undefined
  client: WebClient
  tell: Tell
}

export interface SlackApp {
  bolt: App
  action(actionId: string | RegExp, listener: (context: ActionContext) => Promise<void>): void
  view(callbackId: string, listener: (context: ViewContext) => Promise<SubmitAnswer>): void
  /** Called after a person did something, by a press or in a window that closed: it may stand elsewhere too. */
  submitted(listener: (userId: string) => Promise<void>): void
  /** Says that a press did something. */
  didSomething(userId: string): void
  command(name: string, listener: (context: CommandContext) => Promise<void>): void
  shortcut(callbackId: string, listener: (context: ShortcutContext) => Promise<void>): void
  event(name: string, listener: (event: Record<string, unknown>, eventId: string) => Promise<void>): void
  /** Work that goes on after its submission was answered; it ends soon once `stopping` is aborted. */
  background(what: string, work: (stopping: AbortSignal) => Promise<void>): void
  /** Ends what goes on in the background; resolves when no listener is at work any more. */
  stop(): Promise<void>
}

/** What a listener of events needs of it. */
export type EventApp = Pick<SlackApp, 'event' | 'submitted'>
