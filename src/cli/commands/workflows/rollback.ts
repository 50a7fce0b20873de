// signalbox rollback: points a workflow at one of its versions again.
import type { Command } from 'commander'
import { rollBack } from '../../../workflow/publish/roll-back.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold } from '../../exit.ts'
import { noSuchWorkflow } from '../../find-run.ts'
import { actorOf } from '../../login.ts'
import { good, print, printJson } from '../../text/output.ts'
import { wholeNumber } from './simulate.ts'

interface Options {
  note?: string
  json?: boolean
}

export function addRollback(command: Command): void {
  command
    .argument('<workflow>', 'its key')
    .argument('<version>', 'its number (signalbox versions lists them)', wholeNumber)
    .option('--note <text>', 'why; recorded in the audit')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
New events use that version; running runs keep theirs. Files aren't changed: the next apply publishes those that differ.

Examples:
  $ signalbox rollback order-delivery 3 --note "4 sent gifts to finance"`,
    )
    .action(async (workflow: string, to: number, { note, json }: Options) => {
      const done = await withDatabase(async (db) => {
        const answer = await rollBack(db, {
          workflow,
          to,
          actor: actorOf(),
          at: new Date(),
          ...(note === undefined ? {} : { note }),
        })
        if (answer.kind === 'unknown_workflow') throw await noSuchWorkflow(db.prisma, workflow)
        return answer
      })
      if (done.kind === 'unknown_version')
        throw didNotHold(`${workflow} has no version ${to}: it has 1–${done.numbers}.`)
      if (done.kind === 'unknown_source')
        throw didNotHold(
          `Version ${to} of ${workflow} takes from the source "${done.source}", which signalbox.yaml no longer has. Add it and run signalbox apply first.`,
        )
      if (json) printJson(done)
      else if (done.kind === 'is_current') print(`${workflow}: version ${to} is already current.`)
      else if (done.kind === 'rolled_back')
        print(good(`${workflow}: version ${done.to} is current again (was ${done.from})`))
    })
}
