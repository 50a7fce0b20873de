// Why?: the five records of a run, and every rule that was tried, in one modal.
import type { KnownBlock, ModalView } from '@slack/types'
import type { AuditLine } from '../../db/audit/audit.ts'
import { labelOf, type RunView } from '../../db/runs/run-view.ts'
import { deliveryTexts, sourceText } from '../../domain/deliveries.ts'
import { notTriedText } from '../../domain/rules/not-tried.ts'
import type { Change } from '../../domain/exceptions/change.ts'
import { shorten } from '../../domain/text/cut.ts'
import { counted } from '../../domain/text/counted.ts'
import { askedTexts } from '../../domain/exceptions/approval-words.ts'
import { sourceOf } from '../../domain/values/source.ts'
import type { RuleTrace } from '../../domain/rules/decision.ts'
import { erasedText } from '../../domain/masking/erased.ts'
import { sentenceOf } from '../../domain/exceptions/reasons.ts'
import { statusText } from '../answers/status.ts'
import { coverSections, textSections } from '../cards/covers.ts'
import { resolvedWord } from '../cards/words.ts'
import { pagedModal, pageValue } from './pages.ts'
import { code, fieldText, inline, mention, moment, mrkdwn, plain, valueText } from '../text.ts'

export const WHY = 'Why?'
const MOST_RULES = 15
const MOST_FIELDS = 20
const MOST_ATTEMPTS = 8
const MOST_DECISIONS = 4

const heading = (text: string): KnownBlock => ({ type: 'section', text: mrkdwn(`*${text}*`) })
const small = (text: string): KnownBlock => ({ type: 'context', elements: [mrkdwn(text)] })
const data = (text: string, most = 1500): KnownBlock => ({ type: 'section', text: plain(text, most) })

function ruleLine(rule: RuleTrace): string {
  if (rule.count !== undefined && rule.count > 1)
    return `${rule.count} rules from ${rule.rule} on do not match`
  const mark = rule.matched ? '✓' : rule.error ? '!' : '✗'
  return `${mark} ${rule.rule}${rule.error ? `: ${rule.error}` : rule.because ? `: ${rule.because}` : ''}`
}

function eventBlocks(run: RunView): KnownBlock[] {
  const { event } = run
  const by = event.actor === null ? '' : ` by ${mention(event.actor, labelOf(run, event.actor))}`
  return [
    heading('1. Event: as received'),
    small(`${inline(sourceText(event))}${by}, ${moment(event.receivedAt)}, ${code(event.id)}`),
    ...deliveryTexts(event).map(small),
    data(event.body, 1500),
  ]
}

function recordBlocks({ record, definition, receivedAt }: RunView): KnownBlock[] {
  if (!record) return [heading('2. Record: what we know'), small('Nothing yet.')]
  const lines = Object.entries(record.fields)
    .slice(0, MOST_FIELDS)
    .map(([name, value]) => {
      const source = sourceOf(record.sources, name, receivedAt)
      const at = source?.at === undefined ? '' : `, ${source.at.slice(0, 16).replace('T', ' ')} UTC`
      return `${name}: ${shorten(fieldText(definition.fields[name]?.type, value), 200)}${source ? ` (${source.from}${at})` : ''}`
    })
  const more = Object.keys(record.fields).length - MOST_FIELDS
  return [
    heading('2. Record: what we know'),
    data([...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n') || 'No fields.', 2500),
  ]
}

const changeLines = (changes: Change[]): string =>
  changes
    .slice(0, MOST_FIELDS)
    .map(({ field, before, after }) => `${field}: ${valueText(before)} → ${valueText(after)}`)
    .join('\n')

function decisionBlocks(run: RunView): KnownBlock[] {
  const shown = run.decisions.slice(-MOST_DECISIONS)
  const each = shown.flatMap((decision): KnownBlock[] => {
    const by = mention(decision.decidedBy, labelOf(run, decision.decidedBy))
    const what = decision.rule
      ? `rule *${inline(decision.rule)}* → route *${inline(decision.route ?? '–')}*`
      : inline(decision.reason ?? decision.route ?? '–')
    const trace = decision.trace.slice(0, MOST_RULES).map(ruleLine)
    const more = decision.trace.length - MOST_RULES
    const { notTried } = decision
    return [
      small(`${moment(decision.decidedAt)}, version ${decision.version}, by ${by}: ${what}`),
      ...(decision.changes.length > 0 ? [data(changeLines(decision.changes), 1000)] : []),
      ...(trace.length > 0
        ? [
            data(
              [
                ...trace,
                ...(more > 0 ? [`and ${more} more`] : []),
                ...(notTried ? [notTriedText(notTried)] : []),
              ].join('\n'),
              2000,
            ),
          ]
        : []),
    ]
  })
  return [heading('3. Decisions: which rule, and why'), ...(each.length > 0 ? each : [small('None yet.')])]
}

function attemptLines(run: RunView): KnownBlock[] {
  if (run.attempts.length === 0) return []
  const lines = run.attempts
    .slice(-MOST_ATTEMPTS)
    .map(
      (one) =>
        `${inline(one.action)} (${inline(one.target)}), try ${one.number}: *${inline(one.state)}* ${moment(one.startedAt)}${one.error ? `: ${inline(one.error, 200)}` : ''}`,
    )
  return [small(lines.join('\n'))]
}

function exceptionBlocks(run: RunView): KnownBlock[] {
  const each = run.exceptions.slice(-MOST_ATTEMPTS).map((one) => {
    const sentence = sentenceOf(one.reason)
    const end =
      one.resolvedAt === null
        ? `open, owned by ${mention(one.ownerId, one.ownerLabel)}`
        : `${inline(resolvedWord(one)).toLowerCase()} by ${mention(one.resolvedBy, one.resolvedByLabel ?? '')} ${moment(one.resolvedAt)}${one.resolvedNote ? `: ${inline(one.resolvedNote, 200)}` : ''}`
    return small(`${moment(one.openedAt)} ${inline(sentence, 200)} → ${end}`)
  })
  return [heading('4. Exceptions: where a person was needed'), ...(each.length > 0 ? each : [small('None.')])]
}

/** What its approvers are asked to let be sent, whole: the card may have no room for it. */
const askedBlocks = ({ exceptions }: RunView): KnownBlock[] =>
  exceptions.flatMap(askedTexts).flatMap(textSections)

/** What they let be sent last, once nothing is asked of them. */
function approvedBlocks({ decisions }: RunView, asked: KnownBlock[]): KnownBlock[] {
  if (asked.length > 0) return []
  const approved = decisions.findLast((decision) => decision.approved !== null)?.approved ?? null
  return coverSections('What was approved', approved)
}

export function explainBlocks(run: RunView): KnownBlock[] {
  const { outcome } = run
  const asked = askedBlocks(run)
  return [
    { type: 'header', text: plain(`${run.workflow.title} ${run.subject ?? ''}`, 150) },
    small(code(run.id)),
    small(statusText(run)),
    ...(run.erasures.length > 0
      ? [small(run.erasures.map((one) => inline(`${one.part}: ${erasedText(one)}`)).join('\n'))]
      : []),
    ...asked,
    ...eventBlocks(run),
    ...recordBlocks(run),
    ...decisionBlocks(run),
    ...attemptLines(run),
    ...exceptionBlocks(run),
    heading('5. Outcome: how it ended'),
    small(
      outcome
        ? `*${inline(outcome.kind)}* ${moment(outcome.endedAt)}, by ${mention(outcome.endedBy, labelOf(run, outcome.endedBy))}, ${counted(outcome.manualSteps, 'manual step')}${outcome.note ? `: ${inline(outcome.note, 300)}` : ''}`
        : 'Not yet.',
    ),
    ...approvedBlocks(run, asked),
  ]
}

/** Offered where something is masked; who presses it is checked and written down. */
const revealBlock = (run: RunView): KnownBlock => ({
  type: 'actions',
  block_id: 'reveal',
  elements: [
    {
      type: 'button',
      action_id: 'reveal',
      text: { type: 'plain_text', text: 'Show masked values' },
      value: run.id,
      accessibility_label: 'Show masked values. The audit keeps that you looked.',
    },
  ],
})

const COMMENT = ['exception.noted', 'exception.asked', 'exception.answered']
const MOST_COMMENTS = 5

/** What people wrote about it, the newest of it. `audit`: newest first. */
function commentBlocks(audit: AuditLine[]): KnownBlock[] {
  const written = audit.filter(({ action, note }) => COMMENT.includes(action) && note !== null)
  if (written.length === 0) return []
  const lines = written.slice(0, MOST_COMMENTS).toReversed()
  return [
    heading('Comments'),
    ...lines.flatMap((one): KnownBlock[] => [
      small(
        `${mention(one.actor, one.actorLabel)} ${one.action.replace('exception.', '')} ${moment(one.at)}`,
      ),
      data(one.note ?? '', 2000),
    ]),
  ]
}

/** `exceptionId`: of the card from which it was opened. */
export const whyModal = (
  run: RunView,
  audit: AuditLine[],
  { exceptionId, page }: { exceptionId: string; page: number },
): ModalView =>
  pagedModal({
    title: WHY,
    blocks: [...explainBlocks(run), ...commentBlocks(audit)],
    below: run.masked.length > 0 ? [revealBlock(run)] : [],
    name: 'why',
    valueOf: (to) => pageValue(exceptionId, to),
    page,
  })
