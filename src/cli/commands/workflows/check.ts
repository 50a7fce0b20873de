// signalbox check: everything that is wrong in a folder of workflow files, all at once.
import type { Command } from 'commander'
import { counted } from '../../../domain/text/counted.ts'
import { dim, print, printJson } from '../../text/output.ts'
import { didNotHold } from '../../exit.ts'
import { loadFiles, namesText, problemCount, problemsText } from '../../files.ts'
import { knownWorldIfThere } from '../../known-world.ts'

export function addCheck(command: Command): void {
  command
    .argument('[dir]', 'folder of the files (default: WORKFLOWS_DIR, else workflows)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exits with 1 on errors, with 0 if there are only warnings. Needs no database; if there is one, the people, groups and
channels that the files name are checked too.

Examples:
  $ signalbox check
  $ signalbox check teams/fulfilment --json`,
    )
    .action(async (dir: string | undefined, { json }: { json?: boolean }) => {
      const world = await knownWorldIfThere()
      const { notes } = world
      const { loaded, errors } = await loadFiles(dir, world.directory)
      const names = namesText(loaded, world)
      const { workflows, problems } = loaded
      const tests = workflows.reduce((sum, { definition }) => sum + definition.tests.length, 0)
      if (json) {
        const keys = workflows.map(({ definition }) => definition.workflow)
        printJson({ workflows: keys, tests, problems, names, notes })
      } else {
        if (problems.length > 0) print(problemsText(problems))
        for (const line of names) print(dim(line))
        for (const note of notes) print(dim(note))
        if (errors === 0)
          print(`${counted(workflows.length, 'workflow')} valid, ${counted(tests, 'test')} passed.`)
      }
      if (errors > 0) throw didNotHold(`${problemCount(errors)} to fix.`)
    })
}
