// The conservation law in words.
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
    ['Duplicates', `${ledger.duplicates} (repeated deliveries, answered with the first run)`],
  ]
}
