// What the page and the tests read from the local Slack: its state, a page of messages, the feed. Types only.
import type {
  AppConnection,
  Channel,
  ChannelForPerson,
  Command,
  Delivery,
  Fault,
  Message,
  Person,
  Shortcut,
  UserGroup,
  View,
} from './contract.ts'

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
