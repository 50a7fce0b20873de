// Why?: all of the run to those who may read it, its outline to the others; also for settled ones.
import type { SlackDeps } from '../deps.ts'
import { whyModal } from '../modals/why.ts'
import type { Wire } from '../wire.ts'
import { openFor } from './exception-press.ts'

export function listenWhy(wire: Wire, deps: SlackDeps): void {
  wire.press('why', (context) =>
    openFor(deps, context, {
      title: 'Why?',
      build: ({ run }) => whyModal(run),
      isForSettled: true,
      shows: 'run',
    }),
  )
}
