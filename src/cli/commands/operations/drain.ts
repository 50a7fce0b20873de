// signalbox drain: before a deploy or a repair. Everything is paused and what is in hand is waited for.
import type { Command } from 'commander'
import { isDuration, parseDuration } from '../../../domain/time/duration.ts'
import { drain } from '../../../pipeline/resume/drain.ts'
import { withDatabase } from '../../database.ts'
import { withEngine } from '../../engine.ts'
import { didNotHold, wrongUsage } from '../../exit.ts'
import { actorOf } from '../../login.ts'
import { good, print, printJson } from '../../text/output.ts'

interface Options {
  within: string
  note?: string
  json?: boolean
}

async function drainNow({ within, note, json = false }: Options): Promise<void> {
  if (!isDuration(within)) throw wrongUsage(`--within ${within}: write 30s or 5m`)
  const actor = actorOf()
  const drained = await withDatabase((db) =>
    withEngine(db, (deps) =>
      drain(deps, { actor, withinMs: parseDuration(within), ...(note === undefined ? {} : { note }) }),
    ),
  )
  if (json) printJson(drained)
  if (drained.inHand > 0)
    throw didNotHold(
      `After ${within}, ${drained.inHand} jobs are still being worked on. Everything stays paused: signalbox resume --all ends it.`,
    )
  if (!json)
    print(
      good(`Nothing is in hand, ${drained.waiting} runs wait. Once you are done: signalbox resume --all.`),
    )
}

export function addDrain(command: Command): void {
  command
    .option('--within <time>', 'how long to wait for what is in hand', '60s')
    .option('--note <text>', 'why; kept in the audit')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Events are captured meanwhile and wait. Processes need not be drained one by one: each finishes or hands back what it
has within 10 s of a SIGTERM. This is for when nothing at all should move, as before a migration by hand.

Examples:
  $ signalbox drain --within 2m --note "moving the database"
  $ signalbox resume --all`,
    )
    .action(drainNow)
}
