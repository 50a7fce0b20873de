// Why?: all of a run to those who may read it, its outline to the others; also for resolved ones. A long one has pages.
import { listAudit } from '../../db/audit/audit.ts'
import { seeException } from '../../access/see.ts'
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import { outlineText } from '../answers/outline.ts'
import { messageView, noSuchException } from '../app/message-view.ts'
import type { SlackDeps } from '../deps.ts'
import { readPageValue } from '../modals/pages.ts'
import { WHY, whyModal } from '../modals/why.ts'
import type { SlackApp } from '../app/slack-app.ts'
import { openFor } from './exception-action.ts'

const MOST_AUDIT = 200

export function listenWhy(app: SlackApp, deps: SlackDeps): void {
  const { db, accessFor } = deps
  const modalOf = async ({ run, exception }: ExceptionView, page: number) =>
    whyModal(run, await listAudit(db.prisma, { runId: run.id, most: MOST_AUDIT }), {
      exceptionId: exception.id,
      page,
    })
  app.action('why', (context) =>
    openFor(deps, context, {
      title: WHY,
      build: (view) => modalOf(view, 1),
      isForResolved: true,
      shows: 'run',
    }),
  )
  app.action(/^why_(back|next)$/, async ({ value, userId, viewId, client }) => {
    const carried = readPageValue(value)
    // Read anew: who may see it, and what there is to see, may have changed.
    const seen = carried && (await seeException(db.prisma, await accessFor(userId), carried.id))
    const view = !seen
      ? noSuchException
      : seen.kind === 'outline'
        ? messageView(WHY, outlineText(seen))
        : await modalOf(seen.view, carried.page)
    await client.views.update({ view_id: viewId ?? '', view })
  })
}
