// A draft in a file, for commands that try it: checked, under the standards it would be published under.
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { tryCompileWorkflow } from '../domain/compile/compile.ts'
import type { Problem } from '../domain/text/problem.ts'
import { checkAll, type Loaded, standardsFile } from '../workflow/file/load.ts'
import type { Draft } from '../workflow/publish/rehearse.ts'
import { didNotHold } from './exit.ts'
import { loadFiles, problemsText } from './files.ts'

/** The file alone, under the signalbox.yaml beside it, or else that of WORKFLOWS_DIR: a draft may lie anywhere. */
async function loadAlone(file: string): Promise<Loaded> {
  const source = await readFile(file, 'utf8').catch(() => undefined)
  if (source === undefined) throw didNotHold(`${file} can't be read.`)
  for (const folder of [dirname(file), readConfig().workflowsDir]) {
    const standardsPath = join(folder, standardsFile)
    const standards = await readFile(standardsPath, 'utf8').catch(() => undefined)
    if (standards !== undefined)
      return checkAll([{ file, source }], standards, standardsPath, { workflows: [] })
  }
  return checkAll([{ file, source }], undefined, standardsFile, { workflows: [] })
}

/** What is wrong with it is given along, or ends the command where the draft cannot even be tried. */
export async function draftFrom(
  key: string,
  file: string | undefined,
): Promise<Draft & { source: string; problems: Problem[] }> {
  const loaded = file === undefined ? (await loadFiles(undefined)).loaded : await loadAlone(resolve(file))
  const found = loaded.workflows.find(({ definition }) => definition.workflow === key)
  const about = loaded.problems.filter((problem) => !found || problem.file === found.file)
  if (!found) {
    const where = file ?? readConfig().workflowsDir
    const problems = about.length > 0 ? `${problemsText(about)}\n` : ''
    throw didNotHold(`${problems}There is no workflow "${key}" in ${where}.`)
  }
  const { definition, source } = found
  if (tryCompileWorkflow(definition, loaded.standards).faults.length > 0)
    throw didNotHold(`${problemsText(about)}\nFix these errors first: a draft with errors can't be tried.`)
  return { definition, standards: loaded.standards, source, problems: about }
}
