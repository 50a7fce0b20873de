// signalbox explain: everything that is known of one run.
import type { Command } from 'commander'
import { writeFile } from 'node:fs/promises'
import { seeRun } from '../../../access/see.ts'
import { findRuns } from '../../../db/runs/find-runs.ts'
import { listAudit } from '../../../db/audit/audit.ts'
import { originalBody } from '../../../db/runs/original-body.ts'
import { explainPage } from '../../../explain/page.ts'
import { readConfig } from '../../../config.ts'
import { traceIdOf } from '../../../tracing/run-trace.ts'
import { withDatabase } from '../../database.ts'
import { nothingCalled } from '../../find-run.ts'
import { print, printJson, sectionsText } from '../../text/output.ts'
import { timesFor, UTC } from '../../text/times.ts'
import { accessFor, AS_READER, onlyOutline } from '../../reader.ts'
import { auditSection, explainSections, runJson } from '../../text/run-text.ts'

interface Options {
  json?: boolean
  html?: string
  as?: string
  utc?: boolean
}

const MOST_AUDIT = 1000

export function addExplain(command: Command): void {
  command
    .argument('<run>', 'ID of a run, event or exception, or a subject (its newest run)')
    .option('--json', 'print JSON')
    .option(...UTC)
    .option(...AS_READER)
    .option('--html <file>', 'write a self-contained page that you can send on')
    .addHelpText(
      'after',
      `
Examples:
  $ signalbox explain 1042
  $ signalbox explain run_01h455vb4pex5vsknk084sn02q --json
  $ signalbox explain 1042 --html 1042.html`,
    )
    .action(async (what: string, { json, html, as, utc }: Options) => {
      const { run, original, audit, others } = await withDatabase(async ({ prisma }) => {
        const [newest, ...older] = await findRuns(prisma, { called: what })
        const access = accessFor(prisma, as)
        const seen = newest && (await seeRun(prisma, access, newest.id))
        if (!seen) throw await nothingCalled(prisma, what, access)
        if (seen.kind === 'outline') throw onlyOutline(seen)
        const found = seen.view
        const rows = (await listAudit(prisma, { runId: found.id, most: MOST_AUDIT })).toReversed()
        const bytes = json ? await originalBody(prisma, found.id) : {}
        return { run: found, original: bytes, audit: rows, others: older.map(({ id }) => id) }
      })
      // Where traces are kept, a person can look this one up.
      const trace = readConfig().tracing && traceIdOf(run.id)
      if (html !== undefined) {
        await writeFile(html, explainPage({ run, audit, writtenAt: new Date() }))
        print(`Wrote ${html}.`)
        return
      }
      if (json) {
        printJson({
          run: runJson(run, original),
          ...(trace === undefined ? {} : { trace }),
          audit: audit.map(({ id, ...row }) => ({ id: Number(id), ...row })),
          others,
        })
        return
      }
      const times = timesFor({ utc })
      print(sectionsText([...explainSections(run, times), auditSection(audit, times)]))
      if (trace !== undefined) print(`\nTrace: ${trace}`)
      if (others.length > 0) print(`\nOlder runs of this subject: ${others.join(', ')}`)
    })
}
