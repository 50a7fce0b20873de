// What an administrator of the workspace does: people, groups, channels, the app's installation. Each tells the app.
import type { ControlAnswers, ControlCalls } from '../control-contract.ts'
import { groupJson, userJson } from '../api/shapes.ts'
import { changeChannel } from '../delivery/channel-changes.ts'
import { sendEvent } from '../delivery/events.ts'
import type { Slack } from '../slack.ts'
import { newChannel, newPerson } from '../workspace/demo-workspace.ts'
import { findGroup, findPerson, findChannel } from '../workspace/find.ts'
import { newId } from '../workspace/ids.ts'
import { ControlError } from './refusal.ts'
import { channelNamed, groupNamed, personNamed } from './who-and-where.ts'

const seconds = (slack: Slack) => Math.floor(slack.clock.nowMs() / 1000)

export const person = (slack: Slack, call: ControlCalls['person']): ControlAnswers['person'] => {
  const { user, ...over } = call
  const changed = { ...personNamed(slack, user), ...over }
  slack.store.commit({ kind: 'person', person: changed })
  void sendEvent(slack, {
    type: 'user_change',
    user: userJson(slack.store.workspace, changed, slack.clock.nowMs()),
    cache_ts: seconds(slack),
  })
  return { person: changed }
}

export const join = (slack: Slack, call: ControlCalls['join']): ControlAnswers['join'] => {
  const { workspace } = slack.store
  const { teamId, enterpriseId, isRestricted, isUltraRestricted, isStranger } = call
  const known = findPerson(workspace, call.handle)
  // A handle is one person's in their own team alone.
  if (known && known.teamId === teamId) throw new ControlError('handle_taken', `${call.handle} is taken`, 409)
  const { handle, name, email, tz = 'Europe/Berlin' } = call
  const joined = {
    ...newPerson(newId('U'), { handle, name, tz, ...(email !== undefined && { email }) }),
    ...(teamId !== undefined && { teamId }),
    ...(enterpriseId !== undefined && { enterpriseId }),
    ...(isRestricted !== undefined && { isRestricted }),
    ...(isUltraRestricted !== undefined && { isUltraRestricted }),
    ...(isStranger !== undefined && { isStranger }),
  }
  slack.store.commit({ kind: 'person', person: joined })
  if (teamId === undefined)
    void sendEvent(slack, { type: 'team_join', user: userJson(workspace, joined, slack.clock.nowMs()) })
  const general = findChannel(workspace, 'general')
  if (general) changeChannel(slack, general, { members: [...general.members, joined.id] })
  return { person: joined }
}

export const group = (slack: Slack, call: ControlCalls['group']): ControlAnswers['group'] => {
  const { workspace } = slack.store
  const known = findGroup(workspace, call.group)
  const isNew = !known && call.members !== undefined
  const before = isNew
    ? { id: newId('S'), handle: call.group, name: call.group, members: [], isDisabled: false }
    : groupNamed(slack, call.group)
  const members = call.members?.map((member) => personNamed(slack, member).id) ?? before.members
  const { handle = before.handle, name = before.name, isDisabled = before.isDisabled } = call
  const changed = { ...before, handle, name, isDisabled, members }
  slack.store.commit({ kind: 'group', group: changed })
  const subteam = groupJson(workspace, changed)
  void sendEvent(slack, { type: isNew ? 'subteam_created' : 'subteam_updated', subteam })
  const added = members.filter((member) => !before.members.includes(member))
  const removed = before.members.filter((member) => !members.includes(member))
  if (added.length + removed.length > 0)
    void sendEvent(slack, {
      type: 'subteam_members_changed',
      subteam_id: changed.id,
      team_id: workspace.team.id,
      date_previous_update: seconds(slack),
      date_update: seconds(slack),
      added_users: added,
      added_users_count: String(added.length),
      removed_users: removed,
      removed_users_count: String(removed.length),
    })
  return { group: changed }
}

export const channel = (slack: Slack, call: ControlCalls['channel']): ControlAnswers['channel'] => {
  const { name, isPrivate, isArchived, topic } = call
  const members = call.members?.map((member) => personNamed(slack, member).id)
  if (call.channel !== undefined) {
    const before = channelNamed(slack, call.channel)
    return {
      channel: changeChannel(slack, before, {
        ...(name !== undefined && { name }),
        ...(isArchived !== undefined && { isArchived }),
        ...(topic !== undefined && { topic }),
        ...(members && { members }),
      }),
    }
  }
  if (name === undefined) throw new ControlError('name_missing', 'A new channel needs a name')
  if (!/^[a-z0-9_-]{1,80}$/.test(name))
    throw new ControlError('invalid_name', `${name} is no name for a channel`)
  if (findChannel(slack.store.workspace, name))
    throw new ControlError('name_taken', `#${name} is there already`, 409)
  const kind = isPrivate ? 'private' : 'channel'
  const made = newChannel(newId('C'), name, { kind, topic: topic ?? '', created: seconds(slack) })
  return { channel: changeChannel(slack, made, { members: members ?? [] }) }
}

export const install = (slack: Slack, call: ControlCalls['install']): ControlAnswers['install'] => {
  const { store } = slack
  if (store.workspace.isInstalled && !call.isInstalled) {
    // Sent before the tokens stop working; Slack sends both, in no order one may rely on.
    void sendEvent(slack, {
      type: 'tokens_revoked',
      tokens: { oauth: [], bot: [store.workspace.bot.userId] },
    })
    void sendEvent(slack, { type: 'app_uninstalled' })
  }
  store.commit({ kind: 'installed', isInstalled: call.isInstalled })
  const app = slack.connection()
  store.commit({ kind: 'app', app })
  return { app }
}
