// What a workspace holds, and what passes between it and the app. What of it the page and the tests read:
// page-contract.ts; what they ask of it: control-contract.ts.
// Types only: the server, the page and the control client are held to the same files.

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
  /** Unset: of this workspace. */
  teamId?: string
  enterpriseId?: string
  /** A guest of several channels. */
  isRestricted?: boolean
  /** A guest of one channel. */
  isUltraRestricted?: boolean
  /** Of another organization, and in no channel with us. */
  isStranger?: boolean
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
  | 'refused'

export interface Fault {
  id: string
  kind: FaultKind
  /** A Web API method such as chat.postMessage; null: any. Not read by the socket and delivery faults. */
  method: string | null
  /** How many calls are left to hit; null: until it is cleared. */
  count: number | null
  /** slow: how long to wait. rate_limited: the Retry-After, in whole seconds. */
  ms: number
  /** refused: Slack's word for it, such as paid_teams_only. */
  error?: string
}

export interface AppConnection {
  sockets: number
  requestUrl: string | null
  mode: 'socket' | 'http' | 'none'
  isInstalled: boolean
}

/** What stands in $DATA_DIR/local-slack.json (mode 600). */
export interface Credentials {
  botToken: string
  appToken: string
  signingSecret: string
  apiUrl: string
}
