// The conservation law in words.
import type { DeliveryLedger } from '../../db/digest/delivery-ledger.ts'
import type { Ledger } from '../../db/digest/ledger.ts'
import type { Line } from './output.ts'

export function ledgerLines(ledger: Ledger): Line[] {
  const kinds = Object.entries(ledger.byOutcome)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => `${n} ${kind}`)
  return [
    ['Received', `${ledger.accepted}`],
    ['Completed', `${ledger.outcomes}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`],
    ['Needs attention', `${ledger.open}`],
    ['Running', `${ledger.inFlight}`],
    [
      'Unaccounted',
      `${ledger.unaccounted}${ledger.unaccounted === 0 ? '' : '  ← must be 0: this is a defect of Signalbox'}`,
    ],
    [
      'Duplicates',
      `${ledger.duplicates} (repeated deliveries, counted once per workflow, answered with the first run)`,
    ],
  ]
}

/** Of what came through sources: every delivery is taken or ignored, and starts a run for each workflow that wants it. */
export const deliveryLines = ({ deliveries, taken, ignored, runs }: DeliveryLedger): Line[] => [
  ['Deliveries of sources', `${deliveries} = ${taken} taken + ${ignored} ignored by filter`],
  ['Runs they started', `${runs}`],
]
