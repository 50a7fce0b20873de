// signalbox reveal: the masked values of a run, to somebody who may see them; the audit keeps who looked.
import type { Command } from 'commander'
import { findRuns } from '../../../db/runs/find-runs.ts'
import { approvalTexts } from '../../../domain/exceptions/approval-words.ts'
import { reveal } from '../../../pipeline/reveal/reveal.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold } from '../../exit.ts'
import { nothingCalled } from '../../find-run.ts'
import { actorOf } from '../../login.ts'
import { type Line, linesText, print, printJson, sectionsText } from '../../text/output.ts'

export function addReveal(command: Command): void {
  command
    .argument('<run>', 'ID of a run, event or exception, or a subject (its newest run)')
    .option('--as <handle>', 'who you are (default: your login); must be allowed to see the fields')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Allowed: the workflow's owner, the owners of the run's exceptions, and anyone who can resolve them.

Examples:
  $ signalbox reveal 1042 --as @ada`,
    )
    .action(async (what: string, { json, as }: { json?: boolean; as?: string }) => {
      const answer = await withDatabase(async (db) => {
        const [newest] = await findRuns(db.prisma, { called: what })
        if (!newest) throw await nothingCalled(db.prisma, what)
        const actor = actorOf(as)
        return reveal({ db, clock: () => new Date() }, { runId: newest.id, actor })
      })
      if (json) printJson(answer)
      switch (answer.kind) {
        case 'revealed': {
          const shown = ({ field, value }: (typeof answer.values)[number]): Line => [
            field,
            typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent'),
          ]
          if (json) return
          print(linesText(answer.values.map(shown)))
          const { approval } = answer
          const texts = approval ? approvalTexts(approval.covers, approval.changes, approval.isOpen) : []
          const sections = texts.map(({ title, lines }) => ({ heading: title, lines }))
          if (sections.length > 0) print(`\n${sectionsText(sections)}`)
          return
        }
        case 'not_allowed':
          throw didNotHold(`You can't see this. Ask ${answer.who}.`)
        case 'nothing_masked':
          if (!json) print('This run has no masked fields: signalbox explain shows everything.')
          return
        case 'unknown':
          throw didNotHold('This run no longer exists.')
      }
    })
}
