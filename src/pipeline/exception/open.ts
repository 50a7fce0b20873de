// Opens exceptions: finds the owner, says who may settle and until when, and asks for the card. Never drops one: with
// nobody who was meant it is the workflow's owner's; with nobody at all it says so and stands in the operators' channel.
import { newId } from '../../db/ids.ts'
import { countOpened, insertExceptions, type NewException } from '../../db/exceptions.ts'
import type { Tx } from '../../db/open.ts'
import { assignOwner } from '../../db/owners.ts'
import type { Definition } from '../../domain/definition.ts'
import { exceptionChannel } from '../../domain/exception-channel.ts'
import type { JsonObject } from '../../domain/json.ts'
import { type Reason, reasonText } from '../../domain/reasons.ts'
import type { Standards } from '../../domain/standards.ts'
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
  /** The card of the exception under which this one waits; it gets none of its own in Slack. */
  underCard?: string
  /** Set for a review: only these may approve. */
  review?: { by: string[]; approvals: number; self: boolean }
}

async function ownerOf(tx: Tx, opening: Opening, at: Date) {
  const { definition, standards } = opening
  const workflowOwner = definition.owner ?? []
  const wanted = wantedOf(opening)
  for (const specs of [wanted, workflowOwner]) {
    const spec = specs.join(', ')
    const owner = spec === '' ? undefined : await assignOwner(tx, spec, standards, at)
    if (owner) return { wanted, spec, id: owner.id, isFallback: specs !== wanted }
  }
  return { wanted, spec: wanted.join(', '), id: null, isFallback: true }
}

async function toException(tx: Tx, opening: Opening, at: Date): Promise<NewException> {
  const { definition, standards, review } = opening
  const owner = await ownerOf(tx, opening, at)
  const by = review?.by ?? [...owner.wanted, ...(definition.owner ?? [])]
  // A review keeps its reason: who approves is said by its policy, whoever owns it meanwhile.
  const unowned = owner.id === null && !review
  return {
    id: newId('exc'),
    cardId: newId('card'),
    runId: opening.runId,
    workflow: definition.workflow,
    reason: unowned ? 'no_eligible_owner' : opening.reason,
    detail: detailOf(opening, owner),
    data: unowned ? { ...opening.data, instead_of: opening.reason } : opening.data,
    fingerprint: unowned
      ? `${definition.workflow}/no_eligible_owner/${wantedBy(opening)}`
      : `${definition.workflow}/${opening.reason}/${opening.about}`,
    ownerSpec: owner.spec,
    ownerId: owner.id,
    policy: { by: [...new Set(by)], approvals: review?.approvals ?? 1, self: review?.self ?? true },
    underCard: opening.underCard ?? null,
    channel:
      (owner.id === null ? standards.channels.alerts : undefined) ?? exceptionChannel(definition, standards),
    dueAt: respondBy(definition, standards, opening.route, at),
  }
}

/** Says whom it was meant for, where that is not who has it now. */
function detailOf(opening: Opening, { id, isFallback }: { id: string | null; isFallback: boolean }): string {
  const { detail, reason, review } = opening
  const wanted = wantedOf(opening).join(', ')
  if (!isFallback || wanted === '') return detail
  if (id !== null) return `${detail}\n${wanted} could not be reached, so it is with the workflow's owner.`
  const why = review ? detail : `${reasonText(reason).sentence} ${detail}`
  return `Nobody could be reached as ${wanted}. ${why}`
}

function wantedOf({ owner, definition, route }: Opening): string[] {
  const ofRoute = route === null ? undefined : definition.routes[route]?.owner
  return owner.length > 0 ? owner : (ofRoute ?? definition.owner ?? [])
}
const wantedBy = (opening: Opening): string => wantedOf(opening).join(',')
const isByTurn = (opening: Opening): boolean =>
  [...wantedOf(opening), ...(opening.definition.owner ?? [])].some((spec) => spec.includes('('))

/** Opens one exception for each run. The caller holds the runs in the same transaction. */
export async function openExceptions(tx: Tx, openings: Opening[], at: Date): Promise<void> {
  const together: NewException[] = []
  const byTurn: NewException[] = []
  // In one order, so that two batches that ask for the same turns wait for each other and never in a circle.
  for (const opening of openings.toSorted((a, b) => wantedBy(a).localeCompare(wantedBy(b)))) {
    const exception = await toException(tx, opening, at)
    // Whose turn it is next may depend on this one: it is written before the next is asked for.
    if (isByTurn(opening)) {
      await insertExceptions(tx, [exception], at)
      byTurn.push(exception)
    } else together.push(exception)
  }
  await insertExceptions(tx, together, at)
  await countOpened(tx, [...together, ...byTurn], at)
}
