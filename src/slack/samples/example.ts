// One made-up run and what its workflow's people would see of it: for samples of our messages.
import type { ExceptionView } from '../../db/exceptions/exception-view.ts'
import type { RunView } from '../../db/runs/run-view.ts'
import { definitionSchema } from '../../domain/workflow-file/definition.ts'
import { type DigestFigures, digestFiguresSchema, windowFiguresSchema } from '../../domain/digest/digest.ts'
import { type DigestWindow, windowLabel } from '../../domain/digest/digest-window.ts'
import { type Reason, reasons } from '../../domain/exceptions/reasons.ts'
import { noStandards } from '../../domain/workflow-file/standards.ts'

const at = new Date('2026-11-20T09:30:00Z')
const ADA = 'U0EXAMPLE'

const { rules: _rules, ...definition } = definitionSchema.parse({
  workflow: 'example',
  title: 'Example',
  owner: '@ada',
  trigger: { command: {} },
  fields: {
    order: { type: 'string', title: 'Order' },
    amount: { type: 'number', title: 'Amount' },
    currency: { type: 'enum', enum: ['EUR', 'USD'] },
    due: { type: 'timestamp', missing: 'ignore' },
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

const run: RunView = {
  id: 'run_example',
  workflow: { key: 'example', title: 'Example', ownerSpec: '@ada', channel: '#example' },
  version: 1,
  definition,
  standards: noStandards,
  subject: '1042',
  state: 'held',
  ownerId: null,
  stage: 'act',
  route: 'refund',
  step: 0,
  replayOf: null,
  receivedAt: at,
  event: {
    id: 'evt_example',
    source: 'webhook',
    address: null,
    dedupeKey: '1042',
    redeliveries: 0,
    sameIdAs: null,
    changedIn: [],
    contentType: 'application/json',
    actor: null,
    receivedAt: at,
    body: '{"order":"1042","amount":120,"currency":"EUR"}',
  },
  record: {
    fields: { order: '1042', amount: 120, currency: 'EUR' },
    sources: {},
    corrections: {},
    updatedAt: at,
  },
  decisions: [
    {
      version: 1,
      rule: 'all',
      route: 'refund',
      reason: null,
      owner: null,
      ownerId: null,
      trace: [{ rule: 'all', position: 0, matched: true }],
      notTried: null,
      changes: [],
      edited: undefined,
      approved: null,
      decidedBy: 'engine',
      decidedAt: at,
    },
  ],
  attempts: [],
  exceptions: [],
  outcome: null,
  cards: [],
  status: {
    state: 'needs a person',
    lastSuccess: null,
    failedAction: null,
    owner: { label: '@ada', since: at },
    retry: null,
    outcome: null,
  },
  erasures: [],
  masked: [],
  labels: new Map([[ADA, '@ada']]),
}

const fields = [{ field: 'amount', kind: 'invalid', message: 'must be at most 100', value: 120 }]
const covers = {
  hash: 'h',
  actions: [
    {
      action: 'pay back',
      step: 0,
      does: 'http',
      values: [
        ['method', 'POST'],
        ['url', 'https://shop.example/refunds'],
        ['json.order', '1042'],
        ['json.amount', 120],
      ],
      except: [],
      hash: 'h',
    },
  ],
}

export function exampleException(reason: Reason, state: 'open' | 'resolved'): ExceptionView {
  const resolved = state === 'resolved'
  const exception: ExceptionView['exception'] = {
    id: 'exc_example',
    runId: run.id,
    workflowKey: 'example',
    reason,
    detail:
      reason === 'approval_required'
        ? 'Refunds over 100 need approval'
        : 'Amount must be at most 100, got 120',
    data: reason === 'approval_required' ? { covers } : { fields },
    fingerprint: 'example',
    ownerSpec: '@ada',
    ownerId: ADA,
    ownerLabel: '@ada',
    ownerSince: at,
    policy: { by: ['@ada'], approvals: 1, self: true },
    approvals: [],
    state,
    revision: 1,
    openedAt: at,
    dueAt: at,
    timesOutAt: null,
    acknowledgedAt: null,
    snoozedUntil: null,
    remindedAt: null,
    escalation: 0,
    reopens: null,
    caseOpenedAt: null,
    isFirstFault: false,
    amount: null,
    currency: null,
    resolvedAs: resolved ? 'approved' : null,
    resolvedBy: resolved ? ADA : null,
    resolvedByLabel: resolved ? '@ada' : null,
    resolvedAt: resolved ? at : null,
    resolvedNote: resolved ? 'Agreed with the customer' : null,
  }
  return { exception, reason, run: { ...run, exceptions: [exception] } }
}

const isTime = (name: string) => name.endsWith('Ms')
const counted = (count: number) =>
  windowFiguresSchema.parse(
    Object.fromEntries(
      Object.keys(windowFiguresSchema.shape).map((name) => [name, isTime(name) ? count * 60_000 : count]),
    ),
  )

/** A digest with something in every part of it. */
export function exampleFigures(window: DigestWindow): DigestFigures {
  const named = { workflow: 'example', title: 'Example' }
  return digestFiguresSchema.parse({
    version: 1,
    period: window.period,
    isSoFar: false,
    timezone: window.timezone,
    label: windowLabel(window),
    takenAt: window.end.toISOString(),
    ledger: { accepted: 24, outcomes: 12, open: 12, inFlight: 0, unaccounted: 0 },
    targets: { automation_rate: 0.9, resolution_time: 4 * 3_600_000, sla: 0.95, error_rate: 0.02 },
    now: counted(12),
    before: counted(7),
    change: {
      name: 'resolution_time',
      cause: {
        reason: 'lookup_failed',
        title: 'Example',
        lookup: 'customer',
        now: 9,
        before: 2,
        allNow: 12,
        allBefore: 4,
      },
    },
    workflows: [{ ...named, now: counted(12), before: counted(7) }],
    money: {
      atStake: [{ currency: 'EUR', amount: '1240.00', count: 12 }],
      atStakeBefore: [{ currency: 'EUR', amount: '310.50', count: 7 }],
      moved: [{ ...named, route: 'refund', currency: 'EUR', amount: '8120.00', count: 12 }],
      movedBefore: [{ currency: 'EUR', amount: '9000.00', count: 7 }],
    },
    load: [
      { who: '@ada', kind: 'owner', completed: 8, resolved: 12, open: 10 },
      { who: 'Nobody', kind: 'nobody', completed: 4, resolved: 0, open: 2 },
    ],
    reasons: reasons.slice(0, 6).map((reason) => ({ reason, now: 3, before: 2 })),
    weeks: [40, 41, 42, 43, 44, 45, 46, 47].map((week) => ({
      label: `2026-W${week}`,
      accepted: week,
      automated: week - 10,
      handled: 10,
      runs: week + 2,
    })),
    oldest: [
      {
        exceptionId: 'exc_example',
        title: 'Example',
        reason: 'approval_required',
        ownerId: ADA,
        ownerLabel: '@ada',
        openedAt: at.toISOString(),
      },
    ],
    silent: [named],
    unowned: [named],
    unused: [named],
    corrections: [{ what: 'accepted', said: 6, is: 7 }],
    auditHead: { id: '42', hash: '0'.repeat(64) },
    reviews: [],
  })
}
