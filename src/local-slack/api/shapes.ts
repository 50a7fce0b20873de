// Our people, channels, groups and messages in the JSON that Slack's Web API and payloads have.
import type {
  ConversationsHistoryResponse,
  ConversationsInfoResponse,
  UsergroupsListResponse,
  UsersInfoResponse,
} from '@slack/web-api'
import type { Channel, Message, Person, UserGroup } from '../contract.ts'
import { timeZoneOf } from './time-zone.ts'
import type { Workspace } from '../workspace/workspace.ts'

// Slack's own types of its answers: what is misspelt or of the wrong kind here does not compile.
export type UserJson = NonNullable<UsersInfoResponse['user']>
/** The last three are of direct messages, which the type leaves out. */
export type ChannelJson = NonNullable<ConversationsInfoResponse['channel']> & {
  user?: string
  is_user_deleted?: boolean
  priority?: number
}
export type GroupJson = NonNullable<UsergroupsListResponse['usergroups']>[number]
export type MessageJson = NonNullable<ConversationsHistoryResponse['messages']>[number]

export const userJson = (workspace: Workspace, person: Person, nowMs: number): UserJson => ({
  id: person.id,
  team_id: person.teamId ?? workspace.team.id,
  name: person.handle,
  deleted: person.isDeleted,
  color: '9f69e7',
  real_name: person.name,
  ...timeZoneOf(person.tz, nowMs),
  profile: profileJson(workspace, person),
  // Slack leaves these out for people who are deactivated.
  ...(!person.isDeleted && {
    is_admin: person.isAdmin,
    is_owner: person.isAdmin,
    is_primary_owner: person.isAdmin,
    is_restricted: person.isRestricted ?? false,
    is_ultra_restricted: person.isUltraRestricted ?? false,
  }),
  ...(person.isStranger === true && { is_stranger: true }),
  ...(person.enterpriseId !== undefined && {
    enterprise_user: {
      id: person.id,
      enterprise_id: person.enterpriseId,
      enterprise_name: person.enterpriseId,
      teams: [person.teamId ?? workspace.team.id],
      is_admin: false,
      is_owner: false,
    },
  }),
  is_bot: person.isBot,
  is_app_user: false,
  updated: 1_767_225_600,
  is_email_confirmed: !person.isBot,
  who_can_share_contact_card: 'EVERYONE',
})

const profileJson = (workspace: Workspace, person: Person): UserJson['profile'] => {
  const [first = '', ...rest] = person.name.split(' ')
  return {
    title: '',
    phone: '',
    skype: '',
    real_name: person.name,
    real_name_normalized: person.name,
    display_name: person.handle,
    display_name_normalized: person.handle,
    status_text: person.statusText,
    status_emoji: person.statusEmoji,
    status_emoji_display_info: [],
    status_expiration: person.statusExpiration,
    avatar_hash: 'g0000000000',
    first_name: first,
    last_name: rest.join(' '),
    team: person.teamId ?? workspace.team.id,
    ...(person.isBot
      ? { bot_id: workspace.bot.botId, api_app_id: workspace.bot.appId, always_active: true }
      : { email: person.email }),
  }
}

export const channelJson = (workspace: Workspace, channel: Channel): ChannelJson => {
  const base = {
    id: channel.id,
    created: channel.created,
    is_archived: channel.isArchived,
    is_im: channel.kind === 'im',
    is_org_shared: false,
    context_team_id: workspace.team.id,
    updated: channel.created * 1000,
  }
  if (channel.kind === 'im') {
    const other = channel.members.find((member) => member !== workspace.bot.userId) ?? ''
    return {
      ...base,
      user: other,
      is_user_deleted: workspace.people.get(other)?.isDeleted ?? false,
      priority: 0,
    }
  }
  return {
    ...base,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'private',
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_general: channel.name === 'general',
    unlinked: 0,
    is_shared: false,
    is_ext_shared: false,
    is_pending_ext_shared: false,
    pending_shared: [],
    creator: workspace.bot.userId,
    shared_team_ids: [workspace.team.id],
    pending_connected_team_ids: [],
    is_member: channel.members.includes(workspace.bot.userId),
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: channel.purpose, creator: '', last_set: 0 },
    previous_names: [],
  }
}

/** The same with its number of members, which only a list always has. */
export const countedChannelJson = (workspace: Workspace, channel: Channel): ChannelJson => ({
  ...channelJson(workspace, channel),
  ...(channel.kind !== 'im' && { num_members: channel.members.length }),
})

export const groupJson = (workspace: Workspace, group: UserGroup): GroupJson => ({
  id: group.id,
  team_id: workspace.team.id,
  is_usergroup: true,
  is_subteam: true,
  name: group.name,
  description: '',
  handle: group.handle,
  is_external: false,
  date_create: 1_767_225_600,
  date_update: 1_767_225_600,
  date_delete: group.isDisabled ? 1_767_225_600 : 0,
  auto_provision: false,
  enterprise_subteam_id: '',
  created_by: workspace.bot.userId,
  updated_by: workspace.bot.userId,
  prefs: { channels: [], groups: [] },
  user_count: group.members.length,
  users: group.members,
})

const botJson = (workspace: Workspace) => ({
  bot_id: workspace.bot.botId,
  app_id: workspace.bot.appId,
  bot_profile: {
    id: workspace.bot.botId,
    deleted: !workspace.isInstalled,
    name: workspace.people.get(workspace.bot.userId)?.name ?? '',
    updated: 1_767_225_600,
    app_id: workspace.bot.appId,
    user_id: workspace.bot.userId,
    icons: {},
    team_id: workspace.team.id,
  },
})

export const messageJson = (
  workspace: Workspace,
  message: Message,
  { withMetadata }: { withMetadata: boolean },
): MessageJson => ({
  type: 'message',
  ...(message.isBroadcast && { subtype: 'thread_broadcast' }),
  user: message.user,
  ts: message.ts,
  ...(message.isBot && botJson(workspace)),
  text: message.text,
  team: workspace.team.id,
  // Blocks are what the app sent: the validator has seen them, the type knows only some.
  ...(message.blocks.length > 0 && { blocks: message.blocks as MessageJson['blocks'] }),
  ...(message.threadTs !== null && { thread_ts: message.threadTs }),
  ...(message.replyCount > 0 && {
    reply_count: message.replyCount,
    reply_users_count: message.replyUsers.length,
    latest_reply: message.latestReply ?? '',
    reply_users: message.replyUsers,
    is_locked: false,
    subscribed: false,
  }),
  ...(message.editedTs !== null && { edited: { user: message.user, ts: message.editedTs } }),
  ...(message.files.length > 0 && {
    files: message.files.map((file) => ({
      id: file.id,
      name: file.name,
      title: file.title,
      mimetype: file.mimetype,
      size: file.size,
      user: file.user,
      created: file.created,
    })),
  }),
  ...(message.reactions.length > 0 && {
    reactions: message.reactions.map(({ name, users }) => ({ name, users, count: users.length })),
  }),
  ...(withMetadata && message.metadata && { metadata: message.metadata }),
})
