// Tells other systems what happened here: subscriptions of signalbox.yaml, and senders that asked to be called back. Each
// announcement goes out until it is taken, under one id, and is given up after days, an escalation after an hour.
import type { Logger } from 'pino'
import type { SendHttp } from '../../connectors/http.ts'
import {
  callbackOf,
  dropAnnouncement,
  type DueAnnouncement,
  takeDue,
  type Told,
  writeTold,
} from '../../db/announcements.ts'
import { eventOfRun, readHappened } from '../../db/happened.ts'
import type { Database } from '../../db/store/open.ts'
import { newestStandardsAsWritten } from '../../db/workflows/standards.ts'
import { announcementJson, isCallable, nextTryMs } from '../../domain/announcement.ts'
import type { HttpCall } from '../../domain/call/http-call.ts'
import { TemplateError } from '../../domain/cel/template.ts'
import type { Secrets } from '../../domain/compile/compiled-workflow.ts'
import { readEvent } from '../../domain/event-input.ts'
import { FaultError } from '../../domain/fault.ts'
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { callbackCall, subscriptionCall } from '../../workflow/announce-call.ts'
import type { Catalog } from '../../workflow/catalog.ts'

export interface AnnounceDeps {
  db: Database
  catalog: Catalog
  sendHttp: SendHttp
  secret: (name: string) => string | undefined
  clock: () => Date
  log: Logger
}

const AT_ONCE = 16
/** Longer than any call may take. */
const TAKEN_MS = 2 * 60_000
const GONE = 410

/** undefined: nobody is to be told. Throws TemplateError where no call can be made. */
async function callOf(
  { db, catalog, secret }: AnnounceDeps,
  due: DueAnnouncement,
  standards: Standards,
): Promise<HttpCall | undefined> {
  const secrets: Secrets = secret
  const json = announcementJson(await readHappened(db.prisma, due))
  if (callbackOf(due.subscription) === undefined) {
    const subscription = standards.subscriptions[due.subscription]
    return subscription && subscriptionCall(subscription, standards, { json, secrets })
  }
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

/** The target rests, or has no room now. */
const HELD_BACK_MS = 30_000
const heldBack = ({ message, retry }: FaultError, at: Date): Told => {
  const waitMs = typeof retry === 'object' ? retry.afterMs : HELD_BACK_MS
  return {
    state: 'waiting',
    nextAt: new Date(at.getTime() + waitMs),
    wasTried: false,
    status: null,
    error: message,
  }
}

/** Whether no try will ever be taken: there is no call, or the other side says that nobody is there any more. */
const isFinal = (error: FaultError): boolean =>
  error.status === GONE || (error.retry === 'never' && error.status === undefined)

async function tell(deps: AnnounceDeps, due: DueAnnouncement, standards: Standards): Promise<void> {
  const { db, sendHttp, clock } = deps
  let told: Told | undefined
  try {
    const call = await callOf(deps, due, standards)
    if (!call) return await dropAnnouncement(db.prisma, due.id)
    const { status } = await sendHttp(call, due.id)
    told = { state: 'sent', status, at: clock() }
  } catch (error) {
    if (error instanceof TemplateError) told = { state: 'dead', status: null, error: error.message }
    else if (!(error instanceof FaultError)) throw error
    else if (!error.called) told = heldBack(error, clock())
    else {
      const about = { status: error.status ?? null, error: error.message }
      told = isFinal(error) ? { state: 'dead', ...about } : later(due, about, clock())
    }
  }
  await writeTold(db.prisma, due.id, told)
}

/** Sends what is due; resolves with how many were tried. */
export async function announce(deps: AnnounceDeps): Promise<number> {
  const { db, clock, log } = deps
  let tried = 0
  for (;;) {
    const at = clock()
    const due = await takeDue(db.prisma, { at, until: new Date(at.getTime() + TAKEN_MS), most: AT_ONCE })
    if (due.length === 0) return tried
    tried += due.length
    const standards = await newestStandardsAsWritten(db.prisma)
    await Promise.all(
      due.map((one) =>
        tell(deps, one, standards).catch((error: unknown) =>
          // It stays taken for a while, and is tried again then.
          log.error({ err: error, announcement: one.id }, 'an announcement could not be sent'),
        ),
      ),
    )
  }
}
