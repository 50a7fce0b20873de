// Between Bolt and our listeners: registers them, acknowledges in time, gives a repeated delivery the answer of the
// first, and answers the person when something fails. The only place that catches what a listener throws.
import type { App } from '@slack/bolt'
import type { Logger } from 'pino'
import type { Clients } from '../api/clients.ts'
import { messageView } from './message-view.ts'
import { makeOnce } from './once.ts'
import { isBlockAction, actionKey, valueOf } from './action-payload.ts'
import { isSlackError, slackFault } from '../api/slack-fault.ts'
import type { Reply, SubmitAnswer, Tell, SlackApp } from './slack-app.ts'

const SORRY =
  ':warning: Signalbox could not do this just now; nothing was changed by it. Try again in a moment. If it stays so, tell the operators.'
/** Slack waits three seconds for an answer to a submission. */
const SUBMIT_WITHIN_MS = 2000

const body = (reply: Reply | string) => (typeof reply === 'string' ? { text: reply } : reply)

export function makeSlackApp(bolt: App, clients: Clients, log: Logger): SlackApp {
  const once = makeOnce()
  const client = clients.interactive
  const atWork = new Set<Promise<unknown>>()

  const working = async <T>(work: Promise<T>): Promise<T> => {
    atWork.add(work)
    try {
      return await work
    } finally {
      atWork.delete(work)
    }
  }

  const noteFailure = (error: unknown, what: string) => {
    const fault = isSlackError(error) ? slackFault(error) : undefined
    log.error({ err: error, what, ...(fault ? { fault: fault.kind } : {}) }, 'listener failed')
  }

  /** Never lets a failure end in the log only: the person who waits is told. */
  const guarded = async (what: string, tell: Tell, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      noteFailure(error, what)
      await tell(SORRY).catch((later: unknown) => noteFailure(later, `${what}: telling`))
    }
  }

  /** Privately, by the response_url where there is one, else in the channel, else in a direct message. */
  const tellPerson =
    (userId: string, channelId: string | undefined, respond?: (message: object) => Promise<unknown>): Tell =>
    async (reply) => {
      const { isShared = false, ...message } = body(reply)
      const kind = isShared ? 'in_channel' : 'ephemeral'
      if (respond) return void (await respond({ response_type: kind, replace_original: false, ...message }))
      if (channelId === undefined)
        return void (await client.chat.postMessage({ channel: userId, ...message }))
      await client.chat.postEphemeral({ channel: channelId, user: userId, ...message })
    }

  const stopping = new AbortController()
  const background: SlackApp['background'] = (what, work) => {
    void working(work(stopping.signal).catch((error: unknown) => noteFailure(error, what)))
  }
  const afterSubmission: ((userId: string) => Promise<void>)[] = []

  const didSomething = (userId: string): void => {
    for (const afterwards of afterSubmission) background('afterwards', () => afterwards(userId))
  }

  bolt.error(async (error) => noteFailure(error, 'bolt'))

  return {
    bolt,
    action(actionId, listener) {
      bolt.action(actionId, async ({ ack, body: payload, action, respond }) => {
        await ack()
        if (!isBlockAction(payload) || !('action_id' in action)) return
        const { id: userId } = payload.user
        const channelId = payload.channel?.id
        const hasUrl =
          'response_url' in payload && typeof payload.response_url === 'string' && payload.response_url !== ''
        const tell = tellPerson(userId, channelId, hasUrl ? respond : undefined)
        const work = () =>
          guarded(action.action_id, tell, () =>
            listener({
              userId,
              value: valueOf(action),
              triggerId: payload.trigger_id,
              channelId,
              messageTs: payload.message?.ts,
              viewId: payload.view?.id,
              isInModal: payload.view?.type === 'modal',
              client,
              tell,
            }),
          )
        await working(once(actionKey(action, payload), work))
      })
    },
    view(callbackId, listener) {
      bolt.view(
        { callback_id: callbackId, type: 'view_submission' },
        async ({ ack, body: submission, view }) => {
          const { id: userId } = submission.user
          const key = `${userId}|${view.id}|${view.hash}|${JSON.stringify(view.state.values)}`
          const work = once<SubmitAnswer>(
            key,
            () => listener({ userId, view, client }),
            (answer) => answer.do === 'errors',
          ).catch((error: unknown): SubmitAnswer => {
            noteFailure(error, callbackId)
            return { do: 'show', view: messageView("Couldn't do that", SORRY) }
          })
          const late = Symbol('late')
          const timer = Promise.withResolvers<typeof late>()
          const timeout = setTimeout(() => timer.resolve(late), SUBMIT_WITHIN_MS)
          const first = await working(Promise.race([work, timer.promise]))
          clearTimeout(timeout)
          if (first === late) {
            await ack({ response_action: 'update', view: messageView('One moment', 'Working on it…') })
            const answer = await working(work)
            const shown =
              answer.do === 'show'
                ? answer.view
                : messageView(
                    answer.do === 'close' ? 'Done' : "Couldn't do that",
                    answer.do === 'close' ? 'Done.' : Object.values(answer.errors).join('\n'),
                  )
            await client.views
              .update({ view_id: view.id, view: shown })
              .catch((error: unknown) => noteFailure(error, callbackId))
          } else if (first.do === 'close') {
            await ack()
            didSomething(userId)
          } else if (first.do === 'errors') await ack({ response_action: 'errors', errors: first.errors })
          else await ack({ response_action: 'update', view: first.view })
        },
      )
    },
    didSomething,
    submitted(listener) {
      afterSubmission.push(listener)
    },
    command(name, listener) {
      bolt.command(name, async ({ ack, command, respond }) => {
        await ack()
        const tell = tellPerson(command.user_id, command.channel_id, respond)
        const context = {
          userId: command.user_id,
          channelId: command.channel_id,
          text: command.text,
          triggerId: command.trigger_id,
          client,
          tell,
        }
        await working(once(command.trigger_id, () => guarded(name, tell, () => listener(context))))
      })
    },
    shortcut(callbackId, listener) {
      bolt.shortcut(callbackId, async ({ ack, shortcut }) => {
        await ack()
        const channelId = shortcut.type === 'message_action' ? shortcut.channel.id : undefined
        const tell = tellPerson(shortcut.user.id, channelId)
        const message =
          shortcut.type === 'message_action'
            ? { text: shortcut.message.text ?? '', ts: shortcut.message.ts }
            : undefined
        const context = {
          userId: shortcut.user.id,
          triggerId: shortcut.trigger_id,
          channelId,
          message,
          client,
          tell,
        }
        await working(once(shortcut.trigger_id, () => guarded(callbackId, tell, () => listener(context))))
      })
    },
    event(name, listener) {
      bolt.event(name, async ({ event, body: envelope }) => {
        const eventId = envelope.event_id
        try {
          await working(once(eventId, () => listener({ ...event }, eventId)))
        } catch (error) {
          // Nobody waits for an event; what it was about is read again by the nightly sync.
          noteFailure(error, name)
        }
      })
    },
    background,
    async stop() {
      stopping.abort()
      await Promise.allSettled(atWork)
    },
  }
}
