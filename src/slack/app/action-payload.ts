// What Slack sends when somebody presses a button, as far as we read it.
import type { BlockAction, SlackAction } from '@slack/bolt'

/** The same for every delivery of one press. */
export const actionKey = (action: BlockAction['actions'][number], payload: BlockAction): string =>
  [
    payload.user.id,
    action.action_id,
    action.action_ts,
    payload.container['message_ts'] ?? payload.container['view_id'],
  ].join('|')

/** A button's value, or what was chosen in a menu. */
export function valueOf(action: BlockAction['actions'][number]): string {
  if ('value' in action && typeof action.value === 'string') return action.value
  return 'selected_option' in action ? (action.selected_option?.value ?? '') : ''
}

export const isBlockAction = (action: SlackAction): action is BlockAction => action.type === 'block_actions'
