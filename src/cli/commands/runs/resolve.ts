// signalbox resolve: what the buttons of a card do, from the command line and by the same rules.
import type { Command } from 'commander'
import { findRuns } from '../../../db/runs/find-runs.ts'
import type { Database } from '../../../db/store/open.ts'
import { labelOfId } from '../../../db/people/people.ts'
import { type ExceptionRow, readRun, type RunView } from '../../../db/runs/run-view.ts'
import { resolve } from '../../../pipeline/exception/resolve.ts'
import type { ResolveAnswer, Resolution } from '../../../pipeline/exception/resolution.ts'
import { withDatabase } from '../../database.ts'
import { withEngine } from '../../engine.ts'
import { didNotHold } from '../../exit.ts'
import { nothingCalled } from '../../find-run.ts'
import { actorOf } from '../../login.ts'
import { good, print, printJson } from '../../text/output.ts'
import { printable } from '../../text/printable.ts'
import { answerText } from '../../text/resolve-text.ts'
import { type Ways, resolutionOf } from '../../resolve-words.ts'

interface Options extends Ways {
  as?: string
  json?: boolean
}

/** The exception somebody means: the one with that id, the only open one, or else the last (resolved) one. */
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
    throw didNotHold(`${open.length} open exceptions for ${what}. Name one by its ID: ${ids}`)
  }
  const last = all.toSorted((a, b) => b.exception.openedAt.getTime() - a.exception.openedAt.getTime())[0]
  const found = open[0] ?? last
  if (!found) throw didNotHold(`${what} never needed a person: there is nothing to resolve.`)
  return found
}

async function resolveIt(db: Database, what: string, options: Options): Promise<ResolveAnswer> {
  const { run, exception } = await exceptionOf(db, what)
  const resolution: Resolution = resolutionOf(options, run.definition)
  const actor = actorOf(options.as)
  const request = { exceptionId: exception.id, actor, resolution }
  const answer = await withEngine(db, (deps) => resolve(deps, request))
  if (answer.kind !== 'already_resolved') return answer
  return { ...answer, by: await labelOfId(db.prisma, answer.by) }
}

/** Resolves and says what came of it. */
async function resolveAndSay(what: string, options: Options): Promise<void> {
  const answer = await withDatabase((db) => resolveIt(db, what, options))
  if (options.json) printJson(answer)
  const text = printable(answerText(answer, options.as))
  if (answer.kind !== 'resolved' && answer.kind !== 'counted') throw didNotHold(text)
  if (!options.json) print(good(text))
}

export function addResolve(command: Command): void {
  command
    .argument('<what>', 'ID of an exception or run, or a subject')
    .option('--approve', 'approve it, and continue the run')
    .option('--retry', 'continue from the step that failed')
    .option('--decline <reason>', 'decline an approval')
    .option('--done [note]', 'mark it done, and close the case')
    .option('--dismiss <reason>', 'close the case without doing anything')
    .option('--process', 'not a duplicate: run the rules')
    .option('--choose <label>', 'one of the choices that its workflow offers')
    .option('--input <name=value...>', 'an input that the choice asks for')
    .option(
      '--fix <name=value...>',
      'correct fields or fill in a lookup (customer.tier=gold), and re-run the rules',
    )
    .option('--as <handle>', 'who you are (default: your login); must be allowed to resolve it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The same rules as in Slack apply: the exception lists who can resolve it, and the first to resolve it wins. Anyone who can
reach the database can name anyone with --as; the audit records that it was done on the command line.

Examples:
  $ signalbox resolve 1042 --approve --as @ada
  $ signalbox resolve exc_01h455vb4pex5vsknk084sn02q --decline "the customer withdrew"
  $ signalbox resolve 1042 --choose "Store credit" --input amount=12.50
  $ signalbox resolve 1042 --done "refunded by phone"
  $ signalbox resolve 1042 --fix status=delivered --fix amount=12.50`,
    )
    .action(resolveAndSay)
}

export function addRetry(command: Command): void {
  command
    .argument('<what>', 'ID of a run or exception, or a subject')
    .option('--as <handle>', 'who you are (default: your login); must be allowed to resolve it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Completed steps aren't repeated, and the failed one keeps its idempotency key. Same as
signalbox resolve <what> --retry.

Examples:
  $ signalbox retry 1042 --as @ada
  $ signalbox retry run_01h455vb4pex5vsknk084sn02q`,
    )
    .action((what: string, options: Pick<Options, 'as' | 'json'>) =>
      resolveAndSay(what, { ...options, retry: true }),
    )
}
