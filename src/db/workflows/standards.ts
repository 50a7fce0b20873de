// What holds for every team (signalbox.yaml), as it was published last.
import { type Targets, targetsOf } from '../../domain/digest/digest-targets.ts'
import {
  DIGEST_CHANNEL,
  noStandards,
  type Standards,
  standardsSchema,
} from '../../domain/workflow-file/standards.ts'
import {
  boundIn,
  boundInStandards,
  channelWithId,
  standardsWithIds,
  scopeOfStandards,
} from '../people/name-bindings.ts'
import type { Tx } from '../store/open.ts'

/** Which standards are the newest: small, read often to notice what others published. null: none were published. */
export const newestStandardsId = async (tx: Tx): Promise<number | null> =>
  (await tx.standards.aggregate({ _max: { id: true } }))._max.id

async function newest(tx: Tx) {
  const row = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { id: true, content: true } })
  return row && { id: row.id, standards: standardsSchema.parse(row.content) }
}

/** The standards published last, with ids for the names in it; none were published: the defaults. */
export async function newestStandards(tx: Tx): Promise<Standards> {
  const found = await newest(tx)
  return found
    ? standardsWithIds(found.standards, await boundIn(tx, scopeOfStandards(found.id)))
    : noStandards
}

/** The same as they were written: to be shown, compared and published again. */
export const newestStandardsAsWritten = async (tx: Tx): Promise<Standards> =>
  (await newest(tx))?.standards ?? noStandards

/** Of the digest of this team, or of all, that somebody asks for: where it goes, whose clock its days follow, its targets. */
export async function digestAskedFor(
  tx: Tx,
  team?: string,
): Promise<{ channel: string; timezone: string; targets: Targets }> {
  const { digests } = await newestStandards(tx)
  const standard = Object.values(digests).find((one) => one.channel !== undefined && one.team === team)
  return {
    channel: standard?.channel ?? channelWithId(DIGEST_CHANNEL, await boundInStandards(tx)),
    timezone: standard?.timezone ?? 'UTC',
    targets: targetsOf(standard?.targets),
  }
}

/** The text of the signalbox.yaml that was published last; undefined when none was. */
export async function newestStandardsSource(tx: Tx): Promise<string | undefined> {
  const row = await tx.standards.findFirst({ orderBy: { id: 'desc' }, select: { source: true } })
  return row?.source || undefined
}
