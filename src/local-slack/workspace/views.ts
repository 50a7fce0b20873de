// Modals and App Home: from the JSON an app sends to the view we keep, and to the JSON an app gets.
import type { Block, View } from '../contract.ts'
import { withIds } from './blocks.ts'
import type { ViewsOpenResponse } from '@slack/web-api'
import type { Clock } from './clock.ts'
import { newId, secret } from './ids.ts'
import type { Store } from './store.ts'
import type { Workspace } from './workspace.ts'

const words = (value: unknown): string => (typeof value === 'string' ? value : '')

export const MAX_STACK = 3

const plain = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'text' in value ? String(value.text) : null

/** Slack's hash: seconds, a dot, eight characters. */
const newHash = (clock: Clock): string => `${Math.floor(clock.nowMs() / 1000)}.${secret(4)}`

/** A view with a fresh id and hash; `over` sets its place in the stack or keeps the id of the one it replaces. */
export const viewFrom = (
  sent: Record<string, unknown>,
  user: string,
  { clock, over }: { clock: Clock; over?: Partial<View> },
): View => {
  const id = over?.id ?? newId('V')
  return {
    id,
    type: sent.type === 'home' ? 'home' : 'modal',
    callbackId: words(sent.callback_id),
    externalId: words(sent.external_id),
    title: plain(sent.title) ?? '',
    submit: plain(sent.submit),
    close: plain(sent.close),
    blocks: withIds((sent.blocks ?? []) as Block[]),
    privateMetadata: words(sent.private_metadata),
    rootViewId: id,
    previousViewId: null,
    notifyOnClose: sent.notify_on_close === true,
    clearOnClose: sent.clear_on_close === true,
    user,
    errors: {},
    ...over,
    hash: newHash(clock),
  }
}

type SentView = NonNullable<ViewsOpenResponse['view']>
/** Slack's type of a view leaves out that absent parts are sent as null. */
type ViewJson = { [K in keyof SentView]: SentView[K] | null }

const text = (value: string | null): SentView['title'] | null =>
  // The type is an enum of Slack's own, which holds this very word.
  value === null ? null : ({ type: 'plain_text', text: value, emoji: true } as SentView['title'])

export const viewJson = (
  workspace: Workspace,
  view: View,
  values: Record<string, Record<string, unknown>>,
): ViewJson => ({
  id: view.id,
  team_id: workspace.team.id,
  type: view.type,
  blocks: view.blocks,
  private_metadata: view.privateMetadata,
  callback_id: view.callbackId,
  state: { values },
  hash: view.hash,
  title: text(view.title === '' ? 'View Title' : view.title),
  clear_on_close: view.clearOnClose,
  notify_on_close: view.notifyOnClose,
  close: text(view.close),
  submit: text(view.submit),
  previous_view_id: view.previousViewId,
  root_view_id: view.rootViewId,
  app_id: workspace.bot.appId,
  external_id: view.externalId,
  app_installed_team_id: workspace.team.id,
  bot_id: workspace.bot.botId,
})

export const stackOf = (workspace: Workspace, user: string): View[] => workspace.stacks.get(user) ?? []

/** An open modal or a home tab, by id. */
export const findView = (workspace: Workspace, id: string): View | undefined =>
  [...workspace.stacks.values(), [...workspace.homes.values()]].flat().find((view) => view.id === id)

export const findExternal = (workspace: Workspace, externalId: string): View | undefined =>
  [...workspace.stacks.values()].flat().find((view) => view.externalId === externalId)

export const replaceView = (store: Store, next: View): void => {
  if (next.type === 'home') return store.commit({ kind: 'home', user: next.user, home: next })
  const stack = stackOf(store.workspace, next.user)
  const views = stack.map((view) => (view.id === next.id ? next : view))
  store.commit({ kind: 'views', user: next.user, views })
}

export const setStack = (store: Store, user: string, views: View[]): void =>
  store.commit({ kind: 'views', user, views })

/** On top of the stack of the person. */
export const pushView = (store: Store, view: View): View => {
  const stack = stackOf(store.workspace, view.user)
  const placed = {
    ...view,
    rootViewId: stack[0]?.id ?? view.id,
    previousViewId: stack.at(-1)?.id ?? null,
  }
  setStack(store, view.user, [...stack, placed])
  return placed
}
