// signalbox shadow: lets a version decide beside the live one, shows what it would do otherwise, ends or promotes it.
import type { Command } from 'commander'
import type { Database } from '../../../db/store/open.ts'
import { lastShadow, shadowDifferences, shadowMoves } from '../../../db/workflows/shadows.ts'
import { castShadow, promoteShadow, stopShadow } from '../../../workflow/publish/shadow.ts'
import { withDatabase } from '../../database.ts'
import { draftFrom } from '../../draft-file.ts'
import { didNotHold, wrongUsage } from '../../exit.ts'
import { problemsText } from '../../files.ts'
import { noSuchWorkflow } from '../../find-run.ts'
import { actorOf } from '../../login.ts'
import { good, print, printJson, type Section, sectionsText } from '../../text/output.ts'
import { moment } from '../../text/times.ts'
import { refusalText } from '../../text/rehearsal-text.ts'

interface Options {
  file?: string
  stop?: boolean
  promote?: boolean
  force?: boolean
  note?: string
  json?: boolean
}

const MOST_LISTED = 50

async function readShadow({ prisma }: Database, workflow: string) {
  const shadow = await lastShadow(prisma, workflow)
  if (!shadow) return undefined
  return {
    ...shadow,
    moves: await shadowMoves(prisma, shadow.versionId),
    differences: await shadowDifferences(prisma, shadow.versionId, MOST_LISTED),
  }
}

function shadowText(workflow: string, shadow: NonNullable<Awaited<ReturnType<typeof readShadow>>>): string {
  const { number, startedAt, startedBy, endedAs, decided, different, moves, differences } = shadow
  const summary: Section = {
    heading: `${workflow}: version ${number} ${endedAs === null ? 'runs alongside the live one' : `was a shadow (${endedAs})`}`,
    lines: [
      ['Since', `${moment(startedAt)}, by ${startedBy}`],
      ['Decided', `${decided}`],
      ['Different', `${different}`],
    ],
  }
  const kinds = moves.map(({ live, shadow: other, count }) => `${count}: ${live} → ${other}`)
  const listed = differences.map(
    ({ runId, live, shadow: other, at }) => `${moment(at)}  ${runId}  ${live} → ${other}`,
  )
  return sectionsText([
    summary,
    ...(kinds.length > 0 ? [{ heading: 'What would change', lines: kinds }] : []),
    ...(listed.length > 0 ? [{ heading: 'Latest differences', lines: listed }] : []),
  ])
}

async function cast(workflow: string, { file, json }: Options): Promise<void> {
  const { problems, ...draft } = await draftFrom(workflow, file)
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0)
    throw didNotHold(
      `${problemsText(errors)}\nFix these errors first: a shadow must be valid, like any version.`,
    )
  const done = await withDatabase(async (db) => {
    const answer = await castShadow(db, { ...draft, actor: actorOf(), at: new Date() })
    if (answer.kind === 'unknown_workflow') throw await noSuchWorkflow(db.prisma, workflow)
    return answer
  })
  if (json) printJson(done)
  if (done.kind === 'is_current')
    throw didNotHold(`${workflow}: ${file ?? 'the file'} is version ${done.number}, which is already live.`)
  if (!json && done.kind === 'started')
    print(good(`${workflow}: version ${done.number} now runs alongside version ${done.beside}`))
}

async function promote(workflow: string, { force = false, note, json }: Options): Promise<void> {
  if (force && note === undefined) throw wrongUsage('--force needs --note: the audit records why.')
  const by = { actor: actorOf(), at: new Date(), isForced: force }
  const done = await withDatabase((db) =>
    promoteShadow(db, workflow, { ...by, ...(note === undefined ? {} : { note }) }),
  )
  if (json) printJson(done)
  if (done.kind === 'no_shadow') throw didNotHold(`"${workflow}" has no shadow.`)
  if (done.kind === 'more_unrouted') throw didNotHold(refusalText(done.rehearsals))
  if (!json) print(good(`${workflow}: version ${done.number} is current (was ${done.from})`))
}

async function stop(workflow: string, { json }: Options): Promise<void> {
  const isStopped = await withDatabase((db) => stopShadow(db, workflow, { actor: actorOf(), at: new Date() }))
  if (json) printJson({ stopped: isStopped })
  if (!isStopped) throw didNotHold(`"${workflow}" has no shadow.`)
  if (!json) print(good(`${workflow}: shadow stopped`))
}

async function show(workflow: string, { json }: Options): Promise<void> {
  const shadow = await withDatabase(async (db) => {
    if (!(await db.prisma.workflow.findUnique({ where: { key: workflow } })))
      throw await noSuchWorkflow(db.prisma, workflow)
    return readShadow(db, workflow)
  })
  if (json) printJson(shadow ?? null)
  else print(shadow ? shadowText(workflow, shadow) : `${workflow} never had a shadow.`)
}

export function addShadow(command: Command): void {
  command
    .argument('<workflow>', 'its key')
    .option('--file <file>', 'start a shadow with the version in this file')
    .option('--stop', 'stop it')
    .option('--promote', 'make it the current version')
    .option('--force', 'promote even if more recorded events would match no rule; needs --note')
    .option('--note <text>', 'why; recorded in the audit')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
A shadow decides every event after the live version, with the same lookups and without effects.

Examples:
  $ signalbox shadow order-delivery --file draft.yaml
  $ signalbox shadow order-delivery
  $ signalbox shadow order-delivery --promote`,
    )
    .action(async (workflow: string, options: Options) => {
      const { file, stop: stops, promote: promotes } = options
      if ([file !== undefined, stops, promotes].filter(Boolean).length > 1)
        throw wrongUsage('Use one of --file (starts), --promote (publishes) and --stop (ends).')
      if (file !== undefined) await cast(workflow, options)
      else if (stops) await stop(workflow, options)
      else if (promotes) await promote(workflow, options)
      else await show(workflow, options)
    })
}
