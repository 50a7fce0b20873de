// signalbox prune: what ended longer ago than signalbox.yaml keeps its data is emptied. The scheduler does it daily.
import type { Command } from 'commander'
import { prune } from '../../../pipeline/retention/prune.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold } from '../../exit.ts'
import { actorOf } from '../../login.ts'
import { print, printJson, tableText } from '../../text/output.ts'
import { moment } from '../../text/times.ts'

export function addPrune(command: Command): void {
  command
    .option('--dry-run', 'only show how many runs are due')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The scheduler does this once a day. The role of deploy/grants.sql can't clear anything: run it as the owner.
IDs, times, counts, outcomes and the audit's chain stay. In signalbox.yaml, by kind of data, counted from completion:
  retention: { payloads: 180d, records: 400d, attempts: 90d, audit: 2000d }

Examples:
  $ signalbox prune --dry-run
  $ signalbox prune`,
    )
    .action(async ({ dryRun = false, json = false }: { dryRun?: boolean; json?: boolean }) => {
      const answer = await withDatabase((db) =>
        prune({ db, clock: () => new Date() }, { actor: actorOf(), isDry: dryRun }),
      )
      if (json) printJson(answer)
      if (answer.kind === 'not_allowed')
        throw didNotHold("This database role can't clear anything: use the role that owns the tables.")
      if (json) return
      if (answer.parts.length === 0) return print('signalbox.yaml has no retention: everything is kept.')
      const rows = answer.parts.map(({ part, keptFor, before, runs }) => [
        part,
        keptFor,
        moment(before),
        runs,
      ])
      print(tableText(['DATA', 'KEPT FOR', 'COMPLETED BEFORE', dryRun ? 'RUNS DUE' : 'RUNS CLEARED'], rows))
    })
}
