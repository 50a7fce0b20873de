// Keeps the workspace: applies each change, writes it down, tells those who listen. Nothing else alters it.
import type { FeedEvent } from '../page-contract.ts'
import type { Clock } from './clock.ts'
import type { Journal } from './journal.ts'
import { apply, changesOf, isKept, type Change, type Workspace } from './workspace.ts'

// A page that was away longer than this reads the state again.
const FEED_LENGTH = 2_000
// Rewritten when this many lines were added to what a fresh journal would hold.
const REWRITE_AFTER = 20_000

export interface Store {
  workspace: Workspace
  commit(...changes: Change[]): void
  /** Number of the last change. */
  seq(): number
  /** Events after seq; null when some of them are no longer held. */
  since(seq: number): FeedEvent[] | null
  subscribe(listener: (event: FeedEvent) => void): () => void
  /** A ts that no message had before, never going back. */
  nextTs(): string
  close(): void
}

const newestMicros = (workspace: Workspace): number => {
  let newest = 0
  for (const log of workspace.logs.values()) {
    const last = log.list.at(-1)
    if (last) newest = Math.max(newest, Number(last.ts.replace('.', '')))
  }
  return newest
}

export const tsFromMicros = (micros: number): string => {
  const digits = String(micros)
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}

export const openStore = (workspace: Workspace, journal: Journal, clock: Clock): Store => {
  const kept = journal.read() as Change[]
  for (const change of kept) apply(workspace, change)
  journal.rewrite(changesOf(workspace))

  // Starts at the time, so that a page left open over a restart sees that its numbers are old.
  const first = Math.floor(clock.nowMs() * 1000)
  let seq = first
  let rewriteAt = journal.length + REWRITE_AFTER
  let lastMicros = newestMicros(workspace)
  const feed: FeedEvent[] = []
  const listeners = new Set<(event: FeedEvent) => void>()

  const commitOne = (change: Change) => {
    if (isKept(change)) journal.append(change)
    apply(workspace, change)
    if (change.kind === 'file' || change.kind === 'installed') return
    seq += 1
    const event: FeedEvent = { seq, ...change }
    feed.push(event)
    if (feed.length > FEED_LENGTH * 2) feed.splice(0, FEED_LENGTH)
    for (const listener of listeners) listener(event)
  }

  return {
    workspace,
    commit: (...changes) => {
      for (const change of changes) commitOne(change)
      if (journal.length < rewriteAt) return
      journal.rewrite(changesOf(workspace))
      rewriteAt = journal.length + REWRITE_AFTER
    },
    seq: () => seq,
    since: (after) => {
      if (after === seq) return []
      if (after > seq || after < (feed[0]?.seq ?? seq + 1) - 1) return null
      return feed.filter((event) => event.seq > after)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    nextTs: () => {
      lastMicros = Math.max(lastMicros + 1, Math.floor(clock.nowMs()) * 1000)
      return tsFromMicros(lastMicros)
    },
    close: () => journal.close(),
  }
}
