// The exception card: what it is, why it stopped, who owns it since when, and what each button will do.
// Pure: everything it shows is in the view.
import type { ActionsBlock, KnownBlock, Overflow } from '@slack/types'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { isResolvedFirst } from '../../domain/exceptions/card-state.ts'
import { headlineOf, promptFor, sentenceFor } from '../../domain/exceptions/case-words.ts'
import { canEdit, type Case, caseOf, waysOf } from '../../domain/exceptions/ways.ts'
import { buttonValue, moreNames, type MoreName, moreValue } from '../app/ids.ts'
import { cut, inline, limits, mention, moment, dueMoment, mrkdwn, plain } from '../text.ts'
import { cardIn, factsLine, factsSection, linkBlocks, subjectOf, titleOf } from './case.ts'
import { coverBlocks, coverOf, sentValues } from './covers.ts'
import { runPlan } from './run-plan.ts'
import { resolvedBlocks } from './resolved.ts'
import { confirmsOf } from './confirm.ts'
import { wayButtons } from './way-buttons.ts'
import { resolvedWord, whatItDoes } from './words.ts'

export interface RenderedMessage {
  /** For notifications, screen readers and clients that draw no blocks. */
  text: string
  blocks: KnownBlock[]
  /** The same in blocks that every workspace takes, where `blocks` has new ones. */
  classic?: KnownBlock[]
  /** The least that somebody can act on, for where Slack refuses the rest. */
  bare?: KnownBlock[]
  /** What Slack keeps with the message and shows to nobody. */
  payload?: Record<string, string>
}

export interface Around {
  /** Why the card stands here and not in its own channel. */
  note?: string | undefined
}

const moreLabels: Record<MoreName, string> = {
  onit: "I'm on it",
  change: 'Approve with a change',
  edit: 'Edit and retry',
  note: 'Add a note',
  ask: 'Ask somebody',
  snooze: 'Snooze',
}

/** A change needs an action that it could reach; an edit, one that failed. */
const moreFor = ({ exception, reason, run }: ExceptionView): MoreName[] =>
  moreNames.filter((name) => {
    if (name === 'onit') return exception.acknowledgedAt === null
    if (name === 'change') return reason === 'approval_required' && run.record !== null
    return name !== 'edit' || canEdit({ reason, run })
  })

/** What is wanted less often. An option's value says which, and carries what the buttons do. */
const more = (view: ExceptionView, value: string): Overflow => ({
  type: 'overflow',
  action_id: 'more',
  options: moreFor(view).map((name) => ({
    text: { type: 'plain_text', text: moreLabels[name] },
    value: moreValue(name, value),
  })),
})

/** What its ways, its words and its buttons follow from. */
export const kindOf = ({ exception }: ExceptionView): Case => caseOf(exception)

function buttons(view: ExceptionView): ActionsBlock {
  const { exception } = view
  const value = buttonValue({ exceptionId: exception.id, revision: exception.revision })
  return {
    type: 'actions',
    block_id: `resolve:${exception.id}`,
    elements: [...wayButtons(kindOf(view), exception, confirmsOf(view)), more(view, value)],
  }
}

const MOST_APPROVERS = 10

/** A review's owner need not be one who may approve it. */
function reviewersLine({ exception: { policy }, reason }: ExceptionView): string | undefined {
  if (reason !== 'approval_required' || typeof policy !== 'object' || policy === null) return undefined
  const by = 'by' in policy && Array.isArray(policy.by) ? policy.by.map(String) : []
  const names = by.slice(0, MOST_APPROVERS).map((one) => mention(one, one))
  const others = by.length > names.length ? [`${by.length - names.length} more`] : []
  return by.length === 0 ? undefined : `*Approvers* ${[...names, ...others].join(', ')}`
}

function approvalsLine({ exception }: ExceptionView): string | undefined {
  const { policy, approvals } = exception
  const needed =
    typeof policy === 'object' && policy !== null && 'approvals' in policy ? Number(policy.approvals) : 1
  const given = Array.isArray(approvals) ? approvals.length : 0
  return needed > 1 ? `${given} of ${needed} approvals` : undefined
}

/** Owner, due time, approvers, attempt: small print. What failed stands on a line of its own. */
function standing(view: ExceptionView): string[] {
  const { exception, run } = view
  const { retry, lastSuccess, failedAction } = run.status
  const owner = mention(exception.ownerId, exception.ownerLabel)
  const line = [
    `*Owner* ${owner}`,
    reopenedText(view),
    exception.dueAt ? `*Due* ${dueMoment(exception.dueAt)}` : undefined,
    reviewersLine(view),
    approvalsLine(view),
    exception.acknowledgedAt ? `*In progress* since ${moment(exception.acknowledgedAt)}` : undefined,
    exception.snoozedUntil ? `*Snoozed* until ${moment(exception.snoozedUntil)}` : undefined,
    retry
      ? `*Attempt* ${retry.number} of ${retry.most}${retry.nextAt ? `, next ${moment(retry.nextAt)}` : ''}`
      : undefined,
    timeoutText(view),
  ].filter((part) => part !== undefined)
  const failed = [
    failedAction ? `*Failed* ${inline(failedAction.action)}: ${inline(failedAction.error, 200)}` : undefined,
    failedAction && lastSuccess
      ? `*Last success* ${inline(lastSuccess.what)}, ${moment(lastSuccess.at)}`
      : undefined,
  ].filter((part) => part !== undefined)
  return [line.join(' · '), ...(failed.length > 0 ? [failed.join(' · ')] : [])]
}

/** That it had been resolved, and came back. */
function reopenedText({ exception, run }: ExceptionView): string | undefined {
  const before = run.exceptions.find(({ id }) => id === exception.reopens)
  if (!before?.resolvedAt) return undefined
  return `*Reopened:* resolved by ${mention(before.resolvedBy, before.resolvedByLabel ?? 'Signalbox')} ${moment(before.resolvedAt)}, and it came back`
}

/** What happens when nobody acts. */
function timeoutText({ exception, run }: ExceptionView): string | undefined {
  const { timeout } = (run.route === null ? undefined : run.definition.routes[run.route]) ?? {}
  if (exception.timesOutAt === null || !timeout) return undefined
  const next = timeout.route === undefined ? undefined : run.definition.routes[timeout.route]
  const what = timeout.route === undefined ? 'closed' : `“${next?.title ?? timeout.route}”`
  return `*If nobody acts* ${inline(what)} ${moment(exception.timesOutAt)}`
}

/** That nobody owns it is what a person must see first; how it is resolved goes by what stopped it. */
const shownAs = (view: ExceptionView): Pick<Case, 'reason' | 'origin'> => ({
  reason: view.reason,
  origin: kindOf(view).origin,
})

/** One sentence on why, one on what the press does; where there is a choice to make, what is asked for. */
function sentences(view: ExceptionView): string {
  const { exception } = view
  const kind = kindOf(view)
  const { title, text } = cardIn(view)
  const shown = shownAs(view)
  const covers = coverOf(view)
  // What we say of an approval says that it is one; a text of the file need not.
  const heading = title === undefined || (covers && text === undefined) ? '' : `*${headlineOf(shown)}:* `
  const why = text ?? inline(exception.detail.trim() === '' ? sentenceFor(shown) : exception.detail, 600)
  const asked = inline(promptFor(kind, view.reason), 300)
  const [first] = waysOf(kind)
  // The same would be built again: trying again changes nothing by itself.
  const isFutile = kind.reason === 'action_invalid'
  // What will be sent stands below, and the press asks once more what follows.
  const does =
    first &&
    !isFutile &&
    !covers &&
    (first.do === 'approve' || first.do === 'retry' || first.do === 'process')
  return [
    `${heading}${why}`,
    ...(kind.reason === 'approval_required' ? [] : [`*${asked}*`]),
    ...(does ? [inline(whatItDoes(view, first), 400)] : []),
    ...(covers ? [factsLine(view, sentValues(covers))].filter((line) => line !== '') : []),
  ].join('\n')
}

function openCard(view: ExceptionView, { note }: Around): RenderedMessage {
  const kind = kindOf(view)
  const heading = headlineOf(shownAs(view))
  const title = titleOf(view)
  // Of what is to be approved, the facts stand in a line of its own: the card has to fit a phone.
  const facts = coverOf(view) ? undefined : factsSection(view)
  const name = cardIn(view).title === undefined ? `${heading}: ${title}` : title
  const blocks = (plan: KnownBlock[]): KnownBlock[] => [
    { type: 'header', text: plain(name, limits.header) },
    { type: 'section', text: mrkdwn(sentences(view)) },
    ...(facts ? [facts] : []),
    ...coverBlocks(view),
    ...linkBlocks(view),
    ...(actionsLeft(view) > 1 ? plan : []),
    { type: 'context', elements: [mrkdwn(standing(view).join('\n'))] },
    ...(note === undefined ? [] : [noteBlock(note)]),
    buttons(view),
  ]
  const asked = inline(promptFor(kind, view.reason), 300)
  const isOfFile = Object.keys(cardIn(view)).length > 0
  const message = inBothForms(`${heading}: ${inline(title, 150)}. ${asked}`, view, blocks)
  return isOfFile ? { ...message, bare: bareBlocks(view, heading, asked) } : message
}

/** Without anything that the file writes on its cards. */
const bareBlocks = (view: ExceptionView, heading: string, asked: string): KnownBlock[] => [
  { type: 'header', text: plain(`${heading}: ${subjectOf(view)}`, limits.header) },
  { type: 'section', text: mrkdwn(`*${asked}*`) },
  noteBlock('Slack refused what the workflow puts on this card. *Why?* shows the run.'),
  buttons(view),
]

/** Steps are shown only where several are still to come. */
const actionsLeft = ({ run }: ExceptionView): number =>
  (run.route === null ? [] : (run.definition.routes[run.route]?.actions ?? [])).length - run.step

/** With the run's plan in Slack's own block, and in a line of text for where that is refused. */
function inBothForms(
  text: string,
  view: ExceptionView,
  blocks: (plan: KnownBlock[]) => KnownBlock[],
): RenderedMessage {
  const { native, classic } = runPlan(view)
  const message = { text: cut(text, limits.messageText), blocks: blocks(native) }
  return native.length === 0 ? message : { ...message, classic: blocks(classic) }
}

const noteBlock = (note: string): KnownBlock => ({
  type: 'context',
  elements: [mrkdwn(`:warning: ${inline(note, 300)}`)],
})

const LATE: KnownBlock = {
  type: 'context',
  elements: [mrkdwn('Resolved before this card was posted.')],
}

/** Slack took it only after its exception was resolved. */
const isLate = ({ exception, run }: ExceptionView): boolean =>
  run.cards.some((card) => card.subjectId === exception.id && isResolvedFirst(card, exception.resolvedAt))

export function exceptionCard(view: ExceptionView, around: Around = {}): RenderedMessage {
  if (view.exception.state === 'open') return openCard(view, around)
  const facts = factsSection(view)
  const title = titleOf(view)
  const word = resolvedWord(view.exception)
  return inBothForms(`${word}: ${inline(title, 150)}`, view, (plan) => [
    { type: 'header', text: plain(`${word}: ${title}`, limits.header) },
    ...resolvedBlocks(view),
    ...(isLate(view) ? [LATE] : []),
    ...(facts ? [facts] : []),
    ...plan,
    ...(around.note === undefined ? [] : [noteBlock(around.note)]),
  ])
}
