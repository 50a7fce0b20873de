// What Slack shows a person when an app does not answer, or not in time.
import type { Delivery } from '../contract.ts'
import type { Parcel } from './parcel.ts'

type Outcome = Delivery['outcome']

const commandFailed = (command: string, outcome: Outcome): string => {
  if (outcome === 'timed_out') return `${command} failed with the error "operation_timeout"`
  if (outcome === 'refused') return `${command} failed with the error "dispatch_failed"`
  return `${command} failed because the app did not respond. Learn more about slash commands.`
}

const pressFailed = (outcome: Outcome, status: number | null): string => {
  if (outcome === 'timed_out') return 'Operation timed out. Apps need to respond within 3 seconds.'
  if (status !== null) return `This app responded with Status Code ${status}.`
  return 'This app is not responding. Try again later.'
}

export const shownFor = (parcel: Parcel, outcome: Outcome, status: number | null): string | null => {
  if (outcome === 'answered' || outcome === 'pending') return null
  switch (parcel.kind) {
    case 'slash_command':
      return commandFailed(parcel.what, outcome)
    case 'block_actions':
      return pressFailed(outcome, status)
    case 'view_submission':
    case 'shortcut':
    case 'message_action':
      return 'We had some trouble connecting. Try again?'
    case 'block_suggestion':
      return 'Failed to load options.'
    default:
      return null
  }
}
