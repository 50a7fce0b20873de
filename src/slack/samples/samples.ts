// A sample of every kind of message and view that we send, so that a workspace can be asked whether it takes them.
import type { KnownBlock, View } from '@slack/types'
import { windowOf } from '../../domain/digest/digest-window.ts'
import { reasons } from '../../domain/exceptions/reasons.ts'
import { caseOf } from '../../domain/exceptions/ways.ts'
import { digestCard } from '../cards/digest-card.ts'
import { exceptionCard, type RenderedMessage } from '../cards/exception-card.ts'
import { ownerDigestCard } from '../cards/owner-digest-card.ts'
import { stormCard } from '../cards/storm-card.ts'
import { homeView } from '../home/home-view.ts'
import { fixModal } from '../modals/fix.ts'
import { reassignModal } from '../modals/reassign.ts'
import { reasonModal } from '../modals/with-reason.ts'
import { reviewModal } from '../modals/review.ts'
import { whyModal } from '../modals/why.ts'
import { exampleException, exampleFigures } from './example.ts'
import { exampleRefund } from './example-refund.ts'

export type Sample = { name: string } & ({ blocks: KnownBlock[] } | { view: View })

/** `classic`, where a message has one, is what stands when a workspace refuses newer blocks. */
export interface Samples {
  samples: Sample[]
  classic: Sample[]
}

export function makeSamples(): Samples {
  const now = new Date('2026-11-20T10:00:00Z')
  const window = windowOf(now, 'Europe/Berlin')
  const open = exampleException('approval_required', 'open')
  const { exception, run } = open
  const line = {
    ...exception,
    workflow: exception.workflowKey,
    subject: run.subject,
    kind: caseOf(exception),
  }
  const waiting = { title: 'Example', subject: '1042', reason: 'approval_required' }
  const times = { openedAt: now.toISOString(), dueAt: now.toISOString() }
  const messages: [name: string, message: RenderedMessage][] = [
    ...reasons.map((reason): [string, RenderedMessage] => [
      `card of ${reason}`,
      exceptionCard(exampleException(reason, 'open')),
    ]),
    ['card of a refund', exceptionCard(exampleRefund())],
    ['resolved card', exceptionCard(exampleException('approval_required', 'resolved'))],
    [
      'storm',
      stormCard({
        id: 'card_example',
        workflow: 'example',
        ownChannel: { name: '#ops-exceptions', id: 'C0EXAMPLE' },
        source: 'webhook',
        title: 'Example',
        reason: 'action_failed',
        kind: caseOf({ reason: 'action_failed', data: null }),
        detail: exception.detail,
        total: 3,
        open: 3,
        running: 0,
        again: { open: 0, of: 0 },
        resolvedBefore: 0,
        parts: [{ workflow: 'example', title: 'Example', reason: 'action_failed', total: 3, open: 3 }],
        kinds: 1,
        firstAt: now,
        lastAt: now,
        members: [line],
      }),
    ],
    [
      'weekly digest',
      digestCard({
        id: 'dig_example',
        windowStart: window.start,
        windowEnd: window.end,
        figures: exampleFigures(window),
      }),
    ],
    [
      'digest of an owner',
      ownerDigestCard({
        version: 1,
        kind: 'owner',
        takenAt: now.toISOString(),
        open: 1,
        overdue: 1,
        items: [{ ...waiting, ...times }],
      }),
    ],
  ]
  const step = { reviewId: 'rev_example', workflow: 'example', position: 1, of: 20, runId: run.id }
  const home = {
    views: new Map([[line.id, open]]),
    mine: { lines: [line], total: 1 },
    toApprove: [line],
    load: [],
    workflows: [],
    now,
  }
  const views: [name: string, view: View][] = [
    ['Why?', whyModal(run, [], { exceptionId: 'exc_1', page: 1 })],
    ['Fix', fixModal(exampleException('invalid_field', 'open'))],
    ['Decline', reasonModal(open, 'decline')],
    ['Mark done', reasonModal(exampleException('needs_judgement', 'open'), 'done')],
    ['Reassign', reassignModal(open, [])],
    ['review', reviewModal(step, run)],
    ['Home', homeView({ ...home, isOperator: false })],
  ]
  return {
    samples: [
      ...messages.map(([name, { blocks }]) => ({ name, blocks })),
      ...views.map(([name, view]) => ({ name, view })),
    ],
    classic: messages.flatMap(([name, { classic }]) => (classic ? [{ name, blocks: classic }] : [])),
  }
}
