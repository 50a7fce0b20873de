// signalbox pause and resume: a workflow, a target or everything. What arrives meanwhile waits.
import type { Command } from 'commander'
import type { Tx } from '../../../db/store/open.ts'
import { listPauses } from '../../../db/pauses.ts'
import { labelsOf } from '../../../db/people/people.ts'
import { openCircuits } from '../../../db/open-circuits.ts'
import { pause, resume } from '../../../pipeline/resume/pauses.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold, wrongUsage } from '../../exit.ts'
import { noSuchWorkflow, workflowKeys } from '../../find-run.ts'
import { actorOf } from '../../login.ts'
import { good, print, printJson, tableText } from '../../text/output.ts'
import { timesFor } from '../../text/times.ts'

interface Options {
  workflow?: string
  target?: string
  subscription?: string
  all?: boolean
  note?: string
}

function idOf({ workflow, target, subscription, all }: Options): string {
  const named = [
    ...(workflow === undefined ? [] : [`workflow:${workflow}`]),
    ...(target === undefined ? [] : [`target:${target}`]),
    ...(subscription === undefined ? [] : [`subscription:${subscription}`]),
    ...(all ? ['all'] : []),
  ]
  const [id] = named
  if (id === undefined || named.length > 1)
    throw wrongUsage('Use one of --workflow <key>, --target <host>, --subscription <name> and --all.')
  return id
}

async function mustBeThere(tx: Tx, workflow: string | undefined): Promise<void> {
  if (workflow === undefined) return
  if (!(await workflowKeys(tx)).includes(workflow)) throw await noSuchWorkflow(tx, workflow)
}

async function show(json: boolean): Promise<void> {
  const {
    pauses,
    circuits: open,
    labels,
  } = await withDatabase(async ({ prisma }) => {
    const all = await listPauses(prisma)
    const by = all.map(({ pausedBy }) => pausedBy)
    return {
      pauses: all,
      circuits: await openCircuits(prisma),
      labels: await labelsOf(prisma, by),
    }
  })
  if (json) return printJson({ pauses, openCircuits: open })
  const { moment, exact } = timesFor()
  const rows = pauses.map((one) => [
    one.id,
    moment(one.pausedAt),
    labels.get(one.pausedBy) ?? one.pausedBy,
    one.parked,
    one.note ?? '',
  ])
  print(
    rows.length === 0 ? 'Nothing is paused.' : tableText(['PAUSED', 'SINCE', 'BY', 'ON HOLD', 'NOTE'], rows),
  )
  const circuits = open.map(({ target, until }) => [target, exact(until)])
  print(circuits.length === 0 ? 'All targets are healthy.' : tableText(['CIRCUIT OPEN', 'UNTIL'], circuits))
}

const withTargets = (command: Command): Command =>
  command
    .option('--workflow <key>', 'one workflow')
    .option('--target <host>', 'calls to one host (with its port, if any)')
    .option('--subscription <name>', 'what is told to one subscription')
    .option('--all', 'everything')
    .option('--note <text>', 'why; recorded in the audit')

export function addPause(command: Command): void {
  withTargets(command)
    .option('--json', 'print JSON')
    .action(async ({ json = false, ...options }: Options & { json?: boolean }) => {
      const { workflow, target, subscription, all } = options
      if ([workflow, target, subscription].every((one) => one === undefined) && !all) return show(json)
      const id = idOf(options)
      const isNew = await withDatabase(async (db) => {
        await mustBeThere(db.prisma, options.workflow)
        return pause(db, { id, actor: actorOf(), note: options.note }, new Date())
      })
      if (!isNew) throw didNotHold(`${id} is already paused.`)
      print(good(`${id} is paused.`))
    })
}

export function addResume(command: Command): void {
  withTargets(command).action(async (options: Options) => {
    const id = idOf(options)
    const wasPaused = await withDatabase((db) =>
      resume(db, { id, actor: actorOf(), note: options.note }, new Date()),
    )
    if (!wasPaused) throw didNotHold(`${id} wasn't paused.`)
    print(good(`${id} is running again.`))
  })
}
