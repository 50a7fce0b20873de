// What a person on the command line is told after trying to resolve.
import type { ResolveAnswer } from '../../pipeline/exception/resolution.ts'
import { moment } from './output.ts'

export function answerText(answer: ResolveAnswer, as: string | undefined): string {
  switch (answer.kind) {
    case 'resolved':
      if (answer.endedAs !== undefined)
        return `${answer.choice ?? answer.as}: ${answer.runId} has ended as ${answer.endedAs}. signalbox explain ${answer.runId} shows how.`
      return `${answer.choice ?? answer.as}: ${answer.runId} goes on. signalbox status ${answer.runId} shows how.`
    case 'counted':
      return `Your approval is counted: ${answer.approvals} so far, ${answer.missing} more needed.`
    case 'already_resolved':
      return `${answer.by} has already resolved this (${answer.choice ?? answer.as}), ${moment(answer.at)}. Nothing more was done.`
    case 'not_allowed':
      return `You can't resolve this. Ask ${answer.who}.${as === undefined ? ' Say who you are with --as @handle.' : ''}`
    case 'not_applicable':
      return answer.because
    case 'invalid':
      return answer.problems.map(({ field, message }) => `${field}: ${message}`).join('\n')
    case 'unknown':
      return 'There is no such exception.'
  }
}
