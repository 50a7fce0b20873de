// One action, done once. Which connector does it is chosen here; each throws FaultError when it could not.
import { type HttpAnswer, type SendHttp, targetOf } from '../../connectors/http.ts'
import type { Caller } from '../../connectors/targets.ts'
import type { SendMail } from '../../connectors/mail.ts'
import { dataOf } from '../../domain/call/http-call.ts'
import { bodyValue } from '../../domain/call/judge-answer.ts'
import { NO_TARGET } from '../../domain/exceptions/run-status.ts'
import type { KeptAnswer } from '../../domain/rules/decision.ts'
import { type Posted, postedAnswer } from '../../domain/posted.ts'
import type { RenderedAction } from '../../domain/compile/compiled-workflow.ts'
import type { SlackText } from '../../domain/text/texts.ts'
import type { Emit } from './emit.ts'

export interface Performed {
  status?: number
  answer?: string
  /** Reads what later actions may read of it. */
  kept?: () => KeptAnswer
}
/** Posts in Slack; `key` makes an unconfirmed post findable again. */
export type PostSlack = (message: {
  runId: string
  channel: string
  text: SlackText
  key: string
  channelId: string | null | undefined
}) => Promise<Posted>
/**
 * `headers` are those of the run's event. `channelId`: the only channel that an approval lets a message go to; null: none,
 * undefined: nobody had to approve it.
 */
export type Perform = (
  action: RenderedAction,
  run: {
    key: string
    runId: string
    workflow: string
    headers: Record<string, string>
    channelId: string | null | undefined
  },
) => Promise<Performed>
export interface Connectors {
  sendHttp: SendHttp
  postSlack: PostSlack
  sendMail: (message: Parameters<SendMail>[0], key: string, caller: Caller) => ReturnType<SendMail>
  emit: Emit
}

export interface Described {
  /** What pauses and limits are kept by. */
  target: string
  /** The same without what came from outside: what is kept, counted and shown of it. */
  shownTarget: string
  request: object
}

/** What an attempt keeps of an action: enough to understand it, without headers and auth (they may hold secrets). */
export function describe(action: RenderedAction): Described {
  const { takenFrom } = action
  const of = (target: string, taken: string, request: object): Described => ({
    target,
    shownTarget: takenFrom === undefined ? target : `${taken} from ${takenFrom}`,
    request,
  })
  switch (action.kind) {
    case 'http': {
      const { method, url } = action.call
      return of(targetOf(url), 'host', { method, url: withoutQuery(url), ...dataOf(action.call) })
    }
    case 'slack': {
      const { channel, text } = action
      return of(`slack ${channel}`, 'slack channel', { channel, text })
    }
    case 'email':
      return of('email', 'email', { to: action.to, subject: action.subject })
    case 'emit':
      return of(`workflow ${action.workflow}`, 'workflow', { workflow: action.workflow })
    case 'skipped':
      return of(NO_TARGET, NO_TARGET, { skipped: true })
  }
}

const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '')

/** Cookies are for nobody to read on. */
const keptOf = ({ status, headers, body, isCut }: HttpAnswer): KeptAnswer => ({
  status,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'set-cookie')),
  body: isCut ? null : bodyValue(body),
})

export function makePerform({ sendHttp, postSlack, sendMail, emit }: Connectors): Perform {
  return async (action, { key, runId, workflow: by, headers, channelId }) => {
    const caller = { shown: describe(action).shownTarget, workflow: by }
    switch (action.kind) {
      case 'http': {
        const answered = await sendHttp(action.call, key, caller)
        return { status: answered.status, answer: answered.answer, kept: () => keptOf(answered) }
      }
      case 'slack': {
        const posted = await postSlack({ runId, channel: action.channel, text: action.text, key, channelId })
        return { answer: postedAnswer(posted) }
      }
      case 'email':
        return sendMail(action, key, caller)
      case 'emit': {
        const { workflow, event } = action
        const { run } = await emit({ workflow, event, key, fromRun: runId, fromHeaders: headers })
        return { answer: `started ${run}` }
      }
      case 'skipped':
        return { answer: 'its condition does not hold' }
    }
  }
}
