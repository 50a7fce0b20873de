// What a person is told after trying to resolve: in a sentence, with who won and when, or who may.
import type { AcknowledgeAnswer } from '../../pipeline/exception/acknowledge.ts'
import type { ResolvedAs } from '../../domain/exceptions/resolution.ts'
import type { ReassignAnswer, ResolveAnswer } from '../../pipeline/exception/resolution.ts'
import type { SnoozeAnswer } from '../../pipeline/exception/snooze.ts'
import type { CommentAnswer } from '../../pipeline/exception/comment.ts'
import { inline, mention, moment } from '../text.ts'

const verbs: Record<ResolvedAs, string> = {
  approved: 'approved',
  retried: 'retried',
  declined: 'declined',
  fixed: 'fixed',
  processed: 'processed',
  done: 'marked',
  dismissed: 'dismissed',
  chosen: 'resolved',
  expired: 'resolved (nobody acted in time)',
  replayed: 'replayed',
  recovered: 'resolved (it recovered by itself)',
}

type Answer = AcknowledgeAnswer | ResolveAnswer | ReassignAnswer | SnoozeAnswer | CommentAnswer

/** undefined: it went well, and the card shows it. */
export function resolveAnswerText(answer: Answer, userId: string): string | undefined {
  switch (answer.kind) {
    case 'resolved':
    case 'reassigned':
    case 'snoozed':
    case 'acknowledged':
    case 'kept':
      return undefined
    case 'counted':
      return `:white_check_mark: Your approval is counted: ${answer.approvals} so far, ${answer.missing} more needed.`
    case 'already_resolved': {
      const who = answer.by === userId ? 'You have' : `${mention(answer.by, answer.by)} has`
      const how = answer.choice === undefined ? '' : ` (${inline(answer.choice)})`
      const what = answer.as === 'done' ? 'this done' : `this${how}`
      return `${who} already ${verbs[answer.as]} ${what}, ${moment(answer.at)}. Nothing more was done.`
    }
    case 'not_allowed':
      return `:no_entry: You can't resolve this. Ask ${inline(answer.who, 300)}.`
    case 'not_applicable':
      return `This cannot be done here: ${inline(answer.because, 300)}`
    case 'not_eligible':
      return `This cannot be given there: ${inline(answer.because, 300)}`
    case 'invalid':
      return answer.problems
        .map(({ field, message }) => `${inline(field)}: ${inline(message, 300)}`)
        .join('\n')
    case 'unknown':
      return 'This exception no longer exists.'
  }
}
