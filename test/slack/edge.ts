// A whole edge for tests: real Bolt and Web API against a local Slack, a real database, one workflow published, and
// a pipeline that only records what it was asked.
import { pino } from 'pino'
import { insertEvents } from '../../src/db/runs/events.ts'
import { addCounts } from '../../src/db/digest/counters.ts'
import { claimException, insertExceptions, openedCounts } from '../../src/db/exceptions/exceptions.ts'
import { wantCard } from '../../src/db/cards/cards.ts'
import type { Database } from '../../src/db/store/open.ts'
import { definitionSchema } from '../../src/domain/workflow-file/definition.ts'
import type { JsonObject } from '../../src/domain/values/json.ts'
import type { Reason } from '../../src/domain/exceptions/reasons.ts'
import { standardsSchema } from '../../src/domain/workflow-file/standards.ts'
import { type LocalSlack, startLocalSlack } from '../../src/local-slack/server.ts'
import type { ResolveRequest, ResolveAnswer } from '../../src/pipeline/exception/resolution.ts'
import { resolvedAs } from '../../src/pipeline/exception/resolve.ts'
import { setAway } from '../../src/pipeline/exception/away.ts'
import { comment } from '../../src/pipeline/exception/comment.ts'
import type { EdgeDeps, SlackEdge } from '../../src/slack/deps.ts'
import { startSlack } from '../../src/slack/start.ts'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { insertVersion } from '../../src/db/workflows/insert-versions.ts'
import { partsOf } from '../../src/queue/insert-statement.ts'
import { openTestDatabase, type TestDatabase } from './open-database.ts'

export const CHANNEL = '#ops-exceptions'

export const definition = definitionSchema.parse({
  workflow: 'refund-review',
  title: 'Refund review',
  owner: '@ada',
  channel: CHANNEL,
  // Cards stand whole in whatever channel a test gives them; outline.test.ts is about those that do not.
  access: { read: 'everyone' },
  trigger: { command: {} },
  subject: 'event.order_id',
  fields: {
    order_id: { type: 'string' },
    amount: { type: 'number', title: 'Amount' },
    country: { type: 'enum', enum: ['DE', 'FR'] },
  },
  sla: {
    respond: '2h',
    calendar: 'business',
    escalate: [
      { after: '3h', to: '@nobody-here' },
      { after: '4h', to: '@grace' },
    ],
  },
  rules: [{ rule: 'all', when: 'true', route: 'refund' }],
  routes: {
    refund: {
      review: { by: '@ada' },
      actions: [{ action: 'pay back', http: { url: 'https://shop.example/refunds' } }],
      outcome: 'achieved',
    },
  },
})
export const standards = standardsSchema.parse({
  channels: { exceptions: CHANNEL, alerts: '#ops-alerts' },
  calendars: { business: { timezone: 'Europe/Berlin', hours: 'Mon-Fri 09:00-17:00' } },
  roles: { leads: ['@ada', '@grace'] },
})

export interface TestEdge {
  database: TestDatabase
  db: Database
  slack: LocalSlack
  edge: SlackEdge
  resolved: ResolveRequest[]
  runs: { workflow: string; args: Record<string, string>; dedupeKey: string }[]
  /** A run with an open exception and its card. */
  open(about?: Opening): Promise<string>
  restartEdge(): Promise<void>
  /** Another replica on the same database and Slack; stopped with this one. */
  replica(): Promise<SlackEdge>
  /** Moves the edge's clock on. */
  advance(ms: number): void
  close(): Promise<void>
}

export interface Opening {
  /** The key of a workflow that the test made. */
  workflow?: string
  reason?: Reason
  subject?: string
  detail?: string
  data?: JsonObject
  fields?: JsonObject
  channel?: string
  ownerId?: string | null
  at?: Date
  /** The same for exceptions of one kind. */
  fingerprint?: string
  dueAt?: Date
}

async function publish(db: Database): Promise<string> {
  const at = new Date()
  const { id } = await insertVersion(db.prisma, {
    definition,
    standards,
    source: '',
    contentHash: 'test',
    publishedBy: 'test',
    publishedAt: at,
  })
  await db.prisma.standards.create({
    data: {
      contentHash: 'test',
      source: '',
      content: standards,
      publishedAt: at,
      publishedBy: 'test',
    },
  })
  return id
}

let count = 0

async function openOne(db: Database, versionId: string, about: Opening): Promise<string> {
  count += 1
  const n = count
  const {
    workflow = 'refund-review',
    reason = 'approval_required',
    subject = `${1000 + n}`,
    detail = 'Over 500.',
  } = about
  const at = about.at ?? new Date()
  const id = `exc_${n}`
  const runId = `run_${n}`
  const event = {
    eventId: `evt_${n}`,
    runId,
    workflow,
    versionId,
    source: 'webhook',
    dedupeKey: null,
    subject,
    contentType: 'application/json',
    headers: {},
    body: Buffer.from(JSON.stringify({ order_id: subject })).toString('base64'),
    receivedAt: at,
    actor: null,
    replayOf: null,
    sameIdAs: null,
    leaseUntil: at,
  } as const
  await insertEvents(db.prisma, [event], partsOf('SELECT 1'))
  await db.prisma.run.update({
    where: { id: runId },
    data: { state: 'held', stage: 'act', route: 'refund', leaseUntil: null },
  })
  await db.prisma.record.create({
    data: {
      runId,
      fields: about.fields ?? { order_id: subject, amount: 812.5, country: 'DE' },
      sources: {},
      updatedAt: at,
    },
  })
  // As bound when it was published: an id, where Slack has told of her.
  const { id: ada } = (await db.prisma.person.findFirst({ where: { handle: 'ada' } })) ?? { id: '@ada' }
  const exceptions = [
    {
      id,
      cardId: `card_${n}`,
      runId,
      workflow,
      reason,
      detail,
      data: about.data ?? {},
      fingerprint: about.fingerprint ?? `f/${subject}`,
      ownerSpec: ada,
      ownerId: about.ownerId ?? null,
      policy: { by: [ada], approvals: 1, self: true },
      channel: about.channel ?? CHANNEL,
      dueAt: about.dueAt ?? null,
      reopens: null,
      caseOpenedAt: at,
      ownerSince: at,
      escalation: 0,
      isFirstFault: false,
    },
  ]
  await insertExceptions(db.prisma, exceptions, at)
  await addCounts(db.prisma, openedCounts(exceptions), at)
  return id
}

/** Claims like the pipeline does: one press wins, the others hear who. */
const resolveWith =
  (db: Database, resolved: ResolveRequest[]) =>
  async (request: ResolveRequest): Promise<ResolveAnswer> => {
    const { exceptionId: id, actor, resolution } = request
    const row = await db.prisma.exception.findUnique({ where: { id } })
    if (!row) return { kind: 'unknown' }
    if (resolution.do === 'fix' && resolution.corrections['amount'] === 'many') {
      return { kind: 'invalid', problems: [{ field: 'amount', message: 'must be a number' }] }
    }
    const as = resolvedAs[resolution.do]
    const at = new Date()
    const note = 'note' in resolution ? (resolution.note ?? null) : null
    if (!(await claimException(db.prisma, { id, as, by: actor.id, at, note }))) {
      const now = await db.prisma.exception.findUniqueOrThrow({ where: { id } })
      return { kind: 'already_resolved', as: 'approved', by: now.resolvedBy ?? '', at: now.resolvedAt ?? at }
    }
    resolved.push(request)
    await wantCard(db.prisma, { kind: 'exception', subjectId: id, channel: CHANNEL, at })
    return { kind: 'resolved', as, runId: row.runId }
  }

export interface EdgeOptions {
  mode?: 'socket' | 'http'
}

export async function startEdge({ mode = 'socket' }: EdgeOptions = {}): Promise<TestEdge> {
  const database = await openTestDatabase()
  const { database: db } = database
  const versionId = await publish(db)
  const resolved: ResolveRequest[] = []
  const runs: TestEdge['runs'] = []
  const replicas: SlackEdge[] = []
  let server: Server | undefined
  let edge: SlackEdge
  let aheadMs = 0
  if (mode === 'http') {
    server = createServer((request, response) => edge.requestListener?.(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const port = (server?.address() as AddressInfo | null)?.port
  const slack = await startLocalSlack({
    rateLimits: false,
    ...(port === undefined ? {} : { requestUrl: `http://127.0.0.1:${port}/slack/events` }),
  })
  const { botToken, appToken, signingSecret, apiUrl } = slack.credentials
  const resolve = resolveWith(db, resolved)
  const deps: EdgeDeps = {
    db,
    config: { botToken, signingSecret, apiUrl, ...(mode === 'socket' ? { appToken } : {}) },
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    clock: () => new Date(Date.now() + aheadMs),
    publicUrl: 'http://127.0.0.1',
    notifies: true,
    listens: true,
    betweenPostsMs: 5,
    resolve: async (press) => {
      const answer = await resolve(press)
      edge.notifier.wake()
      return answer
    },
    editable: async () => ({ kind: 'unknown' }),
    acknowledge: async () => ({ kind: 'acknowledged' }),
    commentRefusal: async () => undefined,
    refusalFor: async () => undefined,
    replay: async () => ({ kind: 'unknown' }),
    replayMany: {
      plan: async () => ({ kind: 'invalid', problem: 'not here' }),
      start: async () => ({ kind: 'unknown' }),
      cancel: async () => ({ kind: 'unknown' }),
    },
    pause: async () => false,
    resume: async () => false,
    reassign: async ({ exceptionId, to }) => {
      await db.prisma.exception.update({ where: { id: exceptionId }, data: { ownerId: to } })
      await wantCard(db.prisma, {
        kind: 'exception',
        subjectId: exceptionId,
        channel: CHANNEL,
        at: new Date(),
      })
      edge.notifier.wake()
      return { kind: 'reassigned', from: null, to }
    },
    comment: (about) =>
      comment({ db, clock: () => new Date(), cardsChanged: () => edge.notifier.wake() }, about),
    snooze: async ({ until }) => ({ kind: 'snoozed', until }),
    setAway: (away) => setAway({ db, clock: () => new Date() }, away),
    reveal: async () => ({ kind: 'unknown' }),
    postDigest: async () => ({ kind: 'no_such_window' }),
    runWorkflow: async (call) => {
      runs.push(call)
      if (call.workflow !== 'refund-review')
        return { kind: 'problem', message: `There is no workflow "${call.workflow}".` }
      return { event: 'evt_x', run: 'run_x', duplicate: false }
    },
  }
  const startIt = async () => {
    edge = await startSlack(deps)
    await connected(slack, mode)
  }
  await startIt()
  return {
    database,
    db,
    slack,
    get edge() {
      return edge
    },
    resolved,
    runs,
    open: (about = {}) => openOne(db, versionId, about),
    async replica() {
      const other = await startSlack({ ...deps, listens: false })
      replicas.push(other)
      return other
    },
    advance(ms) {
      aheadMs += ms
    },
    async restartEdge() {
      await edge.stop()
      await startIt()
    },
    async close() {
      await Promise.all([edge, ...replicas].map((one) => one.stop()))
      await slack.stop()
      server?.closeAllConnections()
      server?.close()
      await database.close()
    },
  }
}

/** Resolves when the edge takes deliveries in this mode (again). */
export async function connected(slack: LocalSlack, mode: 'socket' | 'http'): Promise<void> {
  if ((await slack.control.state()).app.mode === mode) return
  for await (const event of slack.control.feed(undefined, AbortSignal.timeout(10_000))) {
    if (event.kind === 'app' && event.app.mode === mode) return
  }
}
