// A storm's buttons: the list, and doing one thing to all of it after its plan was shown.
import { readStorm } from '../../db/storms.ts'
import { type BulkResult, actOnAll } from '../bulk.ts'
import { type BulkWay, bulkWays } from '../cards/storm-card.ts'
import type { SlackDeps } from '../deps.ts'
import { BULK, bulkModal, PER_SECOND, stormListModal } from '../modals/storm.ts'
import { openModal } from '../open-modal.ts'
import { inline } from '../text.ts'
import { messageView, type PressContext, type SubmitAnswer, type SubmitContext, type Wire } from '../wire.ts'

const GONE = messageView('Not found', 'There is nothing of this (any more).')

function stormOf(metadata: string): string {
  try {
    const read = JSON.parse(metadata) as { storm?: unknown }
    return typeof read.storm === 'string' ? read.storm : ''
  } catch {
    return ''
  }
}

const resultText = ({ done, others, left, stopped }: BulkResult): string =>
  `Done: ${done}.${others > 0 ? ` ${others} were settled by others.` : ''}${stopped === undefined ? '' : ` Stopped with ${left} left: ${inline(stopped, 300)}.`}`

const open =
  ({ db, clock }: SlackDeps, way: BulkWay | 'list') =>
  ({ value, client, triggerId }: PressContext): Promise<void> =>
    openModal({ client, triggerId, title: way === 'list' ? 'The list' : 'Plan' }, async () => {
      const storm = await readStorm(db.prisma, value)
      if (!storm) return GONE
      return way === 'list' || storm.open === 0 ? stormListModal(storm, clock()) : bulkModal(storm, way)
    })

function actFor(deps: SlackDeps, way: BulkWay, { userId, view }: SubmitContext) {
  const actor = { id: userId, surface: 'slack' as const }
  const input = view.state.values[BULK.block]?.[BULK.action]
  const note = input?.value?.trim() ?? ''
  const to = input?.selected_user ?? ''
  return (exceptionId: string) => {
    if (way === 'reassign') return deps.reassign({ exceptionId, actor, to })
    return deps.settle({ exceptionId, actor, settlement: way === 'reject' ? { do: way, note } : { do: way } })
  }
}

export function listenStorm(wire: Wire, deps: SlackDeps): void {
  wire.press('storm_list', open(deps, 'list'))
  for (const way of bulkWays) {
    wire.press(`storm_${way}`, open(deps, way))
    wire.submit(`storm_${way}`, async (context): Promise<SubmitAnswer> => {
      const { view, userId, client } = context
      const given = view.state.values[BULK.block]?.[BULK.action]
      if (way === 'reject' && !given?.value?.trim())
        return { do: 'errors', errors: { [BULK.block]: 'Say why.' } }
      if (way === 'reassign' && !given?.selected_user)
        return { do: 'errors', errors: { [BULK.block]: 'Choose a person.' } }
      const act = actFor(deps, way, context)
      const bulk = { db: deps.db, stormId: stormOf(view.private_metadata), perSecond: PER_SECOND, act }
      wire.background(`storm_${way}`, async () => {
        const result = await actOnAll(bulk)
        await client.chat.postMessage({ channel: userId, text: resultText(result) })
      })
      return { do: 'close' }
    })
  }
}
