// What a person on the command line is told after trying to resolve.
import type { ResolveAnswer } from '../../pipeline/exception/resolution.ts'
import { moment } from './times.ts'

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

export function answerText(answer: ResolveAnswer, as: string | undefined): string {
  switch (answer.kind) {
    case 'resolved':
      if (answer.endedAs !== undefined)
        return `${sentence(answer.choice ?? answer.as)}: ${answer.runId} completed as ${answer.endedAs}. See signalbox explain ${answer.runId}`
      return `${sentence(answer.choice ?? answer.as)}: ${answer.runId} continues. See signalbox status ${answer.runId}`
    case 'counted':
      return `Your approval counts: ${answer.approvals} so far, ${answer.missing} more needed.`
    case 'already_resolved':
      return `${answer.by} has already resolved this (${answer.choice ?? answer.as}), ${moment(answer.at)}. You changed nothing.`
    case 'not_allowed':
      return `You can't resolve this. Ask ${answer.who}.${as === undefined ? ' Say who you are with --as @you.' : ''}`
    case 'not_applicable':
      return answer.because
    case 'invalid':
      return answer.problems.map(({ field, message }) => `${field}: ${message}`).join('\n')
    case 'unknown':
      return 'This exception no longer exists.'
  }
}
