// The conservation law in words.
import type { Ledger } from '../../db/digest/ledger.ts'
import type { Line } from './output.ts'

export function ledgerLines(ledger: Ledger): Line[] {
  const kinds = Object.entries(ledger.byOutcome)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => `${n} ${kind}`)
  return [
    ['Accepted', `${ledger.accepted}`],
    ['Outcomes', `${ledger.outcomes}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`],
    ['Open exceptions', `${ledger.open}`],
    ['In flight', `${ledger.inFlight}`],
    ['Unaccounted', `${ledger.unaccounted}${ledger.unaccounted === 0 ? '' : '  ← a defect: must be 0'}`],
    ['Duplicates', `${ledger.duplicates} (answered with the first run, not accepted again)`],
  ]
}
