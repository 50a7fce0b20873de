// signalbox plan: what `apply` would change, in words, as a diff, and for the events that came.
import type { Command } from 'commander'
import { movedText } from '../../../db/people/name-state.ts'
import { newestStandardsAsWritten } from '../../../db/workflows/standards.ts'
import { counted } from '../../../domain/text/counted.ts'
import { type Planned, planAll } from '../../../workflow/publish/plan.ts'
import { sourceChanges } from '../../../workflow/publish/source-changes.ts'
import { withDatabase } from '../../database.ts'
import { didNotHold } from '../../exit.ts'
import { loadFiles, namesText, problemCount, problemsText } from '../../files.ts'
import { knownWorld } from '../../known-world.ts'
import { bad, dim, good, print, printJson, sectionsText } from '../../text/output.ts'
import { moment } from '../../text/times.ts'
import { printable } from '../../text/printable.ts'

const MOST_DIFF_LINES = 200

function rehearsalLine({ rehearsal }: Planned): string {
  if (!rehearsal || rehearsal.events === 0) return '  no recorded events to try it on'
  const { events, moved, newlyUnrouted, newlyRouted } = rehearsal
  const gained = newlyRouted > 0 ? `, ${newlyRouted} would match one for the first time` : ''
  return `  of the last ${counted(events, 'event')}, ${moved} would change outcome, ${newlyUnrouted.length} would be left without a rule${gained}`
}

function colored(line: string): string {
  if (line.startsWith('+')) return good(line)
  return line.startsWith('-') ? bad(line) : line.startsWith('@@') ? dim(line) : line
}

function diffText(diff: string): string {
  const lines = printable(diff.replaceAll('\t', '  ')).trimEnd().split('\n').slice(1)
  const more = lines.length - MOST_DIFF_LINES
  return [
    ...lines.slice(0, MOST_DIFF_LINES).map(colored),
    ...(more > 0 ? [`and ${more} more lines (--json has all of them)`] : []),
  ].join('\n')
}

function planText(plan: Planned): string {
  const { workflow, from, changes, diff, isUnsigned, moved } = plan
  const open = [
    ...moved.map((one) => printable(`  ${movedText(one)}`)),
    ...(isUnsigned
      ? ['  anyone can send events: verify is none, and the file allows it (allow_unsigned)']
      : []),
  ]
  if (from === null) return sectionsText([{ heading: `${workflow}: new, would be version 1`, lines: open }])
  const stands = `version ${from.number} by ${from.by}, ${moment(from.at)}`
  if (changes.length === 0)
    return sectionsText([{ heading: `${workflow}: unchanged (${stands})`, lines: open }])
  const words = sectionsText([
    {
      heading: `${workflow}: would be a new version (now ${stands})`,
      lines: [...changes.map(({ text }) => `  ${text}`), ...open, rehearsalLine(plan)],
    },
  ])
  return diff === '' ? words : `${words}\n\n${diffText(diff)}`
}

export function addPlan(command: Command): void {
  command
    .argument('[dir]', 'folder of the files (default: WORKFLOWS_DIR, else workflows)')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  $ signalbox plan\n  $ signalbox plan teams/fulfilment --json')
    .action(async (dir: string | undefined, { json }: { json?: boolean }) => {
      const { loaded, errors, plan, sources, names } = await withDatabase(async (db, config) => {
        const world = await knownWorld(db, config)
        const files = await loadFiles(dir, world.directory)
        const { workflows, standards } = files.loaded
        const planned = files.errors > 0 ? [] : await planAll(db.prisma, workflows, standards)
        const before = await newestStandardsAsWritten(db.prisma)
        const changes = files.errors > 0 ? [] : sourceChanges(before.sources, standards.sources)
        return { ...files, plan: planned, sources: changes, names: namesText(files.loaded, world) }
      })
      if (json) printJson({ plan, sources, names, problems: loaded.problems })
      else if (loaded.problems.length > 0) print(problemsText(loaded.problems))
      if (errors > 0) throw didNotHold(`${problemCount(errors)}: apply would publish nothing.`)
      if (json) return
      print([...sources.map(({ text }) => printable(text)), ...plan.map(planText)].join('\n\n'))
      if (names.length > 0) print(`\n${dim(names.join('\n'))}`)
    })
}
