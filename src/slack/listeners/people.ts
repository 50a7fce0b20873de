// People and groups as they change in Slack.
import type { SlackDeps } from '../deps.ts'
import { type SlackGroup, type SlackUser, syncGroup, syncPerson } from '../people/sync-people.ts'
import type { Clients } from '../api/clients.ts'
import type { EventApp } from '../app/slack-app.ts'

export function listenPeople(
  app: EventApp,
  { db, clock }: SlackDeps,
  { posting: client }: Clients,
  changed: () => Promise<void>,
): void {
  const deps = { db, client, clock }
  for (const name of ['user_change', 'team_join']) {
    app.event(name, async ({ user }) => {
      await syncPerson(deps, user as SlackUser)
      await changed()
    })
  }
  for (const name of ['subteam_created', 'subteam_updated']) {
    app.event(name, async ({ subteam }) => syncGroup(deps, subteam as SlackGroup))
  }
  app.event('subteam_members_changed', async ({ subteam_id: id }) => syncGroup(deps, { id: String(id) }))
}
