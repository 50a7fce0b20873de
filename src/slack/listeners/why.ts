// Why?: all of the run to those who may read it, its outline to the others; also for resolved ones.
import { listAudit } from '../../db/audit/audit.ts'
import type { SlackDeps } from '../deps.ts'
import { whyModal } from '../modals/why.ts'
import type { SlackApp } from '../app/slack-app.ts'
import { openFor } from './exception-action.ts'

const MOST_AUDIT = 200

export function listenWhy(app: SlackApp, deps: SlackDeps): void {
  app.action('why', (context) =>
    openFor(deps, context, {
      title: 'Why?',
      build: async ({ run }) =>
        whyModal(run, await listAudit(deps.db.prisma, { runId: run.id, most: MOST_AUDIT })),
      isForResolved: true,
      shows: 'run',
    }),
  )
}
