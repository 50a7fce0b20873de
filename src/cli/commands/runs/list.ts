// signalbox list: every workflow in a line.
import type { Command } from 'commander'
import { workflowHealth } from '../../../db/workflows/workflow-health.ts'
import { withDatabase } from '../../database.ts'
import { print, printJson, tableText } from '../../text/output.ts'
import { timesFor, UTC } from '../../text/times.ts'

const head = [
  'WORKFLOW',
  'TITLE',
  'VERSION',
  'OWNER',
  'CHANNEL',
  'RUNNING',
  'NEEDS ATTENTION',
  'OVERDUE',
  'LAST SUCCESS',
]

export function addList(command: Command): void {
  command
    .option('--json', 'print JSON')
    .option(...UTC)
    .addHelpText('after', '\nExamples:\n  $ signalbox list\n  $ signalbox list --json')
    .action(async ({ json, utc }: { json?: boolean; utc?: boolean }) => {
      const workflows = await withDatabase(({ prisma }) => workflowHealth(prisma, { at: new Date() }))
      if (json) {
        printJson({ workflows })
        return
      }
      if (workflows.length === 0) {
        print('No workflow is published yet: run signalbox apply to publish your files.')
        return
      }
      const { moment } = timesFor({ utc })
      const rows = workflows.map((one) => [
        one.key + (one.isPaused ? ' (paused)' : ''),
        one.title,
        one.version,
        one.ownerLabel,
        one.channel,
        one.inFlight,
        one.open,
        one.overdue,
        one.lastSuccessAt ? moment(one.lastSuccessAt) : 'none yet',
      ])
      print(tableText(head, rows))
    })
}
