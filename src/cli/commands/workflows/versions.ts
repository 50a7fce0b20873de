// signalbox versions: every version of a workflow, and who published it.
import type { Command } from 'commander'
import { labelsOf } from '../../../db/people/people.ts'
import { versionsOf } from '../../../db/workflows/workflows.ts'
import { withDatabase } from '../../database.ts'
import { noSuchWorkflow } from '../../find-run.ts'
import { print, printJson, tableText } from '../../text/output.ts'
import { timesFor, UTC } from '../../text/times.ts'

export function addVersions(command: Command): void {
  command
    .argument('<workflow>', 'its key')
    .option('--json', 'print JSON')
    .option(...UTC)
    .addHelpText('after', '\nExamples:\n  $ signalbox versions order-delivery')
    .action(async (key: string, { json, utc }: { json?: boolean; utc?: boolean }) => {
      const versions = await withDatabase(async ({ prisma }) => {
        const row = await prisma.workflow.findUnique({ where: { key } })
        if (!row) throw await noSuchWorkflow(prisma, key)
        const lines = await versionsOf(prisma, key)
        const labels = await labelsOf(
          prisma,
          lines.map(({ publishedBy }) => publishedBy),
        )
        return lines.map((line) => ({
          ...line,
          publishedBy: labels.get(line.publishedBy) ?? line.publishedBy,
          state: line.number === row.currentNumber ? 'current' : line.id === row.shadowId ? 'shadow' : '',
        }))
      })
      if (json) {
        printJson({ workflow: key, versions })
        return
      }
      const { moment } = timesFor({ utc })
      print(
        tableText(
          ['VERSION', 'STATE', 'PUBLISHED', 'BY', 'RULES', 'RUNS', 'NOTE'],
          versions.map((one) => [
            one.number,
            one.state,
            moment(one.publishedAt),
            one.publishedBy,
            one.rules,
            one.runs,
            one.note ?? '',
          ]),
        ),
      )
    })
}
