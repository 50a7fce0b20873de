// signalbox drain: before a deploy or a repair. Everything is paused and what is in hand is waited for.
import type { Command } from 'commander'
import { counted } from '../../../domain/text/counted.ts'
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
  if (!isDuration(within)) throw wrongUsage(`--within must be a time like 30s or 5m, got "${within}".`)
  const actor = actorOf()
  const drained = await withDatabase((db) =>
    withEngine(db, (deps) =>
      drain(deps, { actor, withinMs: parseDuration(within), ...(note === undefined ? {} : { note }) }),
    ),
  )
  if (json) printJson(drained)
  if (drained.inHand > 0)
    throw didNotHold(
      `${counted(drained.inHand, 'job')} still running after ${within}. Everything stays paused until signalbox resume --all.`,
    )
  if (!json)
    print(
      good(
        `Nothing is running, ${counted(drained.waiting, 'run')} on hold. When you are done: signalbox resume --all`,
      ),
    )
}

export function addDrain(command: Command): void {
  command
    .option('--within <time>', 'how long to wait for in-flight work', '60s')
    .option('--note <text>', 'why; recorded in the audit')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Events are still captured, and wait. You don't need to drain before stopping a single process: each one finishes or hands
back its work within 10 s of a SIGTERM. Use this when nothing may move, for example before a manual migration.

Examples:
  $ signalbox drain --within 2m --note "moving the database"
  $ signalbox resume --all`,
    )
    .action(drainNow)
}
