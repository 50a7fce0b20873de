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
import { orProblem } from './never-throws.ts'
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

interface Read {
  file: string
  source: string
}

const unreadable = (file: string, error: unknown): Problem => ({
  file,
  line: 1,
  column: 1,
  severity: 'error',
  message: `the file can't be read: ${error instanceof Error ? error.message : String(error)}`,
})

const read = (file: string): Promise<Read | Problem> =>
  readFile(file, 'utf8').then(
    (source) => ({ file, source }),
    (error: unknown) => unreadable(file, error),
  )

/** Reads `dir`; throws only when the folder itself cannot be read. */
export const loadDirectory = async (dir: string, context: CheckContext = {}): Promise<Loaded> => {
  const names = (await readdir(dir, { withFileTypes: true }))
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => entry.name)
    .toSorted()
  const all = await Promise.all(
    names
      .filter((name) => isWorkflowFile(name) || name === standardsFile)
      .map((name) => read(join(dir, name))),
  )
  const files = all.filter((one) => 'source' in one)
  // What such a file would have named would be called unknown in all others.
  if (files.length < all.length)
    return {
      workflows: [],
      standards: noStandards,
      standardsSource: undefined,
      problems: all.filter((one) => 'message' in one),
    }
  const standardsPath = join(dir, standardsFile)
  return checkAll(
    files.filter(({ file }) => file !== standardsPath),
    files.find(({ file }) => file === standardsPath)?.source,
    standardsPath,
    context,
  )
}

/** The same for sources that are already in memory. Never throws. */
export const checkAll = (
  files: readonly Read[],
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
      ? orProblem(
          standardsPath,
          () =>
            standardsFileProblems(parsedStandards, standards, {
              ...known,
              // A file that could not be read may be the one that has the team, or takes from the source.
              ...(workflows.length === files.length
                ? {
                    teams: workflows.flatMap(({ definition }) => definition.team ?? []),
                    workflows: known.workflows,
                    taken: new Set(workflows.flatMap(({ definition }) => definition.trigger.source ?? [])),
                  }
                : { workflows: undefined }),
            }),
          (problems) => problems,
        )
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
