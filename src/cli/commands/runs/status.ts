// signalbox status: the six things about a run, the runs that share a subject, or how a workflow does.
import type { Command } from 'commander'
import { seeRun, withoutHidden } from '../../../access/see.ts'
import { findRuns } from '../../../db/runs/find-runs.ts'
import type { Database } from '../../../db/store/open.ts'
import { workflowHealth } from '../../../db/workflows/workflow-health.ts'
import { readConfig } from '../../../config.ts'
import { RECENT_DAYS, recentlyIgnored } from '../../../db/digest/ignored.ts'
import { sourceHealth } from '../../../db/workflows/source-health.ts'
import { ignoredText } from '../../../domain/ignored-words.ts'
import { withDatabase } from '../../database.ts'
import { nothingCalled } from '../../find-run.ts'
import { print, printJson, sectionsText, tableText } from '../../text/output.ts'
import { timesFor, UTC } from '../../text/times.ts'
import { accessFor, AS_READER, onlyOutline } from '../../reader.ts'
import { runHead, runJson, runRow, statusSection } from '../../text/run-text.ts'
import { type Look, watch, watchOption } from '../../watch.ts'
import { healthSection } from '../../text/health-text.ts'
import { printable } from '../../text/printable.ts'
import { sourceJson, sourceSection } from '../../text/source-text.ts'

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
  const at = new Date()
  const [health] = await workflowHealth(prisma, { key: what, at })
  const [source] = health ? [] : await sourceHealth(prisma, { name: what, at })
  if (source) {
    const text = sectionsText([sourceSection(source, readConfig().publicUrl, times)])
    return { isOver: false, json: { source: sourceJson(source) }, text }
  }
  if (!health) throw await nothingCalled(prisma, what, access)
  const ignored = ignoredText(await recentlyIgnored(prisma, at, [`/hooks/${what}`]))
  const latest = (await access.may('read', what)) ? await findRuns(prisma, { workflow: what }) : []
  return {
    isOver: false,
    json: { workflow: health, runs: latest },
    text: [
      sectionsText([healthSection(health, times)]),
      ...(ignored === '' ? [] : [`Last ${RECENT_DAYS} days: ${printable(ignored)}`]),
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
    .argument('<what>', 'ID of a run, event or exception; a subject; a source; or a workflow')
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
  $ signalbox status stripe-eu               what a source sent, and what was ignored
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
