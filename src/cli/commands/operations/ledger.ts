// signalbox ledger: the conservation law. In the product's words: received = completed + needs attention + running.
import type { Command } from 'commander'
import {
  countLedger,
  type Ledger,
  readLedger,
  readLedgers,
  type CounterFault,
  counterFaults,
} from '../../../db/digest/ledger.ts'
import { countDeliveries, type DeliveryLedger } from '../../../db/digest/delivery-ledger.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold } from '../../exit.ts'
import { deliveryLines, ledgerLines } from '../../text/ledger-text.ts'
import { good, linesText, print, printJson, tableText } from '../../text/output.ts'
import { moment } from '../../text/times.ts'

interface Options {
  json?: boolean
  verify?: boolean
  byWorkflow?: boolean
}

/** What people call a figure of the ledger. */
const figureWords = {
  accepted: 'received',
  duplicates: 'duplicates',
  outcomes: 'completed',
  open: 'needs attention',
  inFlight: 'running',
  unaccounted: 'unaccounted',
} as const

/** Figures in which the counters and the counted rows differ. */
function differences(told: Ledger, counted: Ledger): string[] {
  const figures = Object.keys(figureWords) as (keyof typeof figureWords)[]
  const kinds = new Set([...Object.keys(told.byOutcome), ...Object.keys(counted.byOutcome)])
  return [
    ...figures
      .filter((name) => told[name] !== counted[name])
      .map((name) => `${figureWords[name]}: the counters say ${told[name]}, the rows ${counted[name]}`),
    ...[...kinds]
      .filter((kind) => (told.byOutcome[kind] ?? 0) !== (counted.byOutcome[kind] ?? 0))
      .map(
        (kind) =>
          `${kind}: the counters say ${told.byOutcome[kind] ?? 0}, the rows ${counted.byOutcome[kind] ?? 0}`,
      ),
  ]
}

const deliveryFaults = (deliveries: DeliveryLedger | undefined): string[] =>
  deliveries && deliveries.unaccounted > 0
    ? [`deliveries without a run for each workflow that wanted them: ${deliveries.unaccounted}`]
    : []

const faultText = ({ workflow, hour, metric, told, counted }: CounterFault) =>
  `${workflow}, ${moment(hour)}, ${metric}: the counters say ${told}, the rows ${counted}`

const MOST_FAULTS = 20
const headOf = ['WORKFLOW', 'RECEIVED', 'COMPLETED', 'NEEDS ATTENTION', 'RUNNING', 'UNACCOUNTED']

export function addLedger(command: Command): void {
  command
    .option('--verify', 'count every row, and compare with the counters')
    .option('--by-workflow', 'one line per workflow')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exits with 1 if anything is unaccounted for, or if --verify finds that counters and rows differ.

Examples:
  $ signalbox ledger
  $ signalbox ledger --verify
  $ signalbox ledger --json | jq .unaccounted`,
    )
    .action(async ({ json, verify, byWorkflow }: Options) => {
      const { ledger, counted, faults, deliveries, workflows } = await withDatabase((db) =>
        // One snapshot, so that the two can be compared while the bot works.
        db.transaction(async (tx) => {
          await tx.$executeRaw`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`
          return {
            ledger: await readLedger(tx),
            counted: verify ? await countLedger(tx) : undefined,
            faults: verify ? await counterFaults(tx, MOST_FAULTS) : [],
            deliveries: verify ? await countDeliveries(tx) : undefined,
            workflows: byWorkflow ? await readLedgers(tx) : [],
          }
        }),
      )
      const wrong = counted
        ? [...differences(ledger, counted), ...faults.map(faultText), ...deliveryFaults(deliveries)]
        : []
      if (json) {
        printJson({
          ...ledger,
          ...(byWorkflow ? { workflows } : {}),
          ...(counted ? { counted, deliveries, differences: wrong } : {}),
        })
      } else {
        print(linesText([...ledgerLines(ledger), ...(deliveries ? deliveryLines(deliveries) : [])]))
        if (byWorkflow) {
          const rows = workflows.map((one) => [
            one.workflow,
            one.accepted,
            one.outcomes,
            one.open,
            one.inFlight,
            one.unaccounted,
          ])
          print(`\n${tableText(headOf, rows)}`)
        }
        if (counted && wrong.length === 0) print(good('Every row was counted: the counters match.'))
      }
      if (wrong.length > 0) throw didNotHold(wrong.join('\n'))
      const unaccounted = counted?.unaccounted ?? ledger.unaccounted
      if (unaccounted !== 0)
        throw didNotHold(`${unaccounted} unaccounted for. This is a defect of Signalbox: report it.`)
    })
}
