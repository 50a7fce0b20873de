// Opens exceptions: finds the owner, says who may resolve and until when, and asks for the card. Never drops one: with
// nobody who was meant it is the workflow's owner's; with nobody at all it says so and stands in the operators' channel.
import { withChannels } from '../../db/people/covered-channels.ts'
import { newId } from '../../db/store/ids.ts'
import { addCounts } from '../../db/digest/counters.ts'
import { insertExceptions, type NewException, openedCounts } from '../../db/exceptions/exceptions.ts'
import { type Earlier, earlierExceptions, writeFinal } from '../../db/exceptions/final-resolutions.ts'
import { typedWithIds } from '../../db/people/members.ts'
import { boundForRuns, channelWithId, standardsWithIds } from '../../db/people/name-bindings.ts'
import type { Tx } from '../../db/store/open.ts'
import { assignOwner } from '../../db/people/owners.ts'
import { labelledOwners } from '../../db/people/people.ts'
import { ownRuns } from '../../db/runs/run-owner.ts'
import type { RenderedCard } from '../../domain/compile/compile-card.ts'
import { coverIn } from '../../domain/exceptions/approval.ts'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { exceptionChannel } from '../../domain/workflow-file/exception-channel.ts'
import { asJson, type JsonObject } from '../../domain/values/json.ts'
import { bindableIn, type Bound, parseOwner } from '../../domain/people/owner.ts'
import { isNobody, sourcesIn, withoutRecord } from '../../domain/people/owner-from-record.ts'
import { machineFaults, type Reason, sentenceOf } from '../../domain/exceptions/reasons.ts'
import { fingerprintOf, isSameCase } from '../../domain/exceptions/same-case.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { parseDuration } from '../../domain/time/duration.ts'
import { respondBy } from './due.ts'

export interface Opening {
  runId: string
  definition: Definition
  standards: Standards
  reason: Reason
  detail: string
  data: JsonObject
  /** What the exception is about besides the reason: a field, an action's target. */
  about: string
  route: string | null
  /** Who owns it; empty: the route's owner, then the workflow's. */
  owner: string[]
  /** Who has the run already: they, where they are there. */
  ownerId?: string | null
  /** The card of the exception under which this one waits; it gets none of its own in Slack. */
  underCard?: string
  /** What the file says of the case. */
  card?: RenderedCard
  /** Set for a review: only these may approve. */
  review?: { by: string[]; approvals: number; self: boolean }
}

interface Found {
  spec: string
  id: string | null
  /** Whoever was meant could not be reached. */
  isFallback: boolean
}

async function ownerOf(
  tx: Tx,
  { has, wanted, workflowOwner }: { has: string; wanted: string; workflowOwner: string },
  at: Date,
  standards: Standards,
): Promise<Found> {
  for (const asked of [has, wanted, workflowOwner]) {
    const owner = asked === '' ? undefined : await assignOwner(tx, asked, standards, at)
    const spec = asked === has ? wanted : asked
    if (owner) return { spec, id: owner.id, isFallback: spec !== wanted }
  }
  return { spec: wanted, id: null, isFallback: true }
}

/**
 * Names in the file mean whom they meant when it was published; a name that the record brought, whom it means now. Written
 * with their ids: who gets such a handle later gets none of this.
 */
async function toException(
  tx: Tx,
  { opening, bound, earlier }: { opening: Opening; bound: Bound; earlier: Earlier | undefined },
  at: Date,
): Promise<NewException> {
  const { definition, standards, review, card } = opening
  const data = card && Object.keys(card).length > 0 ? { ...opening.data, card: asJson(card) } : opening.data
  const withIds = async (texts: readonly string[]) =>
    Promise.all(texts.map((text) => typedWithIds(tx, text, bound)))
  const wanted = await withIds(wantedOf(opening))
  const workflowOwner = await withIds((definition.owner ?? []).map(withoutRecord))
  const owner = await ownerOf(
    tx,
    { has: opening.ownerId ?? '', wanted: wanted.join(', '), workflowOwner: workflowOwner.join(', ') },
    at,
    standardsWithIds(standards, bound),
  )
  const by = review
    ? await withIds(review.by)
    : [...wanted, ...workflowOwner].filter((name) => !isNobody(name))
  // A review keeps its reason: who approves is said by its policy, whoever owns it meanwhile.
  const unowned = owner.id === null && !review
  const reason = unowned ? 'no_eligible_owner' : opening.reason
  const fingerprint = fingerprintOf(definition.workflow, reason, unowned ? wantedBy(opening) : opening.about)
  const reopened = earlier && isSameCase(earlier.fingerprint, fingerprint) ? earlier : undefined
  const hasOwner = reopened !== undefined && owner.id !== null && reopened.ownerId === owner.id
  return {
    id: newId('exc'),
    cardId: newId('card'),
    runId: opening.runId,
    workflow: definition.workflow,
    reason,
    detail: detailOf(opening, owner, {
      wanted: await wordsFor(tx, opening, wanted),
      unbound: bindableIn(wanted),
    }),
    data: unowned ? { ...data, instead_of: opening.reason } : data,
    fingerprint,
    ownerSpec: owner.spec,
    ownerId: owner.id,
    // Whom it was escalated to has it still.
    policy: {
      by: [...new Set([...by, ...(review ? [] : (reopened?.policy.by ?? []))])],
      approvals: review?.approvals ?? 1,
      self: review?.self ?? true,
    },
    underCard: opening.underCard ?? reopened?.underCard ?? null,
    channel: channelWithId(
      (owner.id === null ? standards.channels.alerts : undefined) ?? exceptionChannel(definition, standards),
      bound,
    ),
    dueAt: reopened?.dueAt ?? respondBy(definition, standards, opening.route, at),
    timesOutAt: timesOutAt(opening, at),
    reopens: reopened?.id ?? null,
    caseOpenedAt: reopened?.caseOpenedAt ?? at,
    ownerSince: hasOwner ? reopened.ownerSince : at,
    escalation: hasOwner ? reopened.escalation : 0,
    isFirstFault: machineFaults.includes(opening.reason) && !earlier?.hasFault,
  }
}

/** Only where the file asks a person: what failed on the way is not decided by letting time pass. */
function timesOutAt({ definition, route, review, data }: Opening, at: Date): Date | null {
  const timeout = route === null ? undefined : definition.routes[route]?.timeout
  const isAsked = review !== undefined || data['origin'] === 'route'
  return timeout && isAsked ? new Date(at.getTime() + parseDuration(timeout.after)) : null
}

/** Whom it was meant for, as the file names them; whom the record named, by what they are called here. */
async function wordsFor(tx: Tx, opening: Opening, wanted: string[]): Promise<string> {
  const written = wantedOf(opening)
  const labels = await labelledOwners(tx, wanted)
  const names = written.map((text, at) =>
    parseOwner(text)?.of[0]?.name.kind === 'id' ? labels.get(wanted[at] ?? '') : text,
  )
  return [...new Set(names)].filter((name) => name !== undefined && !isNobody(name)).join(', ')
}

/** Says whom it was meant for, where that is not who has it now. */
function detailOf(
  opening: Opening,
  { id, isFallback }: Found,
  { wanted, unbound }: { wanted: string; unbound: string[] },
): string {
  const { detail, reason, review } = opening
  const sources = sourcesIn(wantedOf(opening))
  if (!isFallback || (wanted === '' && sources.length === 0)) return detail
  const taken = sources.map(sourceText)
  const unknown = unbound.map(unknownText)
  if (id !== null) {
    const reached = `${wanted === '' ? 'That owner' : wanted} could not be reached, so it is with the workflow's owner.`
    return [`${detail}\n${[...taken, reached].join(' ')}`, ...unknown].join(' ')
  }
  const why = review ? detail : `${sentenceOf(reason)} ${detail}`
  const nobody = wanted === '' ? '' : `Nobody could be reached as ${wanted}.`
  return [nobody, ...taken, ...unknown, why].filter((part) => part !== '').join(' ')
}

/** An owner that the record was to name. What to do is said beside it: fix the value, or reassign. */
const sourceText = (source: string): string => `The owner comes from ${source}, whose value names no member.`

/** A name without an id: nobody of ours has it, or more than one. */
const unknownText = (name: string): string =>
  `${name} does not name exactly one member or group of this workspace.`

/** Whom a run on this route is meant for: whom the decision names, else the route's owner, else the workflow's. */
export function wantedOf({
  owner,
  definition,
  route,
}: Pick<Opening, 'owner' | 'definition' | 'route'>): string[] {
  const ofRoute = route === null ? undefined : definition.routes[route]?.owner
  return owner.length > 0 ? owner : (ofRoute ?? definition.owner ?? []).map(withoutRecord)
}
const wantedBy = (opening: Opening): string => wantedOf(opening).join(',')
const isByTurn = (opening: Opening): boolean =>
  [...wantedOf(opening), ...(opening.definition.owner ?? [])].some((spec) => spec.includes('('))

/** What is asked for, with the channels that its names stand for at this moment. */
async function withCovers(tx: Tx, openings: Opening[], names: Map<string, Bound>): Promise<Opening[]> {
  const asked = openings.flatMap((opening) => {
    const cover = coverIn(opening.data, 'covers')
    return cover ? [{ opening, cover, bound: names.get(opening.runId) ?? new Map() }] : []
  })
  const covers = await withChannels(tx, asked)
  const found = new Map(asked.map(({ opening }, at) => [opening, covers[at]]))
  return openings.map((opening) => {
    const cover = found.get(opening)
    return cover ? { ...opening, data: { ...opening.data, covers: asJson(cover) } } : opening
  })
}

/**
 * Opens one exception for each run; what the run had stopped for before is thereby resolved for good, or has come back. The
 * caller holds the runs in the same transaction.
 */
export async function openExceptions(tx: Tx, given: Opening[], at: Date): Promise<void> {
  const runIds = given.map(({ runId }) => runId)
  const names = await boundForRuns(tx, runIds)
  const earlier = await earlierExceptions(tx, runIds)
  const openings = await withCovers(tx, given, names)
  const together: NewException[] = []
  const byTurn: NewException[] = []
  // In one order, so that two batches that ask for the same turns wait for each other and never in a circle.
  for (const opening of openings.toSorted((a, b) => wantedBy(a).localeCompare(wantedBy(b)))) {
    const bound: Bound = names.get(opening.runId) ?? new Map()
    const exception = await toException(tx, { opening, bound, earlier: earlier.get(opening.runId) }, at)
    // Whose turn it is next may depend on this one: it is written before the next is asked for.
    if (isByTurn(opening)) {
      await insertExceptions(tx, [exception], at)
      byTurn.push(exception)
    } else together.push(exception)
  }
  await insertExceptions(tx, together, at)
  const all = [...together, ...byTurn]
  await ownRuns(
    tx,
    all.flatMap(({ runId, ownerId }) => (ownerId === null ? [] : [{ runId, ownerId }])),
  )
  const final = [...earlier.values()].map(({ id }) => id)
  // Once in a transaction, after all of it, so that two of them lock rows in one order.
  await addCounts(tx, [...openedCounts(all), ...(await writeFinal(tx, final, at))], at)
}
