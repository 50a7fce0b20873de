// The payloads Slack sends to an app for commands, presses, views, shortcuts and events, in full.
// Shapes: https://docs.slack.dev/reference/interaction-payloads
import type { Channel, Message, Person, View } from '../contract.ts'
import { messageJson } from '../api/shapes.ts'
import type { Slack } from '../slack.ts'
import { newId } from '../workspace/ids.ts'
import { tsFromMicros } from '../workspace/store.ts'
import { viewJson } from '../workspace/views.ts'
import type { Interaction } from './response-urls.ts'

type Json = Record<string, unknown>

// The old verification token: sent in every payload, replaced by the signature, never a secret here.
const VERIFICATION_TOKEN = 'local-verification-token'

export const actionTs = (slack: Slack): string => tsFromMicros(Math.floor(slack.clock.nowMs() * 1000))

const base = (slack: Slack, person: Person): Json => {
  const { team, bot } = slack.store.workspace
  // In a shared channel the team is that of whoever acts.
  const { teamId = team.id } = person
  return {
    user: { id: person.id, username: person.handle, name: person.handle, team_id: teamId },
    api_app_id: bot.appId,
    token: VERIFICATION_TOKEN,
    team: { id: teamId, domain: teamId === team.id ? team.domain : teamId.toLowerCase() },
    enterprise: null,
    is_enterprise_install: false,
  }
}

const newTrigger = (slack: Slack, user: string, viewId: string | null = null): string =>
  slack.triggers.create({ user, viewId }, slack.faults.strike('expired_trigger') !== null)

export const newResponseUrl = (slack: Slack, interaction: Interaction): string =>
  `${slack.url()}/respond/${slack.store.workspace.team.id}/${slack.responseUrls.create(interaction)}`

const channelName = (channel: Channel): string => (channel.kind === 'im' ? 'directmessage' : channel.name)

export const commandPayload = (
  slack: Slack,
  person: Person,
  { channel, command, text }: { channel: Channel; command: string; text: string },
): Json => {
  const { team, bot } = slack.store.workspace
  return {
    token: VERIFICATION_TOKEN,
    team_id: person.teamId ?? team.id,
    team_domain: person.teamId?.toLowerCase() ?? team.domain,
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: person.id,
    user_name: person.handle,
    command,
    text,
    api_app_id: bot.appId,
    is_enterprise_install: 'false',
    response_url: newResponseUrl(slack, {
      channel: channel.id,
      user: person.id,
      messageTs: null,
      threadTs: null,
    }),
    trigger_id: newTrigger(slack, person.id),
  }
}

/** Where an element was used: a message in a channel, or a view; with the values of the inputs around it. */
export type Place =
  | { kind: 'message'; channel: Channel; message: Message; values: Record<string, Json> }
  | { kind: 'view'; view: View; values: Record<string, Json> }

export const pressPayload = (
  slack: Slack,
  person: Person,
  { place, actions }: { place: Place; actions: Json[] },
): Json => {
  const { workspace } = slack.store
  const common = { type: 'block_actions', ...base(slack, person), actions }
  if (place.kind === 'view') {
    return {
      ...common,
      container: { type: 'view', view_id: place.view.id },
      trigger_id: newTrigger(slack, person.id, place.view.type === 'modal' ? place.view.id : null),
      view: viewJson(workspace, place.view, place.values),
    }
  }
  const { channel, message } = place
  const isEphemeral = message.ephemeralTo !== null
  return {
    ...common,
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs !== null && { thread_ts: message.threadTs }),
    },
    trigger_id: newTrigger(slack, person.id),
    channel: { id: channel.id, name: channelName(channel) },
    // Slack sends no message for an ephemeral one.
    ...(!isEphemeral && { message: messageJson(workspace, message, { withMetadata: true }) }),
    state: { values: place.values },
    response_url: newResponseUrl(slack, {
      channel: channel.id,
      user: person.id,
      messageTs: message.ts,
      threadTs: message.threadTs,
    }),
  }
}

export const suggestionPayload = (
  slack: Slack,
  person: Person,
  { place, actionId, blockId, query }: { place: Place; actionId: string; blockId: string; query: string },
): Json => {
  const { workspace } = slack.store
  const common = {
    type: 'block_suggestion',
    ...base(slack, person),
    action_id: actionId,
    block_id: blockId,
    value: query,
  }
  if (place.kind === 'view')
    return {
      ...common,
      container: { type: 'view', view_id: place.view.id },
      view: viewJson(workspace, place.view, place.values),
    }
  const { channel, message } = place
  return {
    ...common,
    container: { type: 'message', message_ts: message.ts, channel_id: channel.id, is_ephemeral: false },
    channel: { id: channel.id, name: channelName(channel) },
    message: messageJson(workspace, message, { withMetadata: true }),
  }
}

export const submissionPayload = (
  slack: Slack,
  person: Person,
  { view, values, responseUrls }: { view: View; values: Record<string, Json>; responseUrls: Json[] },
): Json => ({
  type: 'view_submission',
  ...base(slack, person),
  trigger_id: newTrigger(slack, person.id, view.id),
  view: viewJson(slack.store.workspace, view, values),
  response_urls: responseUrls,
})

export const closedPayload = (
  slack: Slack,
  person: Person,
  { view, isCleared }: { view: View; isCleared: boolean },
): Json => ({
  type: 'view_closed',
  ...base(slack, person),
  view: viewJson(slack.store.workspace, view, {}),
  is_cleared: isCleared,
})

export const shortcutPayload = (
  slack: Slack,
  person: Person,
  { callbackId, on }: { callbackId: string; on: { channel: Channel; message: Message } | null },
): Json => {
  const common = {
    ...base(slack, person),
    callback_id: callbackId,
    trigger_id: newTrigger(slack, person.id),
    action_ts: actionTs(slack),
  }
  if (!on) return { type: 'shortcut', ...common }
  const { channel, message } = on
  return {
    type: 'message_action',
    ...common,
    message_ts: message.ts,
    channel: { id: channel.id, name: channelName(channel) },
    message: messageJson(slack.store.workspace, message, { withMetadata: true }),
    response_url: newResponseUrl(slack, {
      channel: channel.id,
      user: person.id,
      messageTs: message.ts,
      threadTs: message.threadTs,
    }),
  }
}

export const eventPayload = (slack: Slack, event: Json): Json => {
  const { team, bot } = slack.store.workspace
  return {
    token: VERIFICATION_TOKEN,
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: bot.appId,
    event,
    type: 'event_callback',
    event_id: newId('Ev'),
    event_time: Math.floor(slack.clock.nowMs() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: newId('EC'),
  }
}
