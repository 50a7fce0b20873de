// users.*, usergroups.* and dnd.info: who people are, which groups they are in, whether they may be disturbed.
import type {
  DndInfoResponse,
  UsergroupsListResponse,
  UsergroupsUsersListResponse,
  UsersLookupByEmailResponse,
} from '@slack/web-api'
import type { Person, UserGroup } from '../contract.ts'
import type { Slack } from '../slack.ts'
import { flag, optionalText, text, type Arguments } from './arguments.ts'
import type { Methods } from './method.ts'
import { pageOf } from './pages.ts'
import { Refusal } from './refusal.ts'
import { groupJson, userJson, type UserJson } from './shapes.ts'

const person = (slack: Slack, id: string): Person => {
  const found = slack.store.workspace.people.get(id)
  if (!found) throw new Refusal('user_not_found')
  return found
}

const shape = (slack: Slack, one: Person): UserJson => {
  const json = userJson(slack.store.workspace, one, slack.clock.nowMs())
  if (slack.scopes.includes('users:read.email')) return json
  const { email: _, ...profile } = json.profile ?? {}
  return { ...json, profile }
}

const lookupByEmail = (slack: Slack, args: Arguments): Partial<UsersLookupByEmailResponse> => {
  const email = text(args, 'email').toLowerCase()
  const found = [...slack.store.workspace.people.values()].find(
    (one) => !one.isDeleted && !one.isBot && one.email.toLowerCase() === email,
  )
  if (!found) throw new Refusal('users_not_found')
  return { user: shape(slack, found) }
}

const groups = (slack: Slack, args: Arguments): Partial<UsergroupsListResponse> => {
  const { workspace } = slack.store
  const shown = [...workspace.groups.values()].filter(
    (group) => !group.isDisabled || flag(args, 'include_disabled'),
  )
  return {
    usergroups: shown.map((group) => {
      const { users, user_count: count, ...json } = groupJson(workspace, group)
      return {
        ...json,
        ...(flag(args, 'include_users') && { users }),
        ...(flag(args, 'include_count') && { user_count: count }),
      }
    }),
  }
}

const groupMembers = (slack: Slack, args: Arguments): Partial<UsergroupsUsersListResponse> => {
  const group: UserGroup | undefined = slack.store.workspace.groups.get(text(args, 'usergroup'))
  if (!group || (group.isDisabled && !flag(args, 'include_disabled'))) throw new Refusal('no_such_subteam')
  return { users: group.members }
}

/** Of others one learns their hours without disturbance, not that they snooze: a snooze is told as such hours. */
const dndInfo = (slack: Slack, args: Arguments): Partial<DndInfoResponse> => {
  const { dndUntil } = person(slack, optionalText(args, 'user') ?? slack.store.workspace.bot.userId)
  const now = Math.floor(slack.clock.nowMs() / 1000)
  const isOn = dndUntil > now
  return {
    dnd_enabled: isOn,
    next_dnd_start_ts: isOn ? now : 1,
    next_dnd_end_ts: isOn ? dndUntil : 1,
  }
}

export const userMethods: Methods = {
  'users.info': {
    tier: 4,
    scopes: ['users:read'],
    token: 'bot',
    run: (slack, args) => ({ user: shape(slack, person(slack, text(args, 'user'))) }),
  },
  'users.list': {
    tier: 2,
    scopes: ['users:read'],
    token: 'bot',
    run: (slack, args) => {
      const everyone = [...slack.store.workspace.people.values()]
      const { items, response_metadata } = pageOf(everyone, args, { usual: 1000, most: 1000 })
      const members = items.map((one) => shape(slack, one))
      return { members, cache_ts: Math.floor(slack.clock.nowMs() / 1000), response_metadata }
    },
  },
  'users.getPresence': {
    tier: 3,
    scopes: ['users:read'],
    token: 'bot',
    run: (slack, args) => ({ presence: person(slack, text(args, 'user')).isAway ? 'away' : 'active' }),
  },
  'users.lookupByEmail': { tier: 3, scopes: ['users:read.email'], token: 'bot', run: lookupByEmail },
  'usergroups.list': { tier: 2, scopes: ['usergroups:read'], token: 'bot', run: groups },
  'usergroups.users.list': { tier: 2, scopes: ['usergroups:read'], token: 'bot', run: groupMembers },
  'dnd.info': { tier: 3, scopes: ['dnd:read'], token: 'bot', run: dndInfo },
}
