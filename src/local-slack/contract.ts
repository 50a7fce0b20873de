// What the page and the tests read from the local Slack (state, feed) and what they ask of it (control calls).
// Types only: the server, the page and the control client are held to the same file.

export type ChannelKind = 'channel' | 'private' | 'im'

export interface Person {
  id: string
  handle: string
  name: string
  email: string
  tz: string
  isAdmin: boolean
  isBot: boolean
  isDeleted: boolean
  isAway: boolean
  statusText: string
  statusEmoji: string
  /** Unix seconds, 0: does not expire. */
  statusExpiration: number
  /** Not to be disturbed until then, as dnd.info tells; unix seconds, 0: may be disturbed. */
  dndUntil: number
}

export interface UserGroup {
  id: string
  handle: string
  name: string
  members: string[]
  isDisabled: boolean
}

export interface Channel {
  id: string
  name: string
  kind: ChannelKind
  isArchived: boolean
  members: string[]
  topic: string
  purpose: string
  /** Unix seconds. */
  created: number
}

/** A channel as one person sees it in the sidebar. */
export interface ChannelForPerson extends Channel {
  /** The other one in a direct message. */
  with: string | null
  unread: number
  lastRead: string
  latest: string | null
}

export interface Reaction {
  name: string
  users: string[]
}

export interface SharedFile {
  id: string
  name: string
  title: string
  mimetype: string
  size: number
  user: string
  /** Unix seconds. */
  created: number
  /** Address on this server, readable by the page without a token. */
  pageUrl: string
}

export type Block = { type: string; block_id?: string } & Record<string, unknown>

export interface Message {
  channel: string
  ts: string
  user: string
  text: string
  isBot: boolean
  blocks: Block[]
  /** ts of the thread's first message; equal to ts on that first message once it has replies. */
  threadTs: string | null
  replyCount: number
  replyUsers: string[]
  latestReply: string | null
  editedTs: string | null
  /** Set: only this person sees it, and it is gone after a restart. */
  ephemeralTo: string | null
  metadata: { event_type: string; event_payload: Record<string, unknown> } | null
  files: SharedFile[]
  reactions: Reaction[]
  /** Posted by chat.postMessage with reply_broadcast. */
  isBroadcast: boolean
}

export interface View {
  id: string
  type: 'modal' | 'home'
  callbackId: string
  externalId: string
  title: string
  submit: string | null
  close: string | null
  blocks: Block[]
  privateMetadata: string
  hash: string
  rootViewId: string
  previousViewId: string | null
  notifyOnClose: boolean
  clearOnClose: boolean
  user: string
  /** By block_id: what the last submission was refused with. Cleared when the view is updated or submitted anew. */
  errors: Record<string, string>
}

export interface Shortcut {
  name: string
  description: string
  callbackId: string
  type: 'global' | 'message'
}

export interface Command {
  command: string
  usageHint: string
  description: string
}

export type DeliveryKind =
  | 'slash_command'
  | 'block_actions'
  | 'block_suggestion'
  | 'view_submission'
  | 'view_closed'
  | 'shortcut'
  | 'message_action'
  | 'event'

/** What became of one thing sent to the app. */
export interface Delivery {
  id: string
  kind: DeliveryKind
  /** The command, action_id, callback_id or event type. */
  what: string
  user: string
  via: 'socket' | 'http' | 'none'
  outcome: 'pending' | 'answered' | 'timed_out' | 'refused' | 'no_app'
  attempts: number
  tookMs: number
  /** What the app answered (ack payload or HTTP body), if anything. */
  response: unknown
  /** The sentence Slack shows that person, when it shows one. */
  shown: string | null
}

/** One Web API call as GET /control/calls tells it: without its token, bytes as their number. */
export interface LoggedCall {
  method: string
  args: Record<string, unknown>
  status: number
  answer: unknown
  atMs: number
}

export type FaultKind =
  | 'rate_limited'
  | 'server_error'
  | 'server_error_after_success'
  | 'outage'
  | 'slow'
  | 'drop_sockets'
  | 'duplicate_delivery'
  | 'expired_trigger'

export interface Fault {
  id: string
  kind: FaultKind
  /** A Web API method such as chat.postMessage; null: any. Not read by the socket and delivery faults. */
  method: string | null
  /** How many calls are left to hit; null: until it is cleared. */
  count: number | null
  /** slow: how long to wait. rate_limited: the Retry-After, in whole seconds. */
  ms: number
}

export interface AppConnection {
  sockets: number
  requestUrl: string | null
  mode: 'socket' | 'http' | 'none'
  isInstalled: boolean
}

/** GET /control/state?as=U… : everything the page draws around the messages. */
export interface WorkspaceState {
  /** Number of the last feed event that this state includes. */
  seq: number
  team: { id: string; name: string; domain: string }
  bot: string
  /** Who is looking; null where `as` was left out (then channels hold no unread counts). */
  as: string | null
  people: Person[]
  groups: UserGroup[]
  channels: ChannelForPerson[]
  commands: Command[]
  shortcuts: Shortcut[]
  /** Open modals of `as`, bottom first: the last one is on top. */
  views: View[]
  home: View | null
  app: AppConnection
  faults: Fault[]
  /** Unix milliseconds on the workspace's clock, which /control/clock moves. */
  nowMs: number
  /** Ready webhook bodies for the example panel. */
  examples: Example[]
}

export interface Example {
  name: string
  title: string
  /** Sent to /hooks/<workflow> of the product. */
  workflow: string
  body: unknown
}

/** GET /control/messages?channel=C…&as=U…&thread=ts&before=ts&limit=100 : newest last. */
export interface MessagePage {
  messages: Message[]
  /** Ask again with before=<this ts> for older ones; null: the first message is here. */
  before: string | null
}

/** One event of GET /page/feed?as=U…&after=<seq> (Server-Sent Events; `id:` is seq, `data:` this as JSON). */
export type FeedEvent = { seq: number } & (
  | { kind: 'message'; message: Message; isNew: boolean }
  | { kind: 'message_deleted'; channel: string; ts: string }
  /** `left`: who was in it before this change and is not now. */
  | { kind: 'channel'; channel: Channel; left?: string[] }
  | { kind: 'read'; user: string; channel: string; lastRead: string }
  | { kind: 'person'; person: Person }
  | { kind: 'group'; group: UserGroup }
  | { kind: 'views'; user: string; views: View[] }
  | { kind: 'home'; user: string; home: View }
  | { kind: 'delivery'; delivery: Delivery }
  | { kind: 'faults'; faults: Fault[] }
  | { kind: 'app'; app: AppConnection }
  | { kind: 'clock'; nowMs: number }
  /** The feed cannot go on from `after`: read the state again. */
  | { kind: 'reset' }
)

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
      | 'isDeleted'
      | 'isAdmin'
      | 'isAway'
      | 'statusText'
      | 'statusEmoji'
      | 'statusExpiration'
      | 'dndUntil'
    >
  >
  /** A new person joins (team_join). */
  join: { handle: string; name: string; email?: string; tz?: string }
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
  fault: { kind: FaultKind; method?: string | null; count?: number | null; ms?: number }
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

/** What stands in $DATA_DIR/local-slack.json (mode 600). */
export interface Credentials {
  botToken: string
  appToken: string
  signingSecret: string
  apiUrl: string
}
