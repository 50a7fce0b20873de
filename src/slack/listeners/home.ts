// App Home: drawn each time a person opens it, and again after what they did in a window of ours, for it shows their work.
import type { SlackDeps } from '../deps.ts'
import type { EventApp } from '../app/slack-app.ts'

const MOST_REMEMBERED = 5000

export function listenHome(app: EventApp, deps: SlackDeps): void {
  const seenBy = new Set<string>()
  app.event('app_home_opened', async ({ user, tab }) => {
    if (tab !== 'home' || typeof user !== 'string') return
    if (seenBy.size >= MOST_REMEMBERED) seenBy.clear()
    seenBy.add(user)
    await deps.publishHome(user)
  })
  app.submitted(async (user) => {
    if (seenBy.has(user)) await deps.publishHome(user)
  })
}
