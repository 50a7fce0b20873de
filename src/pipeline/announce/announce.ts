// Tells other systems what happened here: subscriptions of signalbox.yaml, and senders that asked to be called back. Each
// announcement goes out until it is taken, under one id, and is given up after days, an escalation after an hour.
import type { Logger } from 'pino'
import { type SendHttp, targetOf } from '../../connectors/http.ts'
import {
  callbackOf,
  dropAnnouncement,
  dueSubscriptions,
  type DueAnnouncement,
  takeDue,
  type Told,
  writeTold,
} from '../../db/announcements.ts'
import { eventOfRun, readHappened } from '../../db/happened.ts'
import { pausedIds } from '../../db/pauses.ts'
import type { Database } from '../../db/store/open.ts'
import { newestStandardsAsWritten } from '../../db/workflows/standards.ts'
import { announcementJson, isCallable, nextTryMs } from '../../domain/announcement.ts'
import type { HttpCall } from '../../domain/call/http-call.ts'
import { TemplateError } from '../../domain/cel/template.ts'
import type { Secrets } from '../../domain/compile/compiled-workflow.ts'
import { readEvent } from '../../domain/event-input.ts'
import { FaultError } from '../../domain/fault.ts'
import { callbackCall, type SubscriptionCall, subscriptionCallOf } from '../../workflow/announce-call.ts'
import type { Catalog } from '../../workflow/catalog.ts'

export interface AnnounceDeps {
  db: Database
  catalog: Catalog
  sendHttp: SendHttp
  secret: (name: string) => string | undefined
  clock: () => Date
  log: Logger
}

/** Of one subscription: one that answers slowly holds up no other. */
const AT_ONCE = 8
/** Longer than any call may take. */
const TAKEN_MS = 2 * 60_000
const GONE = 410

/** What is read once for all that one subscription has to be told at a time. */
interface Shared {
  /** undefined: it is a callback, or it is gone from signalbox.yaml. */
  toSubscriber: SubscriptionCall | undefined
  paused: ReadonlySet<string>
}

async function sharedBy({ db }: AnnounceDeps, name: string): Promise<Shared> {
  const standards = await newestStandardsAsWritten(db.prisma)
  const subscription = standards.subscriptions[name]
  return {
    toSubscriber: subscription && subscriptionCallOf(subscription, standards),
    paused: await pausedIds(db.prisma),
  }
}

/** undefined: nobody is to be told. Throws TemplateError where no call can be made. */
async function callOf(
  { db, catalog, secret }: AnnounceDeps,
  due: DueAnnouncement,
  { toSubscriber }: Shared,
): Promise<HttpCall | undefined> {
  const secrets: Secrets = secret
  const json = announcementJson(await readHappened(db.prisma, due))
  if (callbackOf(due.subscription) === undefined) return toSubscriber?.call(json, secrets)
  const run = due.runId === null ? null : await eventOfRun(db.prisma, due.runId)
  if (!run) return undefined
  const { compiled } = await catalog.version(run.versionId)
  const { callback } = compiled.definition
  const event = readEvent(run.event)
  const url = callback && event.kind === 'read' ? compiled.callbackUrl(event.input) : undefined
  if (!callback || url === undefined) return undefined
  if (!isCallable(url, callback.hosts))
    throw new TemplateError(callback.url, 'the address is not one of the hosts of the callback')
  return callbackCall(callback, { url, json, secrets })
}

const later = (due: DueAnnouncement, about: { status: number | null; error: string }, at: Date): Told => {
  const waitMs = nextTryMs(due.type, due.attempts)
  return waitMs === undefined
    ? { state: 'dead', ...about }
    : { state: 'waiting', nextAt: new Date(at.getTime() + waitMs), wasTried: true, ...about }
}

/** Calls to the target are paused. */
const HELD_BACK_MS = 60_000
const heldBack = (error: string, at: Date): Told => ({
  state: 'waiting',
  nextAt: new Date(at.getTime() + HELD_BACK_MS),
  wasTried: false,
  status: null,
  error,
})

/** Without what a sender wrote: the host of a callback is its word. */
const errorText = ({ subscription }: DueAnnouncement, { status, code, message }: FaultError): string =>
  callbackOf(subscription) === undefined
    ? message
    : status === undefined
      ? `the call failed (${code})`
      : `the target answered ${status}`

/** Whether no try will ever be taken: there is no call, or the other side says that nobody is there any more. */
const isFinal = (error: FaultError): boolean =>
  error.status === GONE || (error.retry === 'never' && error.status === undefined)

async function tell(deps: AnnounceDeps, due: DueAnnouncement, shared: Shared): Promise<void> {
  const { db, sendHttp, clock } = deps
  let told: Told
  try {
    const call = await callOf(deps, due, shared)
    if (!call) return await dropAnnouncement(db.prisma, due.id)
    if (shared.paused.has(`target:${targetOf(call.url)}`))
      told = heldBack('calls to the target are paused', clock())
    else {
      const { status } = await sendHttp(call, due.id)
      told = { state: 'sent', status, at: clock() }
    }
  } catch (error) {
    if (error instanceof TemplateError) told = { state: 'dead', status: null, error: error.message }
    else if (!(error instanceof FaultError)) throw error
    else {
      const about = { status: error.status ?? null, error: errorText(due, error) }
      told = isFinal(error) ? { state: 'dead', ...about } : later(due, about, clock())
    }
  }
  await writeTold(db.prisma, due.id, told)
}

/** All that one subscription has to be told now. */
async function tellAll(deps: AnnounceDeps, subscription: string): Promise<number> {
  const { db, clock, log } = deps
  let tried = 0
  for (;;) {
    const at = clock()
    const until = new Date(at.getTime() + TAKEN_MS)
    const due = await takeDue(db.prisma, { subscription, at, until, most: AT_ONCE })
    if (due.length === 0) return tried
    tried += due.length
    const shared = await sharedBy(deps, subscription)
    await Promise.all(
      due.map((one) =>
        tell(deps, one, shared).catch((error: unknown) =>
          // It stays taken for a while, and is tried again then.
          log.error({ err: error, announcement: one.id }, 'an announcement could not be sent'),
        ),
      ),
    )
  }
}

export interface Announcer {
  /** Begins to send what is due; resolves when each subscription that is due has its turn. */
  look(): Promise<void>
  /** Resolves when nothing is being sent; with how many were tried since it was asked last. */
  idle(): Promise<number>
}

export function makeAnnouncer(deps: AnnounceDeps): Announcer {
  const under = new Map<string, Promise<void>>()
  let tried = 0
  async function turn(subscription: string): Promise<void> {
    try {
      const count = await tellAll(deps, subscription)
      tried += count
    } catch (error) {
      deps.log.error({ err: error, subscription }, 'announcements could not be sent')
    } finally {
      under.delete(subscription)
    }
  }
  return {
    async look() {
      for (const one of await dueSubscriptions(deps.db.prisma, deps.clock()))
        if (!under.has(one)) under.set(one, turn(one))
    },
    async idle() {
      await Promise.all(under.values())
      const before = tried
      tried = 0
      return before
    },
  }
}
