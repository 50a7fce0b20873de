// A storm's buttons: the list, and doing one thing to all of it after its plan was shown.
import { groupChoices } from '../../db/people/directory.ts'
import { withoutHidden } from '../../access/see.ts'
import { readStorm, type StormView } from '../../db/exceptions/storms.ts'
import { resolveAnswerText } from '../answers/resolve-answer.ts'
import { actOnAll, type Bulk, type BulkResult } from '../bulk.ts'
import { type BulkWay, bulkWays } from '../cards/storm-card.ts'
import type { SlackDeps } from '../deps.ts'
import { messageView } from '../app/message-view.ts'
import { chosenOwner } from '../modals/reassign.ts'
import { BULK, bulkModal, PER_SECOND, stormListModal } from '../modals/storm.ts'
import { openModal } from '../app/open-modal.ts'
import { inline } from '../text.ts'
import { type ActionContext, type SubmitAnswer, type ViewContext, type SlackApp } from '../app/slack-app.ts'

const GONE = messageView('Not found', 'This no longer exists.')

function stormOf(metadata: string): string {
  try {
    const read = JSON.parse(metadata) as { storm?: unknown }
    return typeof read.storm === 'string' ? read.storm : ''
  } catch {
    return ''
  }
}

const resultText = ({ done, others, left, stopped }: BulkResult): string =>
  `Done: ${done}.${others > 0 ? ` ${others} were resolved by others.` : ''}${stopped === undefined ? '' : ` Stopped with ${left} left: ${inline(stopped, 300)}.`}`

const open =
  (deps: SlackDeps, way: BulkWay | 'list') =>
  ({ value, client, triggerId, userId }: ActionContext): Promise<void> =>
    openModal({ client, triggerId, title: way === 'list' ? 'The list' : 'Plan' }, async () => {
      const { prisma } = deps.db
      const storm = await readStorm(prisma, value)
      if (!storm) return GONE
      const [newest] = storm.members
      if (way === 'list' || !newest) return stormListModal(await asSeen(deps, storm, userId), deps.clock())
      const actor = { id: userId, surface: 'slack' as const }
      const who = await deps.refusalFor({
        exceptionId: newest.id,
        actor,
        permission: way === 'reassign' ? way : 'resolve',
      })
      if (who !== undefined)
        return messageView("You can't do this", resolveAnswerText({ kind: 'not_allowed', who }, userId) ?? '')
      return bulkModal(storm, way, await groupChoices(prisma))
    })

/** The storm without the subjects that this person may not read. */
const asSeen = async ({ accessFor }: SlackDeps, storm: StormView, userId: string): Promise<StormView> => ({
  ...storm,
  members: await withoutHidden(await accessFor(userId), storm.members),
})

/** Another page of the list, in the window that is open. */
async function turnPage(deps: SlackDeps, { value, client, userId, viewId }: ActionContext): Promise<void> {
  const { db, clock } = deps
  const [, id = '', page = '0'] = /^([\w-]{1,100}):(\d{1,5})$/.exec(value) ?? []
  const storm = await readStorm(db.prisma, id, Number(page))
  const view = storm ? stormListModal(await asSeen(deps, storm, userId), clock(), Number(page)) : GONE
  if (viewId !== undefined) await client.views.update({ view_id: viewId, view })
}

/** What is done to each, or what is wrong with what was filled in. */
function actFor(
  deps: SlackDeps,
  way: BulkWay,
  { userId, view }: ViewContext,
): { act: Bulk['act'] } | { errors: Record<string, string> } {
  const actor = { id: userId, surface: 'slack' as const }
  if (way === 'reassign') {
    const chosen = chosenOwner(view.state.values)
    if ('errors' in chosen) return chosen
    return { act: (exceptionId) => deps.reassign({ exceptionId, actor, to: chosen.to }) }
  }
  const note = view.state.values[BULK.block]?.[BULK.action]?.value?.trim() ?? ''
  if (way === 'dismiss' && note === '') return { errors: { [BULK.block]: 'Say why.' } }
  const resolution = way === 'retry' ? { do: way } : { do: way, note }
  return { act: (exceptionId) => deps.resolve({ exceptionId, actor, resolution }) }
}

export function listenStorm(app: SlackApp, deps: SlackDeps): void {
  const { db, clock } = deps
  app.action('storm_list', open(deps, 'list'))
  app.action(/^storm_page:/, (context) => turnPage(deps, context))
  for (const way of bulkWays) {
    app.action(`storm_${way}`, open(deps, way))
    app.view(`storm_${way}`, async (context): Promise<SubmitAnswer> => {
      const { view, userId, client } = context
      const read = actFor(deps, way, context)
      if ('errors' in read) return { do: 'errors', errors: read.errors }
      const stormId = stormOf(view.private_metadata)
      app.background(`storm_${way}`, async (stopping) => {
        const bulk = { db, stormId, perSecond: PER_SECOND, clock, act: read.act, stopping }
        const result = await actOnAll(bulk)
        await client.chat.postMessage({ channel: userId, text: resultText(result) })
      })
      return { do: 'close' }
    })
  }
}
