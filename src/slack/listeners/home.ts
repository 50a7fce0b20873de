// App Home: drawn each time a person opens it.
import type { Clients } from '../clients.ts'
import type { SlackDeps } from '../deps.ts'
import { publishHome } from '../home/publish.ts'
import type { Wire } from '../wire.ts'

export function listenHome(wire: Wire, deps: SlackDeps, { interactive }: Clients): void {
  wire.event('app_home_opened', async ({ user, tab }) => {
    if (tab === 'home' && typeof user === 'string') await publishHome(deps, interactive, user)
  })
}
