// signalbox replay: one run again, or many by a plan that is looked at first; and what became of the plans.
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { findRuns } from '../../../db/runs/find-runs.ts'
import { labelsOf } from '../../../db/people/people.ts'
import { readBatches } from '../../../db/runs/replay-batches.ts'
import { counted } from '../../../domain/text/counted.ts'
import { isDuration, parseDuration } from '../../../domain/time/duration.ts'
import { isReason, reasons } from '../../../domain/exceptions/reasons.ts'
import { parseJson } from '../../../domain/values/exact-number.ts'
import { isJsonObject } from '../../../domain/values/json.ts'
import { replay, type ReplayDeps } from '../../../pipeline/resume/replay.ts'
import { planBatch } from '../../../pipeline/resume/plan-batch.ts'
import { type BatchMove, cancelBatch, startBatch } from '../../../pipeline/resume/replay-batch.ts'
import { withDatabase } from '../../database.ts'
import { withEngine } from '../../engine.ts'
import { type CommandEnd, didNotHold, wrongUsage } from '../../exit.ts'
import { nothingCalled } from '../../find-run.ts'
import { actorOf } from '../../login.ts'
import { good, print, printJson, tableText } from '../../text/output.ts'
import { moment } from '../../text/times.ts'
import { printable } from '../../text/printable.ts'

interface Options {
  version: string
  event?: string
  repeatDone?: boolean
  workflow?: string
  since?: string
  until?: string
  where?: string
  reason?: string
  name?: string
  rate: string
  yes?: boolean
  as?: string
}

function momentOf(text: string, what: string): Date {
  const at = isDuration(text) ? new Date(Date.now() - parseDuration(text)) : new Date(text)
  if (Number.isNaN(at.getTime()))
    throw wrongUsage(`${what} must be 7d, 12h or a time like 2026-01-31T09:00Z, got "${text}".`)
  return at
}

/** The bytes of the file, which hold a JSON object: they are kept as they stand. */
async function eventIn(file: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file)
    if (isJsonObject(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))) return bytes
  } catch (error) {
    throw wrongUsage(`${file}: ${(error as Error).message}`)
  }
  throw wrongUsage(`${file} must hold a JSON object.`)
}

const versionOf = ({ version }: Options): 'current' | 'original' => {
  if (version === 'current' || version === 'original') return version
  throw wrongUsage(`--version must be current or original, got "${version}".`)
}

const notAllowed = (who: string): CommandEnd =>
  didNotHold(`You can't replay this. Ask ${who}. Say who you are with --as @you.`)

const ANOTHER_EVENT =
  ' with a different event. Actions that send something different because of it run again.'

async function replayOne(deps: ReplayDeps, what: string, options: Options): Promise<string> {
  const [run, another] = await findRuns(deps.db.prisma, { called: what })
  if (!run) throw await nothingCalled(deps.db.prisma, what)
  if (another)
    throw didNotHold(`${what} has several runs. Name one by its ID: signalbox status ${what} lists them.`)
  const event = options.event === undefined ? undefined : await eventIn(options.event)
  const answer = await replay(deps, {
    runId: run.id,
    version: versionOf(options),
    actor: actorOf(options.as),
    repeatDone: options.repeatDone ?? false,
    ...(event === undefined ? {} : { event }),
  })
  if (answer.kind === 'replayed')
    return `Replaying ${run.id} as ${answer.runId}${event === undefined ? '' : ANOTHER_EVENT}`
  if (answer.kind === 'in_flight')
    throw didNotHold(`${run.id} is still running: replay it once it completes or needs attention.`)
  if (answer.kind === 'not_allowed') throw notAllowed(answer.who)
  throw didNotHold(
    answer.kind === 'already' ? `Not replayed: ${answer.because}.` : `Run ${run.id} no longer exists.`,
  )
}

async function replayMany(deps: ReplayDeps, workflow: string, options: Options): Promise<string> {
  if (options.reason !== undefined && !isReason(options.reason))
    throw wrongUsage(`--reason must be one of ${reasons.join(', ')}, got "${options.reason}".`)
  const perMinute = Number(options.rate)
  if (!(perMinute >= 1 && perMinute <= 60_000))
    throw wrongUsage(`--rate must be 1–60000 runs per minute, got "${options.rate}".`)
  const name = options.name ?? `${workflow} ${new Date().toISOString().slice(0, 19)}`
  const plan = await planBatch(deps, {
    name,
    workflow,
    since: momentOf(options.since ?? '1d', '--since'),
    until: options.until === undefined ? new Date() : momentOf(options.until, '--until'),
    version: versionOf(options),
    repeatDone: options.repeatDone ?? false,
    perMinute,
    actor: actorOf(options.as),
    ...(options.where === undefined ? {} : { where: options.where }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  })
  if (plan.kind === 'invalid') throw didNotHold(plan.problem)
  if (plan.kind === 'not_allowed') throw notAllowed(plan.who)
  const of = Object.entries(plan.of).map(([what, n]) => `${n} ${what}`)
  const planned = `"${name}": ${counted(plan.total, 'run')}${of.length > 0 ? ` (${of.join(', ')})` : ''}, ${perMinute} per minute, on the ${options.version} version.`
  if (!options.yes)
    return `${planned}\nNothing was replayed yet. Start it with signalbox replay start "${name}"`
  await startBatch(deps, name, actorOf(options.as))
  return `${planned}\nStarted. signalbox replay list shows its progress.`
}

function moved(name: string, answer: BatchMove, now: string): string {
  switch (answer.kind) {
    case 'moved':
      return `"${name}" ${now}.`
    case 'not_now':
      throw didNotHold(`"${name}" is ${answer.state}.`)
    case 'not_allowed':
      throw notAllowed(answer.who)
    case 'unknown':
      throw didNotHold(`There is no replay called "${name}". signalbox replay list shows all of them.`)
  }
}

async function act(work: (deps: ReplayDeps) => Promise<string>): Promise<void> {
  print(good(printable(await withDatabase((db) => withEngine(db, work)))))
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const { batches, labels } = await withDatabase(async ({ prisma }) => {
    const all = await readBatches(prisma, 'all')
    const by = all.map(({ createdBy }) => createdBy)
    return { batches: all, labels: await labelsOf(prisma, by) }
  })
  if (json) return printJson({ batches })
  const rows = batches.map((batch) => [
    batch.name,
    batch.workflow,
    batch.state + (batch.because === null ? '' : ` (${batch.because})`),
    `${batch.replayed + batch.refused} of ${batch.total}`,
    batch.refused,
    moment(batch.createdAt),
    labels.get(batch.createdBy) ?? batch.createdBy,
  ])
  print(tableText(['NAME', 'WORKFLOW', 'STATE', 'DONE', 'REFUSED', 'PLANNED', 'BY'], rows))
}

export function addReplay(command: Command): void {
  command.enablePositionalOptions()
  command
    .command('run', { isDefault: true })
    .description('replay one run, or plan a replay of many with --workflow')
    .argument('[what]', 'ID or subject of a run')
    .option('--version <which>', 'current, or original (the one that decided then)', 'current')
    .option('--event <file>', 'JSON to use instead of the original event, on the current version')
    .option('--repeat-done', 'also repeat the actions that completed')
    .option('--workflow <key>', 'plan a replay of many runs of this workflow')
    .option('--since <when>', 'runs received since then: 7d, 12h or a time (default: 1d)')
    .option('--until <when>', 'runs received before then')
    .option('--where <CEL>', 'only runs that match this expression: record.amount > 100.0')
    .option(
      '--reason <reason>',
      'only runs that need attention for this reason: shape_changed, action_failed …',
    )
    .option('--name <name>', 'name of the plan')
    .option('--rate <n>', 'runs per minute', '60')
    .option('--yes', 'start the plan right away')
    .option('--as <handle>', 'who you are (default: your login)')
    .addHelpText(
      'after',
      `
The old run's open exception is closed as replayed. Completed actions aren't repeated, except those that send
something different because of --event.
Allowed: the workflow's owner and operators, and for a run that needs attention anyone who can resolve it.

Examples:
  $ signalbox replay 1042
  $ signalbox replay run_01h455vb4pex5vsknk084sn02q --event edited.json
  $ signalbox replay --workflow order-delivery --since 2d --where 'record.status == "shipped"' --name fix-carrier
  $ signalbox replay start fix-carrier`,
    )
    .action((what: string | undefined, options: Options) =>
      act((deps) => {
        if (options.workflow !== undefined) return replayMany(deps, options.workflow, options)
        if (what === undefined) throw wrongUsage('Name a run, or use --workflow to replay many.')
        return replayOne(deps, what, options)
      }),
    )
  command
    .command('start')
    .description('start a plan, or continue one that stopped')
    .argument('<name>')
    .option('--as <handle>', 'who you are (default: your login)')
    .action((name: string, { as }: Options) =>
      act(async (deps) => moved(name, await startBatch(deps, name, actorOf(as)), 'runs')),
    )
  command
    .command('cancel')
    .description('cancel the rest of a plan; runs already replayed stay')
    .argument('<name>')
    .option('--as <handle>', 'who you are (default: your login)')
    .action((name: string, { as }: Options) =>
      act(async (deps) => moved(name, await cancelBatch(deps, name, actorOf(as)), 'is canceled')),
    )
  command
    .command('list')
    .description('list the plans with their progress')
    .option('--json', 'print JSON')
    .action(list)
  for (const sub of command.commands) sub.exitOverride()
}
