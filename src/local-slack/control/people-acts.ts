// What a person does outside of messages and modals: commands, Home, shortcuts, writing, reacting, reading.
import type { Delivery } from '../contract.ts'
import type { ControlAnswers, ControlCalls } from '../control-contract.ts'
import { messageAnswer, takeAnswer } from '../delivery/answers.ts'
import { sendChannelEvent, sendEvent } from '../delivery/events.ts'
import { commandPayload, shortcutPayload } from '../delivery/payloads.ts'
import { blocksProblem } from '../api/block-checks.ts'
import type { Slack } from '../slack.ts'
import { openDm } from '../workspace/find.ts'
import { change, post, remove, withReaction } from '../workspace/posting.ts'
import { viewJson } from '../workspace/views.ts'
import { ControlError } from './refusal.ts'
import { actor, channelOf, messageIn, personNamed } from './who-and-where.ts'

const withShown = (slack: Slack, delivery: Delivery, shown: string): Delivery => {
  delivery.shown = shown
  slack.store.commit({ kind: 'delivery', delivery: { ...delivery } })
  return delivery
}

export const command = async (
  slack: Slack,
  call: ControlCalls['command'],
): Promise<ControlAnswers['command']> => {
  const person = actor(slack, call.user)
  const channel = channelOf(slack, call.channel, person)
  const [word = '', ...rest] = call.text.trim().split(' ')
  if (channel.isArchived) throw new ControlError('is_archived', `#${channel.name} is archived`)
  if (!slack.app.commands.some((each) => each.command === word))
    throw new ControlError('no_such_command', `${word} is not a valid command.`, 404)
  const delivery = await slack.deliverer.deliver({
    kind: 'slash_command',
    what: word,
    user: person.id,
    payload: commandPayload(slack, person, { channel, command: word, text: rest.join(' ').trim() }),
  })
  const said = delivery.outcome === 'answered' ? messageAnswer(delivery.response) : null
  if (!said) return { delivery }
  const problem = said.blocks === undefined ? null : blocksProblem(said.blocks)
  if (problem)
    return { delivery: withShown(slack, delivery, `${word} failed with the error "${problem.code}"`) }
  takeAnswer(slack, said, { channel: channel.id, user: person.id, messageTs: null, threadTs: null })
  return { delivery }
}

export const home = async (slack: Slack, call: ControlCalls['home']): Promise<ControlAnswers['home']> => {
  const person = actor(slack, call.user)
  const { workspace } = slack.store
  const dm = openDm(slack.store, workspace.bot.userId, person.id)
  const shown = workspace.homes.get(person.id)
  const delivery = await sendEvent(slack, {
    type: 'app_home_opened',
    user: person.id,
    channel: dm.id,
    tab: 'home',
    ...(shown && { view: viewJson(workspace, shown, {}) }),
  })
  if (!delivery) throw new ControlError('no_home', 'The app does not ask for app_home_opened')
  return { delivery, home: workspace.homes.get(person.id) ?? null }
}

export const shortcut = async (
  slack: Slack,
  call: ControlCalls['shortcut'],
): Promise<ControlAnswers['shortcut']> => {
  const person = actor(slack, call.user)
  const known = slack.app.shortcuts.find((each) => each.callbackId === call.callbackId)
  if (!known) throw new ControlError('no_such_shortcut', `There is no shortcut ${call.callbackId}`, 404)
  if (known.type === 'message' && !call.message)
    throw new ControlError('message_missing', 'A message shortcut needs a message')
  const delivery = await slack.deliverer.deliver({
    kind: known.type === 'message' ? 'message_action' : 'shortcut',
    what: call.callbackId,
    user: person.id,
    payload: shortcutPayload(slack, person, { callbackId: call.callbackId, on: onMessage(slack, call) }),
  })
  return { delivery }
}

const onMessage = (slack: Slack, call: ControlCalls['shortcut']) => {
  if (!call.message) return null
  const person = actor(slack, call.user)
  const channel = channelOf(slack, call.message.channel, person)
  return { channel, message: messageIn(slack, channel, { ts: call.message.ts, person }) }
}

const MAX_TEXT = 12_000

/** A handle that somebody has becomes a mention, as Slack's composer makes of a name that was chosen. */
const withMentions = ({ store }: Slack, text: string): string =>
  text.replace(/(^|[\s(])@([a-z0-9][a-z0-9_-]*)/gi, (whole, before: string, handle: string) => {
    const named = (one: { handle: string }) => one.handle === handle.toLowerCase()
    const person = [...store.workspace.people.values()].find(named)
    if (person) return `${before}<@${person.id}>`
    const group = [...store.workspace.groups.values()].find(named)
    return group ? `${before}<!subteam^${group.id}|@${group.handle}>` : whole
  })

export const message = (slack: Slack, call: ControlCalls['message']): ControlAnswers['message'] => {
  const person = actor(slack, call.user)
  const channel = channelOf(slack, call.channel, person)
  if (channel.isArchived) throw new ControlError('is_archived', `#${channel.name} is archived`)
  const text = call.text.trim()
  if (text === '' || text.length > MAX_TEXT)
    throw new ControlError('bad_text', `A message has 1 to ${MAX_TEXT} characters`)
  // Slack escapes what people type, so that it can't be taken for markup.
  const escaped = withMentions(
    slack,
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  )
  const threadTs = call.thread ?? null
  if (threadTs !== null) messageIn(slack, channel, { ts: threadTs, person })
  const posted = post(slack.store, {
    channel: channel.id,
    user: person.id,
    isBot: false,
    text: escaped,
    threadTs,
  })
  void sendChannelEvent(slack, channel, {
    type: 'message',
    user: person.id,
    ts: posted.ts,
    text: escaped,
    channel: channel.id,
    channel_type: channel.kind === 'private' ? 'group' : channel.kind,
    ...(threadTs !== null && { thread_ts: threadTs }),
  })
  return { message: posted }
}

export const react = (slack: Slack, call: ControlCalls['react']): ControlAnswers['react'] => {
  const person = actor(slack, call.user)
  const channel = channelOf(slack, call.channel, person)
  const before = messageIn(slack, channel, { ts: call.ts, person })
  const reactions = withReaction(before, {
    name: call.name,
    user: person.id,
    isRemoved: call.remove === true,
  })
  return { message: change(slack.store, before, { reactions }) }
}

export const read = (slack: Slack, call: ControlCalls['read']): ControlAnswers['read'] => {
  const person = actor(slack, call.user)
  const channel = channelOf(slack, call.channel, person)
  const before = slack.store.workspace.reads.get(`${person.id}:${channel.id}`) ?? '0'
  const lastRead = call.ts > before ? call.ts : before
  if (lastRead !== before)
    slack.store.commit({ kind: 'read', user: person.id, channel: channel.id, lastRead })
  return { lastRead }
}

export const dismiss = (slack: Slack, call: ControlCalls['dismiss']): ControlAnswers['dismiss'] => {
  const person = actor(slack, call.user)
  const seen = messageIn(slack, channelOf(slack, call.channel, person), { ts: call.ts, person })
  if (seen.ephemeralTo === null)
    throw new ControlError('not_ephemeral', 'Only what one person alone sees can be dismissed')
  remove(slack.store, seen)
  return { ts: seen.ts }
}

export const dm = (slack: Slack, call: ControlCalls['dm']): ControlAnswers['dm'] => {
  const person = actor(slack, call.user)
  return { channel: openDm(slack.store, person.id, personNamed(slack, call.with).id) }
}
