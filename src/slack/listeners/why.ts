// Why?: all of the run to those who may read it, its outline to the others; also for settled ones.
import { listAudit } from '../../db/audit.ts'
import type { SlackDeps } from '../deps.ts'
import { whyModal } from '../modals/why.ts'
import type { Wire } from '../wire.ts'
import { openFor } from './exception-press.ts'

const MOST_AUDIT = 200

export function listenWhy(wire: Wire, deps: SlackDeps): void {
  wire.press('why', (context) =>
    openFor(deps, context, {
      title: 'Why?',
      build: async ({ run }) =>
        whyModal(run, await listAudit(deps.db.prisma, { runId: run.id, most: MOST_AUDIT })),
      isForSettled: true,
      shows: 'run',
    }),
  )
}
