// What stands on a card once its exception is resolved: who, what, when, why it had stopped, how the run went on.
import type { KnownBlock } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { sentenceFor } from '../../domain/exceptions/case-words.ts'
import { caseOf } from '../../domain/exceptions/ways.ts'
import type { JsonValue } from '../../domain/values/json.ts'
import { cut, fieldText, inline, mention, moment, mrkdwn, plain } from '../text.ts'
import { resolvedWord } from './words.ts'

function afterwards({ run }: ExceptionView): string {
  if (run.outcome) return `The run ended as *${run.outcome.kind}* ${moment(run.outcome.endedAt)}.`
  if (run.state === 'held') return 'The run stopped again for another reason: see its new card.'
  return 'The run continues.'
}

const MOST_CHANGES = 6

/** What whoever resolved it changed: only the decision of that moment counts. */
function changesOf({ exception, run }: ExceptionView): KnownBlock[] {
  const at = exception.resolvedAt?.getTime()
  const decision = run.decisions.find(
    ({ decidedAt, decidedBy }) => decidedAt.getTime() === at && decidedBy === exception.resolvedBy,
  )
  const all = decision?.changes ?? []
  if (all.length === 0) return []
  const said = (field: string, value: JsonValue) =>
    value === null ? 'nothing' : cut(fieldText(run.definition.fields[field]?.type, value), 100)
  const lines = all
    .slice(0, MOST_CHANGES)
    .map(
      ({ field, before, after }) =>
        `${run.definition.fields[field]?.title ?? field}: ${said(field, before)} → ${said(field, after)}`,
    )
  const more = all.length > MOST_CHANGES ? [`and ${all.length - MOST_CHANGES} more`] : []
  return [{ type: 'section', text: plain(['Changed', ...lines, ...more].join('\n'), 2000) }]
}

export function resolvedBlocks(view: ExceptionView): KnownBlock[] {
  const { exception, reason } = view
  const by = mention(exception.resolvedBy, exception.resolvedByLabel ?? 'nobody')
  const at = exception.resolvedAt ? ` ${moment(exception.resolvedAt)}` : ''
  const changed = changesOf(view)
  return [
    {
      type: 'section',
      text: mrkdwn(
        `*${inline(resolvedWord(exception))}${changed.length > 0 && exception.resolvedAs !== 'chosen' ? ' with a change' : ''}*${exception.resolvedAs === 'expired' ? '' : ` by ${by}`}${at}. ${afterwards(view)}`,
      ),
    },
    ...changed,
    ...(exception.resolvedNote
      ? [{ type: 'section' as const, text: plain(exception.resolvedNote, 1000) }]
      : []),
    {
      type: 'context',
      elements: [
        mrkdwn(`It had stopped: ${inline(sentenceFor({ reason, origin: caseOf(exception).origin }), 300)}`),
      ],
    },
  ]
}
