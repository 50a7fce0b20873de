// A folder of workflow files and its signalbox.yaml, read and checked as one.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Definition } from '../../domain/workflow-file/definition.ts'
import { byPlace, type Problem } from '../../domain/text/problem.ts'
import { noStandards, type Standards } from '../../domain/workflow-file/standards.ts'
import { checkWorkflow } from '../check/check.ts'
import type { CheckContext } from '../check/check-context.ts'
import { standardsFileProblems } from '../check/check-standards.ts'
import { sectionsOf } from './json-schema.ts'
import { type ParsedWorkflow, parseStandards, parseWorkflow } from './parse.ts'

export type LoadedWorkflow = { definition: Definition; source: string; file: string }
export type Loaded = {
  workflows: LoadedWorkflow[]
  standards: Standards
  standardsSource: string | undefined
  problems: Problem[]
}

export const standardsFile = 'signalbox.yaml'
const isWorkflowFile = (name: string): boolean =>
  /\.ya?ml$/.test(name) && name !== standardsFile && !name.startsWith('.')

/** Reads `dir`; throws only when the folder itself cannot be read. */
export const loadDirectory = async (dir: string, context: CheckContext = {}): Promise<Loaded> => {
  const names = (await readdir(dir, { withFileTypes: true }))
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => entry.name)
    .toSorted()
  const files = await Promise.all(
    names
      .filter(isWorkflowFile)
      .map(async (name) => ({ file: join(dir, name), source: await readFile(join(dir, name), 'utf8') })),
  )
  const standardsSource = names.includes(standardsFile)
    ? await readFile(join(dir, standardsFile), 'utf8')
    : undefined
  return checkAll(files, standardsSource, join(dir, standardsFile), context)
}

/** The same for sources that are already in memory. */
export const checkAll = (
  files: readonly { file: string; source: string }[],
  standardsSource: string | undefined,
  standardsPath: string,
  context: CheckContext = {},
): Loaded => {
  const parsedStandards =
    standardsSource === undefined ? undefined : parseStandards(standardsSource, standardsPath)
  const standards = parsedStandards?.standards ?? parsedStandards?.rest?.value ?? noStandards
  const parsed = files.map(({ file, source }) => parseWorkflow(source, file))
  const workflows = parsed.flatMap(({ definition, source, file }) =>
    definition ? [{ definition, source, file }] : [],
  )
  const known = {
    ...context,
    workflows: context.workflows ?? workflows.map(({ definition }) => definition.workflow),
    ...(parsedStandards && !parsedStandards.standards
      ? { unreadStandards: parsedStandards.rest?.unread.partly ?? new Set(sectionsOf('standards')) }
      : {}),
  }
  const ofStandards = [
    ...(parsedStandards?.problems ?? []),
    ...(parsedStandards
      ? standardsFileProblems(parsedStandards, standards, {
          directory: context.directory,
          secretIsSet: context.secretIsSet,
          // A file that could not be read may be the one that has the team.
          ...(workflows.length === files.length
            ? {
                teams: workflows.flatMap(({ definition }) => definition.team ?? []),
                workflows: known.workflows,
              }
            : {}),
        })
      : []),
  ]
  const problems = [
    ...ofStandards.toSorted(byPlace),
    ...parsed.flatMap((one) => checkWorkflow(one, standards, known)),
    ...twice(parsed),
  ]
  return { workflows, standards, standardsSource, problems }
}

/** Two files may not describe one workflow: which would win is not for us to say. */
const twice = (parsed: readonly ParsedWorkflow[]): Problem[] => {
  const first = new Map<string, string>()
  return parsed.flatMap(({ definition, file, locate }) => {
    const key = definition?.workflow
    if (key === undefined) return []
    const other = first.get(key)
    if (other === undefined) {
      first.set(key, file)
      return []
    }
    return [
      {
        file,
        ...locate(['workflow']),
        severity: 'error' as const,
        message: `the workflow "${key}" stands in ${other} already`,
      },
    ]
  })
}
