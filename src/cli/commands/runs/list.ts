// signalbox list: every workflow in a line.
import type { Command } from 'commander'
import { type WorkflowHealth, workflowHealth } from '../../../db/workflows/workflow-health.ts'
import { withDatabase } from '../../database.ts'
import { print, printJson, tableText } from '../../text/output.ts'
import { watch, watchOption } from '../../watch.ts'
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

const healthOfAll = () => withDatabase(({ prisma }) => workflowHealth(prisma, { at: new Date() }))

function listText(workflows: WorkflowHealth[], utc: boolean | undefined): string {
  if (workflows.length === 0)
    return 'No workflow is published yet: run signalbox apply to publish your files.'
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
  return tableText(head, rows)
}

export function addList(command: Command): void {
  command
    .option('--json', 'print JSON')
    .option(...UTC)
    .addOption(watchOption('you press Ctrl-C'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ signalbox list\n  $ signalbox list --watch\n  $ signalbox list --json',
    )
    .action(async ({ json, utc, watch: watches }: { json?: boolean; utc?: boolean; watch?: boolean }) => {
      if (watches) return watch(async () => ({ text: listText(await healthOfAll(), utc), isOver: false }))
      const workflows = await healthOfAll()
      if (json) printJson({ workflows })
      else print(listText(workflows, utc))
    })
}
