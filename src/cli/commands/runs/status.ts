// signalbox status: the six things about a run, the runs that share a subject, or how a workflow does.
import type { Command } from 'commander'
import { seeRun, withoutHidden } from '../../../access/see.ts'
import { findRuns } from '../../../db/runs/find-runs.ts'
import type { Database } from '../../../db/store/open.ts'
import { workflowHealth } from '../../../db/workflows/workflow-health.ts'
import { withDatabase } from '../../database.ts'
import { nothingCalled } from '../../find-run.ts'
import { print, printJson, sectionsText, tableText } from '../../text/output.ts'
import { timesFor, UTC } from '../../text/times.ts'
import { accessFor, AS_READER, onlyOutline } from '../../reader.ts'
import { runHead, runJson, runRow, statusSection } from '../../text/run-text.ts'
import { type Look, watch, watchOption } from '../../watch.ts'
import { healthSection } from '../../text/health-text.ts'

interface Options {
  json?: boolean
  as?: string
  utc?: boolean
  watch?: boolean
}
interface Answer extends Look {
  json: unknown
}

async function statusOf({ prisma }: Database, what: string, { as, utc }: Options): Promise<Answer> {
  const times = timesFor({ utc })
  const access = accessFor(prisma, as)
  const runs = await withoutHidden(access, await findRuns(prisma, { called: what }))
  const [only] = runs
  if (only && runs.length === 1) {
    const seen = await seeRun(prisma, access, only.id)
    if (seen?.kind === 'outline') throw onlyOutline(seen)
    if (seen)
      return {
        json: { run: runJson(seen.view) },
        text: sectionsText([statusSection(seen.view, times)]),
        isOver: seen.view.state === 'ended',
      }
  }
  if (runs.length > 1) {
    const title = `${runs.length} runs are called ${what}, newest first`
    return {
      isOver: false,
      json: { runs },
      text: `${sectionsText([{ heading: title, lines: [] }])}\n${tableText(
        runHead,
        runs.map((run) => runRow(run, times)),
      )}`,
    }
  }
  const [health] = await workflowHealth(prisma, { key: what, at: new Date() })
  if (!health) throw await nothingCalled(prisma, what, access)
  const latest = (await access.may('read', what)) ? await findRuns(prisma, { workflow: what }) : []
  return {
    isOver: false,
    json: { workflow: health, runs: latest },
    text: [
      sectionsText([healthSection(health, times)]),
      ...(latest.length > 0
        ? [
            tableText(
              runHead,
              latest.map((run) => runRow(run, times)),
            ),
          ]
        : []),
    ].join('\n\n'),
  }
}

export function addStatus(command: Command): void {
  command
    .argument('<what>', 'ID of a run, event or exception; a subject; or a workflow')
    .option('--json', 'print JSON')
    .option(...UTC)
    .addOption(watchOption('the run completes'))
    .option(...AS_READER)
    .addHelpText(
      'after',
      `
Examples:
  $ signalbox status 1042                    the run about that subject, or all of them
  $ signalbox status order-delivery          the workflow's health
  $ signalbox status 1042 --watch            redraws until the run completes
  $ signalbox status run_01h455vb4pex5vsknk084sn02q --json`,
    )
    .action(async (what: string, options: Options) => {
      const ask = () => withDatabase((db) => statusOf(db, what, options))
      if (options.watch) return watch(ask)
      const answer = await ask()
      if (options.json) printJson(answer.json)
      else print(answer.text)
    })
}
