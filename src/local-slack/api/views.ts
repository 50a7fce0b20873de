// views.*: modals on a trigger, a stack of three, App Home; updates guarded by hash.
import type { View } from '../contract.ts'
import type { Trigger } from '../delivery/triggers.ts'
import type { Slack } from '../slack.ts'
import {
  MAX_STACK,
  findExternal,
  findView,
  pushView,
  replaceView,
  setStack,
  stackOf,
  viewFrom,
  viewJson,
} from '../workspace/views.ts'
import { optionalText, text, type Arguments } from './arguments.ts'
import { viewOf } from './block-checks.ts'
import type { Methods } from './method.ts'
import { Refusal, invalidArguments } from './refusal.ts'

const takeTrigger = (slack: Slack, args: Arguments): Trigger => {
  const used = slack.triggers.use(optionalText(args, 'trigger_id') ?? text(args, 'interactivity_pointer'))
  if (used.kind === 'refused') throw new Refusal(used.error)
  return used.trigger
}

const refuseTakenExternalId = (slack: Slack, sent: Record<string, unknown>, replaced?: View) => {
  const externalId = sent.external_id
  if (typeof externalId !== 'string' || externalId === '') return
  const holder = findExternal(slack.store.workspace, externalId)
  if (holder && holder.id !== replaced?.id) throw new Refusal('duplicate_external_id')
}

const answer = (slack: Slack, view: View) => ({ view: viewJson(slack.store.workspace, view, {}) })

const open = (slack: Slack, args: Arguments) => {
  const sent = viewOf(args, 'modal')
  const trigger = takeTrigger(slack, args)
  refuseTakenExternalId(slack, sent)
  const view = viewFrom(sent, trigger.user, slack)
  setStack(slack.store, trigger.user, [view])
  return answer(slack, view)
}

const push = (slack: Slack, args: Arguments) => {
  const sent = viewOf(args, 'modal')
  const trigger = takeTrigger(slack, args)
  const stack = stackOf(slack.store.workspace, trigger.user)
  if (!stack.some((view) => view.id === trigger.viewId)) throw new Refusal('not_found')
  if (stack.length >= MAX_STACK) throw new Refusal('push_limit_reached')
  refuseTakenExternalId(slack, sent)
  return answer(slack, pushView(slack.store, viewFrom(sent, trigger.user, slack)))
}

const update = (slack: Slack, args: Arguments) => {
  const viewId = optionalText(args, 'view_id')
  const externalId = optionalText(args, 'external_id')
  if (viewId === undefined && externalId === undefined)
    throw invalidArguments('missing required field: view_id')
  const { workspace } = slack.store
  const before =
    viewId === undefined ? findExternal(workspace, externalId ?? '') : findView(workspace, viewId)
  if (!before) throw new Refusal('not_found')
  const sent = viewOf(args, before.type)
  const hash = optionalText(args, 'hash')
  if (hash !== undefined && hash !== before.hash) throw new Refusal('hash_conflict')
  refuseTakenExternalId(slack, sent, before)
  const { id, rootViewId, previousViewId } = before
  const view = viewFrom(sent, before.user, { clock: slack.clock, over: { id, rootViewId, previousViewId } })
  replaceView(slack.store, view)
  return answer(slack, view)
}

const publish = (slack: Slack, args: Arguments) => {
  const sent = viewOf(args, 'home')
  const user = text(args, 'user_id')
  if (!slack.store.workspace.people.has(user)) throw new Refusal('user_not_found')
  const before = slack.store.workspace.homes.get(user)
  const hash = optionalText(args, 'hash')
  if (hash !== undefined && before && hash !== before.hash) throw new Refusal('hash_conflict')
  const view = viewFrom(sent, user, {
    clock: slack.clock,
    ...(before && { over: { id: before.id, rootViewId: before.id } }),
  })
  replaceView(slack.store, view)
  return answer(slack, view)
}

export const viewMethods: Methods = {
  'views.open': { tier: 4, scopes: [], token: 'bot', run: open },
  'views.push': { tier: 4, scopes: [], token: 'bot', run: push },
  'views.update': { tier: 4, scopes: [], token: 'bot', run: update },
  'views.publish': { tier: 4, scopes: [], token: 'bot', run: publish },
}
