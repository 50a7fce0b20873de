// signalbox settle: what the buttons of a card do, from the command line and by the same rules.
import type { Command } from 'commander'
import { findRuns } from '../../db/find-runs.ts'
import type { Database } from '../../db/open.ts'
import { labelOfId } from '../../db/people.ts'
import { type ExceptionRow, readRun, type RunView } from '../../db/run-view.ts'
import { settle } from '../../pipeline/exception/settle.ts'
import type { SettleAnswer, Settlement } from '../../pipeline/exception/settlement.ts'
import { withDatabase } from '../database.ts'
import { withEngine } from '../engine.ts'
import { didNotHold } from '../exit.ts'
import { nothingCalled } from '../find-run.ts'
import { actorOf } from '../login.ts'
import { good, print, printJson } from '../output.ts'
import { printable } from '../printable.ts'
import { answerText } from '../settle-text.ts'
import { type Ways, settlementOf } from '../settle-words.ts'

interface Options extends Ways {
  as?: string
  json?: boolean
}

/** The exception somebody means: the one with that id, the only open one, or else the last (settled) one. */
async function exceptionOf({ prisma }: Database, what: string) {
  const lines = await findRuns(prisma, { called: what })
  if (lines.length === 0) throw await nothingCalled(prisma, what)
  const runs = await Promise.all(lines.map(({ id }) => readRun(prisma, id)))
  const all: { run: RunView; exception: ExceptionRow }[] = runs.flatMap((run) =>
    run ? run.exceptions.map((exception) => ({ run, exception })) : [],
  )
  const exact = all.find(({ exception }) => exception.id === what)
  if (exact) return exact
  const open = all.filter(({ exception }) => exception.state === 'open')
  if (open.length > 1) {
    const ids = open.map(({ exception }) => exception.id).join(', ')
    throw didNotHold(`${open.length} exceptions are open under ${what}; name one: ${ids}`)
  }
  const last = all.toSorted((a, b) => b.exception.openedAt.getTime() - a.exception.openedAt.getTime())[0]
  const found = open[0] ?? last
  if (!found) throw didNotHold(`Nothing in ${what} ever waited for a person.`)
  return found
}

async function settleIt(db: Database, what: string, options: Options): Promise<SettleAnswer> {
  const { run, exception } = await exceptionOf(db, what)
  const settlement: Settlement = settlementOf(options, run.definition)
  const actor = actorOf(options.as)
  const press = { exceptionId: exception.id, actor, settlement }
  const answer = await withEngine(db, (deps) => settle(deps, press))
  if (answer.kind !== 'already_settled') return answer
  return { ...answer, by: await labelOfId(db.prisma, answer.by) }
}

/** Settles and says what came of it. */
async function settleAndSay(what: string, options: Options): Promise<void> {
  const answer = await withDatabase((db) => settleIt(db, what, options))
  if (options.json) printJson(answer)
  const text = printable(answerText(answer, options.as))
  if (answer.kind !== 'settled' && answer.kind !== 'counted') throw didNotHold(text)
  if (!options.json) print(good(text))
}

export function addSettle(command: Command): void {
  command
    .argument('<what>', 'id of an exception or run; or a subject')
    .option('--approve', 'carry on with what was held')
    .option('--retry', 'go on from the step that failed')
    .option('--reject <reason>', 'end the run as rejected, with the reason')
    .option('--fix <field=value...>', 'correct fields and go on; the event stays as it was')
    .option('--as <handle>', 'who acts (default: your login); must be somebody who may settle it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The rules are those of Slack: who may settle is stored with the exception, and the first to settle wins. Whoever can
reach the database can name anybody with --as; the audit says it was done on the command line.

Examples:
  $ signalbox settle 1042 --approve --as @ada
  $ signalbox settle exc_01h455vb4pex5vsknk084sn02q --reject "the customer withdrew"
  $ signalbox settle 1042 --fix status=delivered --fix amount=12.50`,
    )
    .action(settleAndSay)
}

export function addRetry(command: Command): void {
  command
    .argument('<what>', 'id of a run or exception; or a subject')
    .option('--as <handle>', 'who acts (default: your login); must be somebody who may settle it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The steps that are done are not repeated, and the one that failed keeps its idempotency key. The same as
signalbox settle <what> --retry.

Examples:
  $ signalbox retry 1042 --as @ada
  $ signalbox retry run_01h455vb4pex5vsknk084sn02q`,
    )
    .action((what: string, options: Pick<Options, 'as' | 'json'>) =>
      settleAndSay(what, { ...options, retry: true }),
    )
}
