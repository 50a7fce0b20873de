// A run in words: the six lines of its status, and its five records.
import type { AuditLine } from '../../db/audit/audit.ts'
import type { RunLine } from '../../db/runs/find-runs.ts'
import { labelOf, type RunView } from '../../db/runs/run-view.ts'
import type { OriginalBody } from '../../db/runs/original-body.ts'
import { askedTexts, coverLines } from '../../domain/exceptions/approval-words.ts'
import { readFrom } from '../../domain/body/body-text.ts'
import { cardText } from '../../domain/exceptions/card-state.ts'
import { beginning, shorten } from '../../domain/text/cut.ts'
import type { RuleTrace } from '../../domain/rules/decision.ts'
import { erasedText } from '../../domain/masking/erased.ts'
import { layOut } from '../../domain/values/exact-number.ts'
import { sentenceOf } from '../../domain/exceptions/reasons.ts'
import { deliveryTexts, sourceText } from '../../domain/deliveries.ts'
import { notTriedText } from '../../domain/rules/not-tried.ts'
import { statusLines } from '../../domain/exceptions/run-status.ts'
import { moneyTextOf } from '../../domain/values/money.ts'
import { spanText } from '../../domain/time/moment-text.ts'
import { sourceOf } from '../../domain/values/source.ts'
import { type Line, type Section } from './output.ts'
import type { Times } from './times.ts'

const MOST_BODY_LINES = 60
const MOST_BODY = 20_000
const MOST_ANSWER = 200

const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : (moneyTextOf(value) ?? JSON.stringify(value))

const titleOf = (run: RunView): string => [run.workflow.title, run.subject].filter(Boolean).join(' ')

/** "payloads: erased on 2026-11-23 by @ada" */
const erasedLines = ({ erasures }: RunView): Line[] =>
  erasures.map((one): Line => ['Cleared', `${one.part}: ${erasedText(one)}`])

export const statusSection = (run: RunView, { moment }: Times): Section => ({
  heading: titleOf(run),
  lines: [
    ...statusLines(run.status, { time: moment, text: (words) => words }),
    ...erasedLines(run),
    ['Run', `${run.id}, since ${moment(run.receivedAt)}, ${run.workflow.key} version ${run.version}`],
    ...run.exceptions
      .filter(({ state }) => state === 'open')
      .map((open): Line => ['Exception', `${open.id}: ${open.detail}`]),
  ],
})

export const runRow = (line: RunLine, { moment }: Times): string[] => [
  line.subject ?? '',
  line.workflow,
  line.outcome ?? (line.reason === null ? 'running' : sentenceOf(line.reason)),
  line.owner ?? '–',
  moment(line.receivedAt),
  line.id,
]
export const runHead = ['SUBJECT', 'WORKFLOW', 'STATE', 'OWNER', 'RECEIVED', 'RUN']

function bodyText({ event }: RunView): string {
  let text = event.body
  try {
    text = layOut(event.body)
  } catch {
    // Not JSON: shown as it came.
  }
  const shown = beginning(text.split('\n').slice(0, MOST_BODY_LINES).join('\n'), MOST_BODY)
  return shown.length === text.length
    ? text
    : `${shown}\n… (the whole event: signalbox explain ${event.id} --json)`
}

function readFromLine({ event, erasures }: RunView): Line[] {
  const form = readFrom(event.contentType)
  if (form === undefined || erasures.some(({ part }) => part === 'payloads')) return []
  return [['Read from', `${form} (original bytes: bodyBase64 in signalbox explain ${event.id} --json)`]]
}

function eventSection(run: RunView, { exact }: Times): Section {
  const { event } = run
  const by = event.actor === null ? '' : ` by ${labelOf(run, event.actor)}`
  return {
    heading: '1. Event: the payload as received',
    lines: [
      ['Source', `${sourceText(event)}${by}, ${exact(event.receivedAt)}`],
      ['ID', event.id],
      ...(event.dedupeKey === null ? [] : [['Dedupe key', event.dedupeKey] as const]),
      ...deliveryTexts(event),
      ...readFromLine(run),
      ['Body', bodyText(run)],
    ],
  }
}

/** Names of the record's values in the order of the workflow file; what enrichment added comes after them. */
function namesIn({ record, definition }: RunView): string[] {
  const there = Object.keys(record?.fields ?? {})
  const written = Object.keys(definition.fields).filter((name) => there.includes(name))
  return [...written, ...there.filter((name) => !written.includes(name))]
}

function recordSection(run: RunView, { moment }: Times): Section {
  const { record } = run
  const heading = '2. Record: values and where they came from'
  if (!record) return { heading, lines: ['None yet.'] }
  const lines = namesIn(run).map((name): Line => {
    const value = record.fields[name]
    const source = sourceOf(record.sources, name, run.receivedAt)
    const origin = source ? `  (${source.from}${source.at ? `, ${moment(new Date(source.at))}` : ''})` : ''
    return [name, `${valueText(value)}${origin}`]
  })
  return { heading, lines: lines.length > 0 ? lines : ['No fields.'] }
}

function ruleLine(rule: RuleTrace): string {
  if (rule.count !== undefined && rule.count > 1)
    return `    ✗ ${rule.count} rules, starting with ${rule.rule}`
  const why = rule.error ?? rule.because
  return `    ${rule.matched ? '✓' : rule.error ? '!' : '✗'} ${rule.rule}${why ? `: ${why}` : ''}`
}

function decisionSection(run: RunView, { exact }: Times): Section {
  const lines = run.decisions.flatMap((decision): Line[] => {
    const { rule, route, reason, trace, notTried, decidedBy, decidedAt, version, approved, ownerId } =
      decision
    const owner = ownerId === null ? '' : `, owner ${labelOf(run, ownerId)}`
    const what = rule === null ? (reason ?? route ?? '–') : `rule "${rule}" → route ${route ?? '–'}`
    return [
      `${exact(decidedAt)}  ${what}${owner}  (version ${version}, by ${labelOf(run, decidedBy)})`,
      ...trace.map(ruleLine),
      ...(notTried ? [`    ${notTriedText(notTried)}`] : []),
      ...(approved ? coverLines(approved).map((line) => `    ${line}`) : []),
    ]
  })
  const attempts = run.attempts.map((one): Line => {
    const status = one.status === null ? '' : ` (${one.status})`
    const came = one.error ?? one.answer
    const answer = came ? `: ${shorten(came, MOST_ANSWER)}` : ''
    return `${exact(one.startedAt)}  action "${one.action}" (${one.target}), attempt ${one.number}: ${one.state}${status}${answer}`
  })
  return {
    heading: '3. Decisions: the matching rule and its actions',
    lines: lines.length + attempts.length > 0 ? [...lines, ...attempts] : ['None yet.'],
  }
}

function exceptionSection(run: RunView, { moment, exact }: Times): Section {
  const lines = run.exceptions.flatMap((one): Line[] => {
    const end =
      one.resolvedAt === null
        ? `open, owned by ${one.ownerLabel} since ${moment(one.ownerSince)}`
        : `${one.resolvedAs ?? 'resolved'} by ${one.resolvedByLabel ?? '–'}, ${moment(one.resolvedAt)}`
    const note = one.resolvedNote ? `: ${one.resolvedNote}` : ''
    const cards = run.cards
      .filter(({ subjectId }) => subjectId === one.id)
      .map(
        (card): Line =>
          `    card in ${cardText(card, one.resolvedAt)}${card.error === null ? '' : `: ${card.error}`}`,
      )
    return [
      `${exact(one.openedAt)}  ${sentenceOf(one.reason)} ${one.detail}`,
      `    → ${end}${note}  (${one.id})`,
      ...askedTexts(one).flatMap(({ title, lines: asked }) => [
        `    ${title}`,
        ...asked.map((line) => `      ${line}`),
      ]),
      ...cards,
    ]
  })
  return {
    heading: '4. Exceptions: where a person was needed',
    lines: lines.length > 0 ? lines : ['None.'],
  }
}

function outcomeSection(run: RunView, { exact }: Times): Section {
  const heading = '5. Outcome: how it ended'
  const { outcome } = run
  if (!outcome) return { heading, lines: ['Not yet.'] }
  const by = labelOf(run, outcome.endedBy)
  return {
    heading,
    lines: [
      ['Ended as', `${outcome.kind}${outcome.note ? `: ${outcome.note}` : ''}`],
      ['When', `${exact(outcome.endedAt)}, by ${by}`],
      ['Took', spanText(outcome.cycleMs)],
      ['Manual steps', `${outcome.manualSteps}`],
    ],
  }
}

/** Status and the five records: what arrived, what we knew, what decided, where it stopped, how it ended. */
export const explainSections = (run: RunView, times: Times): Section[] => [
  statusSection(run, times),
  eventSection(run, times),
  recordSection(run, times),
  decisionSection(run, times),
  exceptionSection(run, times),
  outcomeSection(run, times),
]

/** Every act of a person on this run, oldest first. */
export const auditSection = (audit: AuditLine[], { exact }: Times): Section => ({
  heading: 'Who did what',
  lines:
    audit.length === 0
      ? ['No manual steps.']
      : audit.map((row): Line => {
          const note = row.isErased ? ' (text erased)' : row.note ? `: ${row.note}` : ''
          return `${exact(row.at)}  ${row.action} by ${row.actorLabel} (${row.surface})${note}`
        }),
})

/** The run for scripts: everything but the definition it ran by. */
export function runJson(
  { definition: _definition, standards: _standards, labels, event, ...run }: RunView,
  original: OriginalBody = {},
): object {
  return { ...run, event: { ...event, ...original }, labels: Object.fromEntries(labels) }
}
