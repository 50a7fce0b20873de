// What the page and the tests ask of the local Slack: the control calls, their answers, and what people enter. Types only.
import type {
  Person,
  UserGroup,
  Channel,
  Message,
  View,
  Delivery,
  FaultKind,
  Fault,
  AppConnection,
} from './contract.ts'

/**
 * What a person put into an element; the server knows the element's type and makes Slack's shape of it.
 * string: text, option value, user / channel / conversation id, date, time, number as typed.
 * string[]: checkboxes and multi selects. number: datetimepicker (unix seconds). null: emptied.
 */
export type ElementValue = string | string[] | number | null
/** By block_id, then action_id. */
export type ElementValues = Record<string, Record<string, ElementValue>>

/** Where an element stands: a message, or a view (modal or home). */
export type Container = { channel: string; ts: string } | { viewId: string }

export interface ConfirmDialog {
  title: string
  text: string
  confirm: string
  deny: string
  style: 'primary' | 'danger' | null
}

// The control calls: POST /control/<name>, JSON in and out. `ok:false` comes with status 400, 404 or 409.

export interface ControlCalls {
  /** Type `/workflow status 1042`. */
  command: { user: string; channel: string; text: string }
  /**
   * Press a button or choose in a select, in a message, modal or home. `values` are the other inputs around it.
   * An element with a confirm dialog answers needs_confirmation until `confirmed` is true.
   */
  press: {
    user: string
    container: Container
    blockId?: string
    actionId: string
    value?: ElementValue
    values?: ElementValues
    confirmed?: boolean
  }
  /** Options of an external select. */
  options: { user: string; container: Container; blockId?: string; actionId: string; query: string }
  /** Submit the view on top (or the one named). */
  submit: { user: string; viewId?: string; values: ElementValues }
  /** Close the view on top, or the whole stack with `all`. */
  close: { user: string; viewId?: string; all?: boolean }
  /** Open the app's Home tab. */
  home: { user: string }
  shortcut: { user: string; callbackId: string; message?: { channel: string; ts: string } }
  message: { user: string; channel: string; text: string; thread?: string }
  react: { user: string; channel: string; ts: string; name: string; remove?: boolean }
  read: { user: string; channel: string; ts: string }
  /** Takes an ephemeral message away, as its reader may. */
  dismiss: { user: string; channel: string; ts: string }
  /** Open (or find) the direct message between two people. */
  dm: { user: string; with: string }
  person: { user: string } & Partial<
    Pick<
      Person,
      | 'name'
      | 'email'
      | 'tz'
      | 'handle'
      | 'isDeleted'
      | 'isAdmin'
      | 'teamId'
      | 'enterpriseId'
      | 'isRestricted'
      | 'isUltraRestricted'
      | 'isStranger'
      | 'isAway'
      | 'statusText'
      | 'statusEmoji'
      | 'statusExpiration'
      | 'dndUntil'
    >
  >
  /**
   * A new person joins (team_join). With `teamId`: somebody of another team comes into #general by a shared channel,
   * which Slack tells nobody.
   */
  join: { handle: string; name: string; email?: string; tz?: string } & Partial<
    Pick<Person, 'teamId' | 'enterpriseId' | 'isRestricted' | 'isUltraRestricted' | 'isStranger'>
  >
  group: { group: string; members?: string[]; isDisabled?: boolean; handle?: string; name?: string }
  /** Without `channel`: makes one named `name`. */
  channel: {
    channel?: string
    name?: string
    isPrivate?: boolean
    isArchived?: boolean
    members?: string[]
    topic?: string
  }
  /** Move the clock on by so many milliseconds (or back to the true time with 0 and `reset`). */
  clock: { advanceMs: number; reset?: boolean }
  fault: { kind: FaultKind; method?: string | null; count?: number | null; ms?: number; error?: string }
  /** Without `id`: all of them. */
  'clear-faults': { id?: string }
  /** Uninstall (app_uninstalled, tokens_revoked) or install again. */
  install: { isInstalled: boolean }
  /** Asks the request URL what Slack asks it when it is entered: url_verification and ssl_check. */
  verify: Record<string, never>
  /** Sends a `disconnect` frame to every socket. */
  refresh: { reason?: 'warning' | 'refresh_requested' | 'link_disabled' }
  /** Rate limits on or off. */
  limits: { isOn: boolean }
  /** What the bot token may do from now on; without `scopes`: what the manifest asks for. */
  scopes: { scopes?: string[] }
  /**
   * Sends a body to the product's webhook, as an outside system would. `fresh`: where the product knows the event
   * already, it is sent once more under a new id.
   */
  webhook: { workflow: string; body: unknown; fresh?: boolean }
}

export interface ControlAnswers {
  command: { delivery: Delivery }
  press: { delivery: Delivery }
  options: { delivery: Delivery; options: { text: string; value: string }[] }
  submit: { delivery: Delivery; errors: Record<string, string> }
  close: { deliveries: Delivery[] }
  home: { delivery: Delivery; home: View | null }
  shortcut: { delivery: Delivery }
  message: { message: Message }
  react: { message: Message }
  read: { lastRead: string }
  dismiss: { ts: string }
  dm: { channel: Channel }
  person: { person: Person }
  join: { person: Person }
  group: { group: UserGroup }
  channel: { channel: Channel }
  clock: { nowMs: number }
  fault: { fault: Fault; faults: Fault[] }
  'clear-faults': { faults: Fault[] }
  install: { app: AppConnection }
  verify: { urlVerification: boolean; sslCheck: boolean }
  refresh: { sockets: number }
  limits: { isOn: boolean }
  scopes: { scopes: string[] }
  webhook: { status: number; body: string; sent: unknown }
}

export type ControlName = keyof ControlCalls

export type ControlResult<N extends ControlName> = ({ ok: true } & ControlAnswers[N]) | ControlRefusal

export interface ControlRefusal {
  ok: false
  /** A short code: person_not_found, channel_not_found, message_not_found, no_such_element, needs_confirmation … */
  error: string
  /** A sentence for people. */
  detail: string
  confirm?: ConfirmDialog
}
