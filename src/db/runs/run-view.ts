// One run with everything that is known of it: the five records, attempts, card. What Slack, the command line and
// the page show of a run is read here.
import { type EditedInput, editedIn } from '../../domain/exceptions/action-input.ts'
import { type Cover, coverIn } from '../../domain/exceptions/approval.ts'
import { bodyText } from '../../domain/body/body-text.ts'
import { type Change, changesIn } from '../../domain/exceptions/change.ts'
import type { RuleTrace } from '../../domain/rules/decision.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import type { Deliveries } from '../../domain/deliveries.ts'
import { erasedText, type Erasure, erasuresIn } from '../../domain/masking/erased.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import type { Outcome } from '../../domain/exceptions/outcome.ts'
import { MASK } from '../../domain/masking/marked.ts'
import type { RunStatus } from '../../domain/exceptions/run-status.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import type { Prisma } from '../generated/client.ts'
import { type NotTried, readNotTried } from './not-tried.ts'
import type { Tx } from '../store/open.ts'
import { runsOfSameId } from './runs-of-same-id.ts'
import { type RunCard, readCards } from './run-cards.ts'
import { labelledOwners, labelsOf } from '../people/people.ts'
import { withBody } from './event-body.ts'
import { redactorOf, withoutEdit, withoutSecrets } from './redact-run.ts'
import { statusOf } from './run-status.ts'

const include = {
  event: { include: { delivery: { select: { body: true, address: true } } } },
  workflow: true,
  version: { select: { number: true, definition: true, standards: true } },
  record: true,
  decisions: { include: { version: { select: { number: true } } }, orderBy: { decidedAt: 'asc' } },
  attempts: { orderBy: { startedAt: 'asc' } },
  exceptions: { orderBy: { openedAt: 'asc' } },
  outcome: true,
} satisfies Prisma.RunInclude

type FoundRow = Prisma.RunGetPayload<{ include: typeof include }>
export type RunRow = Omit<FoundRow, 'event'> & {
  event: Omit<FoundRow['event'], 'delivery'> & { address: string | null }
}
/** A version's definition without its rules, which are rows of their own. */
export type StoredDefinition = Omit<Definition, 'rules'>

export type ExceptionRow = RunRow['exceptions'][number] & {
  ownerLabel: string
  resolvedByLabel: string | null
}

export interface RunView {
  id: string
  workflow: { key: string; title: string; ownerSpec: string; channel: string }
  version: number
  definition: StoredDefinition
  standards: Standards
  subject: string | null
  state: 'in_flight' | 'held' | 'ended'
  stage: string
  route: string | null
  ownerId: string | null
  step: number
  replayOf: string | null
  receivedAt: Date
  event: {
    id: string
    source: string
    /** Where its delivery came, as a path; null: it is its own, or was erased. */
    address: string | null
    dedupeKey: string | null
    contentType: string
    actor: string | null
    receivedAt: Date
    body: string
  } & Deliveries
  record: { fields: JsonObject; sources: JsonObject; corrections: JsonObject; updatedAt: Date } | null
  decisions: {
    version: number
    rule: string | null
    route: string | null
    reason: string | null
    owner: string | null
    /** Who that was. */
    ownerId: string | null
    trace: RuleTrace[]
    notTried: NotTried | null
    /** What the person changed who decided. */
    changes: Change[]
    /** What they let an action send instead. */
    edited: EditedInput | undefined
    /** What they approved: the inputs of every action that was still to come. */
    approved: Cover | null
    decidedBy: string
    decidedAt: Date
  }[]
  attempts: Omit<RunRow['attempts'][number], 'request'>[]
  exceptions: ExceptionRow[]
  outcome: (Omit<NonNullable<RunRow['outcome']>, 'kind'> & { kind: Outcome }) | null
  cards: RunCard[]
  status: RunStatus
  /** What was emptied since, when and by whom (`@handle` where it is known). Where the words were, it says so. */
  erasures: Erasure[]
  /** Fields whose values are masked here; `reveal` shows them to those who may see them. */
  masked: string[]
  /** `@handle` of every person and group named in this run, by Slack id. */
  labels: Map<string, string>
}

/** `@ada`, or the id itself where it names nobody of Slack (`engine`, `cli:root`). */
export const labelOf = (view: Pick<RunView, 'labels'>, id: string): string => view.labels.get(id) ?? id

const idsIn = (row: RunRow): string[] =>
  [
    row.event.actor,
    row.ownerId,
    row.outcome?.endedBy,
    ...erasuresIn(row.erased).map(({ by }) => by),
    ...row.decisions.flatMap(({ decidedBy, owner, ownerId }) => [decidedBy, owner, ownerId]),
    ...row.exceptions.flatMap(({ ownerId, resolvedBy }) => [ownerId, resolvedBy]),
  ].filter((id) => typeof id === 'string')

const idsOf = (rows: { id: string }[]): string[] => rows.map(({ id }) => id)

/** The run's row and then its parts, which are statements of their own: a run that ended in between is read again. */
async function readRow(tx: Tx, id: string): Promise<RunRow | null> {
  const read = () => tx.run.findUnique({ where: { id }, include })
  const found = await read()
  const row = found?.outcome && found.state !== 'ended' ? await read() : found
  const address = row?.event.delivery?.address ?? null
  return row && { ...row, event: { ...withBody(row.event), address } }
}

/**
 * The run with its records; undefined when there is none with this id. Fields that its workflow marks secret or
 * personal are masked; `reveal` is for src/pipeline/reveal alone, which writes down who looked.
 */
export async function readRun(
  tx: Tx,
  id: string,
  { reveal = false }: { reveal?: boolean } = {},
): Promise<RunView | undefined> {
  const found = await readRow(tx, id)
  if (!found) return undefined
  const mask = redactorOf(found)
  const row = reveal || mask.names.length === 0 ? found : withoutSecrets(found, mask)
  const [labels, owners, cards, success, notTried, sameId] = await Promise.all([
    labelsOf(tx, idsIn(row)),
    labelledOwners(tx, [
      row.workflow.ownerSpec,
      ...row.exceptions.flatMap(({ ownerId, ownerSpec }) => (ownerId === null ? ownerSpec : [])),
    ]),
    readCards(tx, idsOf(row.exceptions)),
    tx.outcome.findFirst({
      where: { workflowKey: row.workflowKey, kind: 'achieved' },
      orderBy: { endedAt: 'desc' },
      select: { endedAt: true },
    }),
    readNotTried(tx, row.id),
    runsOfSameId(tx, row.event),
  ])
  const erasures = erasuresIn(row.erased).map((one) => ({ ...one, by: labels.get(one.by) ?? one.by }))
  const gone = (part: Erasure['part']) => {
    const erasure = erasures.find((one) => one.part === part)
    return erasure && `(${erasedText(erasure)})`
  }
  const exceptions = row.exceptions.map((one) => ({
    ...one,
    detail: gone('records') ?? one.detail,
    ownerLabel:
      one.ownerId === null
        ? (owners.get(one.ownerSpec) ?? one.ownerSpec)
        : (labels.get(one.ownerId) ?? one.ownerSpec),
    resolvedByLabel: one.resolvedBy === null ? null : (labels.get(one.resolvedBy) ?? one.resolvedBy),
  }))
  const body = gone('payloads') ?? (reveal ? bodyText(row.event) : mask.body(bodyText(row.event)))
  return {
    id: row.id,
    workflow: {
      key: row.workflow.key,
      title: row.workflow.title,
      ownerSpec: row.workflow.ownerSpec,
      channel: row.workflow.channel,
    },
    version: row.version.number,
    definition: row.version.definition as unknown as StoredDefinition,
    standards: row.version.standards as unknown as Standards,
    subject: row.subject,
    state: row.state as RunView['state'],
    stage: row.stage,
    route: row.route,
    ownerId: row.ownerId,
    step: row.step,
    replayOf: row.replayOf,
    receivedAt: row.receivedAt,
    event: {
      id: row.event.id,
      source: row.event.source,
      address: row.event.address,
      dedupeKey: row.event.dedupeKey && withoutEdit(row.event.dedupeKey),
      contentType: row.event.contentType,
      actor: row.event.actor,
      receivedAt: row.event.receivedAt,
      body,
      redeliveries: row.redeliveries,
      ...sameId,
    },
    record: row.record && {
      fields: row.record.fields as JsonObject,
      sources: row.record.sources as JsonObject,
      corrections: row.record.corrections as JsonObject,
      updatedAt: row.record.updatedAt,
    },
    decisions: row.decisions.map(({ version, trace, inputs, ...decision }) => ({
      ...decision,
      notTried: notTried.get(decision.id) ?? null,
      changes: changesIn(inputs).map((change) =>
        !reveal && mask.names.includes(change.field) ? { ...change, before: MASK, after: MASK } : change,
      ),
      edited: editedIn(inputs),
      approved: coverIn(inputs, 'approved'),
      version: version.number,
      trace: (Array.isArray(trace) ? trace : []) as unknown as RuleTrace[],
    })),
    attempts: row.attempts,
    exceptions,
    outcome: row.outcome && { ...row.outcome, kind: row.outcome.kind as Outcome },
    cards,
    status: statusOf(row, exceptions, success?.endedAt ?? null, { labels, owners, cards }),
    erasures,
    masked: mask.names,
    labels,
  }
}
