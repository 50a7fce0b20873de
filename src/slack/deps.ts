// What the edge to Slack is given: the pipeline's functions, so that it imports no stage, and what it offers.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { SlackConfig } from '../config.ts'
import type { Access } from '../access/access.ts'
import type { Database } from '../db/store/open.ts'
import type { TraceCard } from './notify/notifier.ts'
import type { Message } from './api/post-message.ts'
import type { CommandAnswer, CommandRun } from '../pipeline/capture/command.ts'
import type { AcknowledgeAnswer, Acknowledgement } from '../pipeline/exception/acknowledge.ts'
import type { DigestAsked, DigestPosted } from '../pipeline/digest/on-demand.ts'
import type { Away } from '../pipeline/exception/away.ts'
import type { Editable } from '../pipeline/exception/edit.ts'
import type { Permission } from '../pipeline/exception/held.ts'
import type { SnoozeAnswer } from '../pipeline/exception/snooze.ts'
import type { Comment, CommentAnswer } from '../pipeline/exception/comment.ts'
import type { Posted } from '../domain/posted.ts'
import type { Actor } from '../domain/exceptions/resolution.ts'
import type {
  ResolveRequest,
  ReassignAnswer,
  Reassignment,
  ResolveAnswer,
} from '../pipeline/exception/resolution.ts'
import type { PauseChange } from '../pipeline/resume/pauses.ts'
import type { Replay, ReplayAnswer } from '../pipeline/resume/replay.ts'
import type { BatchRequest, Plan } from '../pipeline/resume/plan-batch.ts'
import type { BatchMove } from '../pipeline/resume/replay-batch.ts'
import type { RevealAnswer } from '../pipeline/reveal/reveal.ts'

/** What people do from Slack: each is one function of the pipeline, asked on every path. */
export interface Operations {
  resolve: (request: ResolveRequest) => Promise<ResolveAnswer>
  /** What the action that failed sends, for a person to change. */
  editable: (ask: { exceptionId: string; actor: Actor }) => Promise<Editable>
  reassign: (reassignment: Reassignment) => Promise<ReassignAnswer>
  /** Shows masked values to those who may see them, and writes down that they looked. */
  reveal: (ask: { runId: string; actor: Actor }) => Promise<RevealAnswer>
  runWorkflow: (run: Omit<CommandRun, 'at'>) => Promise<CommandAnswer>
  /** Notes, questions and answers. */
  comment: (comment: Comment) => Promise<CommentAnswer>
  snooze: (request: { exceptionId: string; actor: Actor; until: Date }) => Promise<SnoozeAnswer>
  /** Somebody works on it, or has begun to. */
  acknowledge: (ask: Acknowledgement) => Promise<AcknowledgeAnswer>
  /** Who may write a note or an answer, should this person not. */
  commentRefusal: (ask: { exceptionId: string; actor: Actor }) => Promise<string | undefined>
  /** Who may do that with it, should this person not. */
  refusalFor: (ask: {
    exceptionId: string
    actor: Actor
    permission?: Permission
  }) => Promise<string | undefined>
  replay: (what: Replay) => Promise<ReplayAnswer>
  /** Plans of many replays, by name. */
  replayMany: {
    plan: (request: BatchRequest) => Promise<Plan>
    start: (name: string, actor: Actor) => Promise<BatchMove>
    cancel: (name: string, actor: Actor) => Promise<BatchMove>
  }
  /** false: it was paused already. */
  pause: (change: PauseChange) => Promise<boolean>
  /** false: it was not paused. */
  resume: (change: PauseChange) => Promise<boolean>
  setAway: (away: Away) => Promise<boolean>
  /** Puts a digest of now, or of a week that is over, into its channel; says which. */
  postDigest: (asked: DigestAsked) => Promise<DigestPosted>
}

/** What the app gives the edge. */
export interface EdgeDeps extends Operations {
  db: Database
  config: SlackConfig
  log: Logger
  clock: () => Date
  /** Where people reach the web edge, without a trailing slash. */
  publicUrl: string
  /** This process posts cards. */
  notifies: boolean
  /** Traces the post of a card. */
  traced?: TraceCard | undefined
  /** The notifier has looked for cards: a sign that it works. */
  notified?: () => void
  /** This process takes what Slack sends. */
  listens: boolean
  /** From one message to the next in one channel; tests shorten it. */
  betweenPostsMs?: number
}

/** What listeners and commands are given. */
export interface SlackDeps extends EdgeDeps {
  /** What this person may read, start and replay: asked before anything is shown. */
  accessFor: (userId: string) => Promise<Access>
  /** Draws this person's App Home anew, once Slack takes it. */
  publishHome: (userId: string) => Promise<void>
}

export interface SlackEdge {
  /** HTTP mode only: answers POST /slack/events. The request's body must not have been read. */
  requestListener?: (request: IncomingMessage, response: ServerResponse) => void
  notifier: { wake(): void; drain(): Promise<void> }
  /** A message of a `slack` action. Throws FaultError. The same `key` twice is one message. */
  post: (message: Message) => Promise<Posted>
  syncPeople(): Promise<void>
  /** Socket Mode: whether a socket is open. HTTP: always true. */
  isConnected(): boolean
  /** Takes nothing from people any more; resolves when what was under way is answered. */
  stopListening(): Promise<void>
  /** The same, and stops what keeps the cards. */
  stop(): Promise<void>
}
