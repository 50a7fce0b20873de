// How a source does: who takes from it, and what came of what it sent.
import { filterOf } from '../../domain/workflow-file/trigger.ts'
import type { Source } from '../../domain/workflow-file/webhook.ts'
import { type IgnoredType, RECENT_DAYS, recentlyIgnored } from '../digest/ignored.ts'
import type { Tx } from '../store/open.ts'
import { newestStandardsAsWritten } from './standards.ts'
import { currentVersions, readVersions } from './workflows.ts'

export interface SourceHealth {
  name: string
  /** Where it sends, as a path. */
  address: string
  source: Source
  /** The workflows that take from it; `when` null: all that it sends. */
  takers: { workflow: string; when: string | null }[]
  /** Of the last `days` days. */
  days: number
  deliveries: number
  ignored: number
  ignoredTypes: Pick<IgnoredType, 'type' | 'n'>[]
  lastReceivedAt: Date | null
}

const addressOf = (name: string): string => `/in/${name}`

/** All sources by name, or the one named. */
export async function sourceHealth(tx: Tx, only: { name?: string; at: Date }): Promise<SourceHealth[]> {
  const { sources } = await newestStandardsAsWritten(tx)
  const names = Object.keys(sources)
    .filter((name) => only.name === undefined || name === only.name)
    .toSorted()
  if (names.length === 0) return []
  const current = (await currentVersions(tx)).filter(
    ({ source }) => source !== null && names.includes(source),
  )
  const versions = await readVersions(
    tx,
    current.map(({ versionId }) => versionId),
  )
  const addresses = names.map(addressOf)
  const ignored = await recentlyIgnored(tx, only.at, addresses)
  const received = await tx.delivery.groupBy({
    by: ['address'],
    where: {
      address: { in: addresses },
      receivedAt: { gte: new Date(only.at.getTime() - RECENT_DAYS * 86_400_000) },
    },
    _count: true,
    _max: { receivedAt: true },
  })
  return names.map((name) => {
    const address = addressOf(name)
    const types = ignored.filter((one) => one.address === address)
    const figures = received.find((one) => one.address === address)
    return {
      name,
      address,
      source: sources[name] as Source,
      takers: current
        .filter(({ source }) => source === name)
        .map(({ key, versionId }) => ({
          workflow: key,
          when: filterOf(versions.get(versionId)?.definition.trigger ?? {})?.when ?? null,
        })),
      days: RECENT_DAYS,
      deliveries: figures?._count ?? 0,
      ignored: types.reduce((sum, { n }) => sum + n, 0),
      ignoredTypes: types.map(({ type, n }) => ({ type, n })),
      lastReceivedAt: figures?._max.receivedAt ?? null,
    }
  })
}
